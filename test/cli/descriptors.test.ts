// Few free descriptors, or none: either nothing is started and one line says why, or the end is as
// it is with many. What cannot be looked at is not taken for gone.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { BINARIES, type Binary } from "./binary.ts";
import { child, surroundings } from "./children.ts";
import { curfew, endOfRun, isOver, OPEN, run, statusOf, until } from "./run.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-descriptors-"));
after(() => rmSync(FOLDER, { recursive: true }));

/** RLIMIT_NOFILE. */
const OPEN_FILES = 7;
const LIMIT = 20;
/** As many as there are, and more than a run of any kind takes. */
const FREE = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** All but so many descriptors are in use. */
function leaving(free: number): readonly string[] {
  const used = Array.from({ length: LIMIT - free - 3 }, (_, at) => `--open ${at + 3}`);
  return surroundings([...used, `--limit ${OPEN_FILES}=${LIMIT}`].join(" "));
}

/** Leaves a process that says which signals it gets, in a session of its own. */
const LEAVES = '"$0" --session 1 -- "$1" -e 7 15 & read end; exit 3';
const WORDS = ["sh", "-c", LEAVES, child("surroundings"), child("handles")];

const SUBCOMMANDS: readonly (readonly [
  subcommand: string,
  words: readonly string[],
  end: string,
])[] = [
  ["run", ["--kill-after", "inf"], "3"],
  ["init", ["--kill-after", "inf"], "3"],
  ["init", ["--kill-after", "inf", "--reload-signal", "USR2"], "3"],
];

type Report = { readonly leftovers: readonly { pid: number; command: string }[] };

function leftoversIn(report: string): Report["leftovers"] {
  return (JSON.parse(readFileSync(report, "utf8")) as Report).leftovers;
}

function scarce(binary: Binary): void {
  for (const [subcommand, words, end] of SUBCOMMANDS) {
    test(`${subcommand} ${words.join(" ")}: what is left is told and named, or nothing starts`, async () => {
      const ends = new Set<string>();
      const report = join(mkdtempSync(join(FOLDER, "run-")), "report");
      for (const free of FREE) {
        const all = [subcommand, ...words, "--report", report, "--", ...WORDS];
        const running = curfew(binary, all, { before: leaving(free), input: OPEN });
        const said = await running.says(/^ready (\d+)$/m).catch(() => running.ended);
        ends.add("code" in said ? "refused" : "started");
        if ("code" in said) {
          assert.deepEqual([endOfRun(said), said.stdout], ["125", ""], `${free} free`);
          assert.match(said.stderr, /^[^\n]*too many open files[^\n]*\n$/i);
          continue;
        }
        running.write("\n");
        const ended = await running.ended;
        assert.equal(endOfRun(ended), end, `${free} free`);
        assert.deepEqual(ended.stdout.match(/caught \d+/g), ["caught 15"], `${free} free`);
        assert.deepEqual(
          leftoversIn(report).map(({ pid }) => String(pid)),
          [said[1]],
        );
      }
      assert.deepEqual([...ends], ["refused", "started"]);
    });
  }

  test("timeout: what an expired command leaves gets its signal", async () => {
    for (const free of FREE) {
      const all = ["timeout", "-k", "1000", "1000", ...WORDS];
      const running = curfew(binary, all, { before: leaving(free), input: OPEN });
      const said = await running.says(/^ready (\d+)$/m).catch(() => running.ended);
      if ("code" in said) {
        assert.equal(endOfRun(said), "125", `${free} free`);
        continue;
      }
      await until("it waits", () => statusOf(running.pid, "State").startsWith("S"));
      running.kill("SIGALRM");
      const ended = await running.ended;
      assert.equal(endOfRun(ended), "124", `${free} free`);
      assert.deepEqual(ended.stdout.match(/caught \d+/g), ["caught 15"], `${free} free`);
    }
  });

  test("a guardian is lost: children that we came with are not swept with the command's", async () => {
    let ran = false;
    for (const free of FREE) {
      const script = 'sleep 1000 </dev/null >/dev/null 2>&1 & echo bystander $!; exec "$@"';
      const words = ["run", "--", "sh", "-c", "echo ran; kill -KILL $PPID; exec sleep 1000"];
      const before = ["sh", "-c", script, "sh", ...leaving(free)];
      const ended = await curfew(binary, words, { before }).ended;
      const [, bystander] = /^bystander (\d+)$/m.exec(ended.stdout) ?? [];
      assert.equal(endOfRun(ended), "125");
      ran ||= ended.stdout.includes("ran");
      assert.ok(!isOver(Number(bystander)), `${free} free`);
      process.kill(Number(bystander), "SIGKILL");
    }
    assert.ok(ran);
  });

  test("the limit is lowered meanwhile: processes that cannot be named are not said to be none", async () => {
    const report = join(mkdtempSync(join(FOLDER, "run-")), "report");
    const words = ["run", "--kill-after", "10ms", "--report", report, "--", ...WORDS];
    const running = curfew(binary, words, { input: OPEN });
    await running.says(/^ready (\d+)$/m);
    const lowered = await run([child("lower-limit"), String(running.pid), "0"]);
    assert.equal(endOfRun(lowered), "0");
    running.write("\n");
    assert.equal(endOfRun(await running.ended), "3");
    assert.deepEqual(leftoversIn(report), [{ pid: 0, command: "?" }]);
  });
}

describe("few descriptors", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => scarce(binary));
  }
});
