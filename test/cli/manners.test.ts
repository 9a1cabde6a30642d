// The table of wrong and unusual command lines, through the program: one line, one that points to
// help, exit code 125, nothing on stdout, and nothing started.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { ANSWERS, LINK_MISTAKES, LINK_UNRUN, MISTAKES, UNRUN } from "../core/cli/rows/manners.ts";
import { nameIn, wordsIn } from "../core/cli/rows/words.ts";
import type { Binary } from "./binary.ts";
import { COLD, FROZEN } from "./binary.ts";
import { script } from "./children.ts";
import type { Ended } from "./run.ts";
import { run } from "./run.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-manners-"));
after(() => rmSync(FOLDER, { recursive: true }));
mkdirSync(join(FOLDER, "folder"));
writeFileSync(join(FOLDER, "plain"), "x\n");
for (const [name, head] of [
  ["no-interpreter", "#!/nowhere/sh\n"],
  ["windows", "#!/bin/sh\r\n"],
] as const) {
  writeFileSync(join(FOLDER, name), head);
  chmodSync(join(FOLDER, name), 0o755);
}
// What a mistake would have started: it leaves a trace.
const STARTED = join(FOLDER, "started");
const BIN = join(FOLDER, "bin");
mkdirSync(BIN);
for (const name of ["ls", "npm"]) {
  writeFileSync(join(BIN, name), `#!/bin/sh\n: > '${STARTED}'\n`);
  chmodSync(join(BIN, name), 0o755);
}

/** Runs a line; its first word is the name that the program is called by. */
async function runLine(binary: Binary, line: string, columns?: string): Promise<Ended> {
  const [name = "", ...words] = wordsIn(line);
  const links = join(FOLDER, binary.name);
  mkdirSync(links, { recursive: true });
  const link = join(links, name);
  try {
    symlinkSync(binary.path, link);
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, "EEXIST");
  }
  const env = { ...binary.env, PATH: `${BIN}:/usr/bin:/bin`, COLUMNS: columns };
  return run([link, ...words], { cwd: FOLDER, env, argv0: name });
}

const AT_TERMINAL = [script("at-size.py"), "24", "110"];

/** Without its heap the program reads the rows the same way: every twentieth is enough. */
const some = <T>(binary: Binary, rows: readonly T[]) =>
  binary === FROZEN ? rows : rows.filter((_, at) => at % 20 === 0);

for (const binary of [FROZEN, COLD]) {
  describe(`manners, ${binary.name}`, { concurrency: 4 }, () => {
    for (const [line, says] of some(binary, MISTAKES)) {
      test(line, async () => {
        const { code, stdout, stderr } = await runLine(binary, line);
        const name = nameIn(line);
        const help = `Try '${name} --help' for more information.`;
        assert.deepEqual([stderr, stdout, code], [`${name}: ${says}\n${help}\n`, "", 125]);
      });
    }
    for (const [line, code, says] of some(binary, UNRUN)) {
      test(line, async () => {
        const end = await runLine(binary, line);
        const said = `${nameIn(line)}: ${says}\n`;
        assert.deepEqual([end.stderr, end.stdout, end.code], [said, "", code]);
      });
    }
    for (const [line, says] of some(binary, LINK_MISTAKES)) {
      test(`a link: ${line}`, async () => {
        const { stdout, stderr, code } = await runLine(binary, line);
        assert.deepEqual([stderr.split("\n")[0], stdout], [says, ""]);
        assert.equal(code, line.startsWith("timeout") ? 125 : 1);
      });
    }
    for (const [line, code, says] of some(binary, LINK_UNRUN)) {
      test(`a link: ${line}`, async () => {
        const end = await runLine(binary, line);
        assert.deepEqual([end.stderr, end.stdout, end.code], [`${says}\n`, "", code]);
      });
    }
    for (const [line, begins] of some(binary, ANSWERS)) {
      test(`an answer: ${line}`, async () => {
        const { code, stdout, stderr } = await runLine(binary, line);
        assert.deepEqual([stdout.slice(0, begins.length), stderr, code], [begins, "", 0]);
      });
    }
    test("help is folded at the terminal's width", () => {
      const { path, env } = binary;
      const variables = { ...process.env, ...env, COLUMNS: "" };
      const { stdout } = spawnSync("python3", [...AT_TERMINAL, path, "run", "--help"], {
        env: variables,
        encoding: "utf8",
      });
      const widest = Math.max(...stdout.split("\n").map((line) => line.trimEnd().length));
      assert.ok(widest <= 110 && widest > 90, `${widest}: ${stdout.slice(0, 200)}`);
    });

    test("help is folded as COLUMNS says, from 60 to 200", async () => {
      for (const [columns, most] of [
        ["20", 60],
        ["60", 60],
        ["100", 100],
        [undefined, 80],
        ["", 80],
        ["900", 200],
      ] as const) {
        const { stdout } = await runLine(binary, "curfew run --help", columns);
        const widest = Math.max(...stdout.split("\n").map(({ length }) => length));
        assert.ok(widest <= most && widest > most * 0.6, `${columns}: ${widest}`);
      }
    });
  });
}

test("nothing of all that was started", () => {
  assert.ok(!existsSync(STARTED));
});
