// A curfew or a guardian that is stopped, or that a debugger holds: the caller of curfew does not
// wait for that.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { IS_ROOT } from "../adversaries/users.ts";
import { patiently } from "../patience.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { child } from "./children.ts";
import { type Reported, reporting, staged } from "./reports.ts";
import { childrenOf, curfew, endOfRun, guardianOf, OPEN, start, stateOf, until } from "./run.ts";

const CONTAINMENTS = ["subreaper", "pidns"] as const;
const HANDLES = child("handles");
/** Says that it is ready, and ends with 5 when it has read a line. */
const READS = ["sh", "-c", "echo ready; read line; exit 5"];
/** Ignores TERM until it is killed. */
const STONE = ["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done"];
/** What is told of a run that went over its limit. */
const END = ["124", "timed_out", true];
/** What the four of `term-once` say. */
const HEARD = ["child", "command", "group", "session"].map((name) => `${name} caught 15`);
/** The guardian is not always caught in its first steps. */
const STARTS = 10;
/** A curfew that waits for a stopped guardian waits two seconds. */
const LATE_MS = 2000;
const LIMIT = ["--timeout", "200ms", "--kill-after", "100ms"];
/** One that a debugger comes before. */
const LATER = ["--timeout", `${patiently(500)}ms`, "--kill-after", "100ms"];

const pidns = await curfew(BINARIES[0] as Binary, ["run", "--containment", "pidns", "true"]).ended;
const whyNot = (mode: string) => mode === "pidns" && pidns.code !== 0 && "no PID namespaces here";

/** The kernel refuses a guardian's own user as its debugger: the guardian is not dumpable. */
const NO_DEBUGGER = !IS_ROOT && "only root can hold a guardian";

/** A debugger that holds processes until it is ended. */
async function hold(...pids: readonly number[]) {
  const holder = start([child("holds"), ...pids.map(String)], { input: OPEN });
  await holder.says(/^held$/m);
  for (const pid of pids) await until("it is held", () => stateOf(pid) === "t");
  return holder;
}

/** curfew does nothing when its limit passes: `asks` says whether it has a TERM to read then. */
async function tellsOnce(binary: Binary, words: readonly string[], asks: boolean): Promise<void> {
  const running = await stoppedInTime(binary, words, asks);
  const { ended, report } = await running.told();
  assert.deepEqual([endOfRun(ended), report.outcome, report.tree_gone], END);
  const heard = ended.stdout.match(/^\w+ caught 15$/gm) ?? [];
  assert.deepEqual(heard.sort(), HEARD);
  const sent = report.signals_sent.map(({ signal, target }) => `${target} ${signal}`);
  assert.deepEqual(sent, ["tree SIGTERM", "tree SIGKILL"]);
  assert.ok(report.signals_sent.every(({ count }) => count === 1));
}

/** A run that is stopped before its limit, which is longer where a busy machine was too slow. */
async function stoppedInTime(
  binary: Binary,
  words: readonly string[],
  asks: boolean,
  limit_ms: number = patiently(200),
): Promise<Reported> {
  // Before SIGKILL all four need a processor.
  const limit = ["--timeout", `${limit_ms}ms`, "--kill-after", `${patiently(800)}ms`];
  const begin = performance.now();
  const running = reporting(binary, [...words, ...limit, child("term-once")]);
  await running.says(/^ready/m);
  running.kill("SIGSTOP");
  const isLate = () => performance.now() - begin >= limit_ms;
  // Once the limit has passed, the guardian continues it.
  await until("it is stopped", () => stateOf(running.pid) === "T" || isLate());
  if (asks) running.kill("SIGTERM");
  if (!isLate()) return running;
  running.kill("SIGCONT");
  await running.told();
  return stoppedInTime(binary, words, asks, limit_ms * 2);
}

function stopped(binary: Binary): void {
  for (const mode of CONTAINMENTS) {
    const skip = whyNot(mode);
    const words = ["run", "--containment", mode];

    test(`curfew is stopped: it hears of the command's end, ${mode}`, { skip }, async () => {
      const running = curfew(binary, [...words, ...READS], { input: OPEN });
      await running.says(/^ready$/m);
      running.kill("SIGSTOP");
      await until("it is stopped", () => stateOf(running.pid) === "T");
      running.write("\n");
      assert.equal(endOfRun(await running.ended), "5");
    });

    test(`curfew is stopped over its limit: it reports the end, ${mode}`, { skip }, async () => {
      const running = reporting(binary, [...words, ...LIMIT, ...STONE]);
      await running.says(/^ready$/m);
      running.kill("SIGSTOP");
      const { ended, report } = await running.told();
      assert.deepEqual([endOfRun(ended), report.outcome, report.tree_gone], END);
    });

    for (const asks of [false, true]) {
      const more = asks ? ", with a TERM to it" : "";
      test(
        `curfew is stopped over its limit${more}: each gets the first signal once, ${mode}`,
        {
          skip,
        },
        () => tellsOnce(binary, words, asks),
      );
    }

    test(`a guardian that is stopped as it begins makes nothing late, ${mode}`, {
      skip,
    }, async () => {
      for (let count = STARTS; count > 0; count--) {
        const running = reporting(binary, [...words, ...LIMIT, "sleep", "1000"]);
        await until("there is a guardian", () => childrenOf(running.pid).length > 0);
        for (const pid of childrenOf(running.pid)) process.kill(pid, "SIGSTOP");
        const { ended, report } = await running.told();
        assert.equal(endOfRun(ended), "124");
        assert.ok(report.elapsed_ms < patiently(LATE_MS), `${report.elapsed_ms} ms`);
      }
    });

    test(`a debugger holds curfew: it is killed when the tree is gone, ${mode}`, {
      skip,
    }, async () => {
      const running = curfew(binary, [...words, ...LATER, ...STONE]);
      await running.says(/^ready$/m);
      const holder = await hold(running.pid);
      await until("the tree is gone", () => stateOf(running.pid) === "Z");
      holder.kill("SIGKILL");
      assert.equal(endOfRun(await running.ended), "SIGKILL");
    });
  }

  test("curfew is stopped over its limit: what the command leaves gets the signal once", async () => {
    const script = `"$0" 15 & trap 'exit 5' TERM; while :; do sleep 0.05; done`;
    const limit = ["--timeout", "200ms", "--kill-after", "1s"];
    const running = reporting(binary, ["run", ...limit, "sh", "-c", script, HANDLES]);
    await running.says(/^ready/m);
    running.kill("SIGSTOP");
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.outcome, report.tree_gone], END);
    assert.equal(ended.stdout.match(/^caught 15$/gm)?.length, 1);
  });

  test("a debugger holds the guardian: curfew ends the tree itself", {
    skip: NO_DEBUGGER,
  }, async () => {
    const running = reporting(binary, ["run", ...LATER, ...STONE]);
    await running.says(/^ready$/m);
    const holder = await hold(await guardianOf(running.pid));
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.outcome, report.tree_gone], END);
    assert.doesNotMatch(ended.stderr, /could not be ended/);
    holder.kill("SIGKILL");
  });

  for (const held of ["$PPID", "$PPID $$"]) {
    test(`a member of the tree holds ${held}`, { skip: NO_DEBUGGER }, async () => {
      const script = `trap "" TERM; sleep 1000 | "$0" ${held} & while :; do sleep 0.05; done`;
      const running = reporting(binary, ["run", ...LATER, "sh", "-c", script, child("holds")]);
      await running.says(/^held$/m);
      const { ended, report } = await running.told();
      assert.deepEqual([endOfRun(ended), report.outcome, report.tree_gone], END);
    });
  }

  test("no process of the same user holds the guardian, once it has settled in", {
    skip: !IS_ROOT && "only root can be two users here",
  }, async () => {
    const as = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];
    const options = { before: as, cwd: "/", input: OPEN } as const;
    const running = curfew(staged(binary), ["run", ...READS], options);
    await running.says(/^ready$/m);
    const guardian = await guardianOf(running.pid);
    const title = () => readFileSync(`/proc/${guardian}/cmdline`, "utf8");
    await until("it has settled in", () => /^guardian: \d+ [1-9]/.test(title()));
    const holder = start([...as, staged({ ...binary, path: child("holds") }).path, `${guardian}`]);
    await holder.says(/^impossible$/m);
    running.write("\n");
    assert.equal(endOfRun(await running.ended), "5");
  });

  test("a debugger holds the guardian and the command", { skip: NO_DEBUGGER }, async () => {
    const running = reporting(binary, ["run", ...LATER, HANDLES, "15"]);
    const [, pid] = await running.says(/^ready (\d+)$/m);
    const holder = await hold(await guardianOf(running.pid), Number(pid));
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.outcome], ["124", "timed_out"]);
    holder.kill("SIGKILL");
  });
}

describe("stopped and held", () => {
  for (const binary of BINARIES) describe(binary.name, { concurrency: 2 }, () => stopped(binary));
});
