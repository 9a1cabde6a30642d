// The table of wrong and unusual command lines, as the core answers them: test/cli/manners.test.ts
// runs the same rows through the program.
import assert from "node:assert/strict";
import { test } from "node:test";
import { advised, hintFor } from "../../../src/core/cli/advice.ts";
import type { EntryPoint } from "../../../src/core/cli/commands.ts";
import {
  curfewHelp,
  DROP_INS,
  introductionOf,
  SUBCOMMANDS,
  tables,
} from "../../../src/core/cli/commands.ts";
import { versionText } from "../../../src/core/cli/help.ts";
import type { Message, Voice } from "../../../src/core/messages/messages.ts";
import { formatMessage } from "../../../src/core/messages/messages.ts";
import type { SpawnError } from "../../../src/core/spec/error.ts";
import { entryPointOf } from "./asked.ts";
import { ANSWERS, LINK_MISTAKES, LINK_UNRUN, MISTAKES, UNRUN } from "./rows/manners.ts";
import { nameIn, wordsIn } from "./rows/words.ts";

const NOTHING = () => undefined;

test("the table has the lines that people write", () => {
  assert.ok(MISTAKES.length + UNRUN.length >= 200);
  for (const rows of [MISTAKES, UNRUN, LINK_MISTAKES, LINK_UNRUN, ANSWERS]) {
    assert.equal(new Set(rows.map(([line]) => line)).size, rows.length);
  }
});

/** What the core prints for a mistake: of the program itself, a subcommand or a tool. */
function complaint(line: string): string {
  const [first = "", ...rest] = wordsIn(line);
  const tool = DROP_INS.find(({ names }) => names.includes(first));
  if (tool !== undefined) {
    const request = tool.parse(rest, NOTHING);
    return request.kind === "usage" ? textOf(first, request, tool) : request.kind;
  }
  const own = SUBCOMMANDS.find(({ name }) => name === rest[0]);
  if (own === undefined) {
    const asked = introductionOf(first, rest);
    return asked.kind === "usage" ? textOf(first, asked) : asked.kind;
  }
  const request = own.parse(rest.slice(1), NOTHING);
  if (request.kind !== "usage") return request.kind;
  return textOf(`${first} ${own.name}`, advised(request, own.name, tables()));
}

function textOf(name: string, message: Message, tool?: EntryPoint, voice?: Partial<Voice>): string {
  const speech = { pid: 7, version: "1.2.3", verbosity: 1 };
  return formatMessage(
    {
      ...{ name, utf8: false },
      ...(tool?.dialect !== undefined && { speech: { ...speech, dialect: tool.dialect } }),
      ...voice,
    },
    message,
  );
}

for (const [line, says] of MISTAKES) {
  test(line, () => {
    const name = nameIn(line);
    const help = `Try '${name} --help' for more information.`;
    assert.equal(complaint(line), `${name}: ${says}\n${help}\n`);
  });
}

for (const [line, says] of LINK_MISTAKES) {
  test(`a link: ${line}`, () => assert.equal(complaint(line).split("\n")[0], says));
}

/** The error of a start, as the host makes it of what the kernel and the file system answer. */
function refusalOf(command: string, code: 126 | 127): SpawnError {
  const error = { kind: "spawn", command } as const;
  if (code === 127) {
    const interpreters: Readonly<Record<string, string>> = {
      "./no-interpreter": "/nowhere/sh",
      "./windows": "/bin/sh\r",
    };
    const interpreter = interpreters[command];
    const found = interpreter !== undefined && { interpreter };
    return { ...error, code: "not_found", errno: "ENOENT", ...found };
  }
  const isFolder = ["/tmp", "./folder"].includes(command) && { detail: "a directory" };
  return { ...error, code: "not_executable", errno: "EACCES", ...isFolder };
}

for (const [line, code, says] of UNRUN) {
  test(line, () => {
    const [, subcommand = "", ...words] = wordsIn(line);
    const request = entryPointOf(subcommand).parse(words, NOTHING);
    assert.ok(request.kind === "run");
    const { command } = request.spec;
    const hint = (error: SpawnError) => hintFor(error, subcommand, command, words);
    const error = refusalOf(command[0] ?? "", code);
    const text = textOf(nameIn(line), error, undefined, { hintFor: hint });
    assert.equal(text, `${nameIn(line)}: ${says}\n`);
  });
}

for (const [line, code, says] of LINK_UNRUN) {
  test(`a link: ${line}`, () => {
    const [name = "", ...words] = wordsIn(line);
    const tool = DROP_INS.find(({ names }) => names.includes(name));
    const request = tool?.parse(words, NOTHING);
    assert.ok(request?.kind === "run");
    const error = refusalOf(request.spec.command[0] ?? "", code);
    assert.equal(textOf(name, error, tool), `${says}\n`);
  });
}

for (const [line, begins] of ANSWERS) {
  test(`an answer: ${line}`, () => assert.ok(answer(line).startsWith(begins), answer(line)));
}

function answer(line: string): string {
  const [first = "", ...rest] = wordsIn(line);
  const own = SUBCOMMANDS.find(({ name }) => name === rest[0]);
  const tool = DROP_INS.find(({ names }) => names.includes(first));
  const entryPoint = tool ?? own;
  const name = tool === undefined ? `${first} ${own?.name}` : first;
  if (entryPoint === undefined) {
    const asked = introductionOf(first, rest);
    if (asked.kind === "version") return versionText(first, "1.2.3", "a build");
    if (asked.kind === "usage") return asked.code;
    return asked.of?.help(asked.name, "1.2.3", 80) ?? curfewHelp(asked.name, 80);
  }
  const request = entryPoint.parse(rest.slice(tool === undefined ? 1 : 0), NOTHING);
  if (request.kind !== "print") return request.kind;
  const { help, version } = entryPoint;
  return request.prints === "help" ? help(name, "1.2.3", 80) : version(name, "1.2.3", "a build");
}
