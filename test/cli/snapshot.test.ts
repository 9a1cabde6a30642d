// The tree that curfew looks at before a limit ends it, as the report has it.
import assert from "node:assert/strict";
import { readFileSync, rmSync, symlinkSync } from "node:fs";
import { describe, test } from "node:test";
import { adversary } from "../adversaries/programs.ts";
import { patiently } from "../patience.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { child } from "./children.ts";
import type { Report } from "./reports.ts";
import { newPath, readReport, reporting } from "./reports.ts";
import { OPEN, run, type Spawn, start } from "./run.ts";

type Seen = {
  readonly pid: number;
  readonly command_line: readonly string[];
  readonly waits_for?: { readonly kind: string };
  readonly waiting_for_input: boolean;
  readonly unknown: readonly { readonly what: string; readonly why: string }[];
};

type WithTree = Report & {
  readonly tree: readonly Seen[] | null;
  readonly tree_omitted: number | null;
};

const WAITS = adversary("waits");

/** A run with a report until its limit. */
async function expired(
  binary: Binary,
  words: readonly string[],
  options: Spawn = {},
): Promise<WithTree> {
  const told = await reporting(binary, words, options).told();
  return told.report as WithTree;
}

/**
 * Runs until a tree is as it must be: on a busy machine 5 ms may not be enough, and then the report
 * says so.
 */
async function untilSeen(
  runs: () => Promise<WithTree>,
  isRight: (tree: readonly Seen[]) => boolean,
): Promise<void> {
  const limit = performance.now() + patiently(20_000);
  for (;;) {
    const { tree } = await runs();
    if (tree !== null && isRight(tree)) return;
    const isSlow = tree?.some(({ unknown }) => unknown.some(({ why }) => why === "slow"));
    const text = JSON.stringify(tree);
    if (isSlow !== true || performance.now() > limit) assert.fail(`the tree is ${text}`);
  }
}

/** Commands that wait with an open pipe as their standard input, and whether that is for input. */
const INPUTS: readonly (readonly [name: string, words: readonly string[], isInput: boolean])[] = [
  ["cat on an open pipe", ["cat"], true],
  ["a grandchild that reads it", ["sh", "-c", "cat; :"], true],
  ["poll for it alone", [WAITS, "poll_input"], true],
  ["epoll for it", [WAITS, "epoll_input"], true],
  ["a pipe inside of the tree", ["sh", "-c", "sleep 100 | cat"], false],
  ["no read", ["sleep", "100"], false],
];

function readsInput(binary: Binary): void {
  for (const [name, words, isInput] of INPUTS) {
    test(`${name}: ${isInput ? "waits" : "does not wait"} for input`, async () => {
      const line = ["run", "--timeout", "0.5s", "--", ...words];
      await untilSeen(
        () => expired(binary, line, { input: OPEN }),
        (tree) =>
          tree.some(({ waiting_for_input }) => waiting_for_input) === isInput &&
          tree.every(({ waits_for }) => waits_for !== undefined),
      );
    });
  }
}

/** Commands at a terminal: what is typed before they wait, in a shell. */
const AT_TERMINAL: readonly (readonly [name: string, line: string])[] = [
  ["an inherited terminal", '"$CURFEW" run --timeout 0.5s --report "$REPORT" -- cat'],
  ["/dev/tty", '"$CURFEW" run --timeout 0.5s --report "$REPORT" -- "$WAITS" tty </dev/null'],
];

/** Runs a program with a terminal of its own, and keeps that open. */
const PTY = "import pty, sys; pty.spawn(sys.argv[1:])";

function readsTerminal(binary: Binary): void {
  for (const [name, line] of AT_TERMINAL) {
    test(`${name} is read`, async () => {
      const runs = async () => {
        const report = newPath("report");
        const env = { ...binary.env, CURFEW: binary.path, REPORT: report, WAITS };
        const shell = ["python3", "-c", PTY, "sh", "-c", line];
        const running = start(shell, { env, input: OPEN });
        await running.ended;
        return readReport(readFileSync(report, "utf8")) as WithTree;
      };
      await untilSeen(runs, ([seen]) => {
        return seen?.waiting_for_input === true && seen.waits_for?.kind === "terminal_read";
      });
    });
  }
}

function isBounded(binary: Binary): void {
  test("a reader that is stuck is given up, and the signal is sent", async () => {
    const path = newPath("report");
    const folder = newPath("folder");
    const line = ["run", "--timeout", "0.3s", "--report", path, "--", WAITS, "fifo_open", folder];
    const before = [child("stuck"), "memory", binary.path];
    await run(["mkdir", folder]);
    const runs = async () => {
      rmSync(`${folder}/fifo`, { force: true });
      const { code } = await run([...before, ...line], { env: binary.env });
      assert.equal(code, 124);
      const report = readReport(readFileSync(path, "utf8")) as WithTree;
      assert.equal(report.tree_gone, true);
      return report;
    };
    const words = JSON.stringify([WAITS, "fifo_open", folder]);
    await untilSeen(runs, ([seen]) => {
      const missing = seen?.unknown.map(({ what, why }) => `${what} ${why}`);
      assert.ok(missing?.includes("waits_for slow"), String(missing));
      // What is read before is there, if the machine is not too busy for that.
      return JSON.stringify(seen?.command_line) === words;
    });
  });

  test("of many processes the first ones are looked at, the others are counted", async () => {
    const crowd = "i=0; while [ $i -lt 400 ]; do sleep 1000 & i=$((i+1)); done; echo; wait";
    const line = ["run", "--timeout", "3s", "--", "sh", "-c", crowd];
    const { tree, tree_omitted } = await expired(binary, line);
    assert.ok(tree !== null && tree.length <= 256);
    assert.ok(tree_omitted !== null && tree_omitted > 0);
    assert.equal(tree[0]?.command_line[0] ?? "sh", "sh");
  });
}

function isAsked(binary: Binary): void {
  test("only an end by a limit has a tree", async () => {
    const limits = ["timeout", "0.3", "sleep", "100"];
    assert.notEqual((await expired(binary, limits)).tree, null);
    const idle = ["run", "--idle-timeout", "0.3s", "--", "sleep", "100"];
    assert.notEqual((await expired(binary, idle)).tree, null);
    const { tree, tree_omitted } = await expired(binary, ["run", "--", "true"]);
    assert.deepEqual([tree, tree_omitted], [null, null]);
    const asked = reporting(binary, ["run", "--", "sh", "-c", "echo ready; sleep 100"]);
    await asked.says(/ready/);
    asked.kill("SIGTERM");
    assert.equal(((await asked.told()).report as WithTree).tree, null);
  });

  test("under the name timeout no tree is looked at", async () => {
    const link = newPath("folder");
    await run(["mkdir", link]);
    symlinkSync(binary.path, `${link}/timeout`);
    const path = newPath("report");
    const words = [`${link}/timeout`, "--report", path, "0.3", "sleep", "100"];
    assert.equal((await run(words, { env: binary.env })).code, 124);
    assert.equal((readReport(readFileSync(path, "utf8")) as WithTree).tree, null);
  });

  test("leftovers have a start time, a parent and a command line", async () => {
    const isSleep = '[ "$(tr "\\0" , </proc/$!/cmdline)" = sleep,1000, ]';
    const script = `sleep 1000 & until ${isSleep}; do :; done; exit 0`;
    const line = ["run", "--", "sh", "-c", script];
    const limit = performance.now() + patiently(20_000);
    let left: Record<string, unknown> | undefined;
    // On a busy machine the time of a look may be over before its words are read.
    do {
      assert.ok(performance.now() < limit, JSON.stringify(left));
      const { leftovers } = await expired(binary, line);
      [left] = leftovers as readonly Record<string, unknown>[];
    } while (left?.command_line === undefined);
    assert.deepEqual(left.command_line, ["sleep", "1000"]);
    assert.ok(Number(left.start_time) > 0 && Number(left.parent) > 0);
  });
}

for (const binary of BINARIES) {
  describe(`the tree before the end, ${binary.name}`, () => {
    readsInput(binary);
    readsTerminal(binary);
    isBounded(binary);
    isAsked(binary);
  });
}
