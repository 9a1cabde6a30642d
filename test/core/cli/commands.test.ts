import assert from "node:assert/strict";
import { test } from "node:test";
import {
  curfewHelp,
  DROP_INS,
  introductionOf,
  SUBCOMMANDS,
  tables,
} from "../../../src/core/cli/commands.ts";

const NOTHING = () => undefined;

test("every subcommand has a name, a sentence and a command line of its own", () => {
  const names = SUBCOMMANDS.map(({ name }) => name);
  assert.deepEqual(names.slice(0, 5), ["run", "timeout", "init", "kill", "doctor"]);
  assert.deepEqual(names.toSorted(), Object.keys(KINDS).toSorted());
  for (const { name, summary, parse } of SUBCOMMANDS) {
    assert.match(summary, /^[a-z].*[^.]$/);
    const kinds = [[], ["1"], ["1", "1"]].map((words) => parse(words, NOTHING).kind);
    assert.equal(kinds.join(" "), KINDS[name], name);
  }
});

/** What no word, one and two ask each subcommand for. */
const KINDS: Readonly<Record<string, string>> = {
  run: "usage run run",
  timeout: "usage usage run",
  init: "usage run run",
  kill: "usage kill kill",
  doctor: "doctor usage usage",
  inspect: "inspect inspect inspect",
  show: "usage show usage",
  config: "config usage usage",
};

test("every tool has its names, the exit code for a mistake and the place for its help", () => {
  assert.deepEqual(
    DROP_INS.map(({ names, usageExitCode, helpStream }) => [
      names.join(" "),
      usageExitCode,
      helpStream,
    ]),
    [
      ["timeout", 125, "stdout"],
      ["tini tini-static docker-init podman-init", 1, "stdout"],
      // S55.
      ["dumb-init", 1, "stderr"],
      ["catatonit", 1, "stdout"],
      ["scinit", 2, "stdout"],
    ],
  );
  for (const { helpStream, usageExitCode } of SUBCOMMANDS)
    assert.deepEqual([helpStream, usageExitCode], ["stdout", 125]);
});

test("the shortest line that each tool takes is a run, and none is a mistake", () => {
  for (const { names, parse } of DROP_INS) {
    assert.equal(parse(["1", "a"], NOTHING).kind, "run", names[0]);
    assert.equal(parse([], NOTHING).kind, "usage", names[0]);
    assert.deepEqual(parse(["--help", "a"], NOTHING), { kind: "print", prints: "help" });
    assert.deepEqual(parse(["--version"], NOTHING), { kind: "print", prints: "version" });
  }
});

test("every subcommand prints its help and its version, whatever follows", () => {
  for (const { parse } of SUBCOMMANDS) {
    for (const prints of ["help", "version"] as const) {
      const request = parse([`--${prints}`, "--nonsense"], NOTHING);
      assert.deepEqual(request, { kind: "print", prints });
    }
  }
});

test("curfew's own help names every subcommand, and says where their options are", () => {
  const lines = curfewHelp("curfew", 200).split("\n");
  assert.equal(lines.pop(), "");
  assert.equal(lines[0], "Usage: curfew COMMAND [OPTION]... [OPERAND]...");
  for (const { name, summary } of SUBCOMMANDS) {
    assert.equal(lines.filter((line) => line === `  ${name.padEnd(7)}  ${summary}`).length, 1);
  }
  const text = lines.join("\n");
  assert.ok(text.includes("'curfew help run'"));
  assert.match(text, /Called by the name timeout, tini, dumb-init, catatonit or scinit, /);
  for (const width of [60, 80, 120]) {
    for (const line of curfewHelp("curfew", width).split("\n")) {
      assert.ok(line.length <= width || line.startsWith("Usage: "), line);
    }
  }
});

/** The first words, and what they ask for: a help and whose, a version, or a mistake. */
const INTRODUCTIONS: readonly (readonly [words: string, asks: string])[] = [
  ["", "help curfew"],
  ["-h", "help curfew"],
  ["--help", "help curfew"],
  ["--help run", "help curfew"],
  ["help", "help curfew"],
  ["help help", "help curfew"],
  ["help -h", "help curfew"],
  ["help run", "help curfew run"],
  ["help doctor", "help curfew doctor"],
  ["help tini", "help tini"],
  ["help podman-init", "help podman-init"],
  ["-V", "version"],
  ["--version", "version"],
  ["help run x", "extra_operand x"],
  ["help rnu", "unknown_command rnu: curfew help run"],
  ["help npm", "unknown_command npm"],
  ["npm", "unknown_command npm: curfew run npm"],
];

for (const [line, asks] of INTRODUCTIONS) {
  test(`curfew ${line}: ${asks}`, () => {
    const asked = introductionOf("curfew", line.split(" ").filter(Boolean));
    if (asked.kind === "version") return assert.equal("version", asks);
    if (asked.kind === "help") return assert.equal(`help ${asked.name}`, asks);
    const meant = asked.meant === undefined ? "" : `: ${asked.meant}`;
    assert.equal(`${asked.code} ${asked.given}${meant}`, asks);
  });
}

test("the options of every subcommand can be asked about", () => {
  assert.deepEqual(
    Object.keys(tables()),
    SUBCOMMANDS.map(({ name }) => name),
  );
  for (const options of Object.values(tables())) assert.ok(options.length > 0);
});
