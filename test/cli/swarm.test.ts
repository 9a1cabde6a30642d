// A tree that forks without a pause keeps whoever looks at it busy: the end comes all the same.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { UNIFIED } from "../adversaries/users.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { child } from "./children.ts";
import { reporting } from "./reports.ts";
import { endOfRun, guardianOf } from "./run.ts";

const SWARM = child("swarm");
const COUNT = 600;
/** By then it ends by itself; the bounds below are earlier. */
const LIFETIME_S = 15;
const KILL_AFTER_MS = 500;
/** What may pass after SIGKILL was due, whatever happens. */
const LAST_MS = 5_000;

/** Living processes that are the swarm's, by the argument that none but one test's has. */
function left(mark: string): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && isOf(pid, mark));
}

function isOf(pid: number, mark: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return words[0] === SWARM && words.includes(mark);
  } catch {
    return false;
  }
}

type Row = readonly [containment: string, reach: "tree" | "group" | "child", skip?: string];

const NO_CGROUP = UNIFIED === undefined ? (["no writable cgroup2 here"] as const) : ([] as const);

const ROWS: readonly Row[] = [
  ["auto", "tree"],
  ["subreaper", "tree"],
  ["pidns", "tree"],
  ["cgroup", "tree", ...NO_CGROUP],
  ["group", "group"],
  ["child", "child"],
];

let marks = 0;

function swarms(binary: Binary): void {
  for (const [containment, reach, skip] of ROWS) {
    test(`${containment}: back in time`, { skip }, async () => {
      const mark = `${reach === "group" ? "group" : "session"}-${process.pid}-${marks++}`;
      const words = ["--containment", containment, "-k", `${KILL_AFTER_MS}ms`, "--", SWARM];
      // Where the rest is out of reach, it lives on for a while.
      const count = reach === "child" ? COUNT / 10 : COUNT;
      const swarm = [String(count), String(LIFETIME_S), reach === "group" ? "group" : "x"];
      const running = reporting(binary, ["run", ...words, ...swarm, mark]);
      await running.says(/^ready/);
      const begin = performance.now();
      running.kill("SIGTERM");
      const { ended, report } = await running.told();
      const time = performance.now() - begin;
      assert.ok(time < KILL_AFTER_MS + LAST_MS, `back after ${time} ms: ${JSON.stringify(report)}`);
      assert.equal(endOfRun(ended), "SIGKILL");
      if (reach === "tree") assert.equal(report.tree_gone, true);
      if (reach !== "child") assert.deepEqual(left(mark), []);
    });
  }

  test("the guardian is lost: curfew sweeps itself, and is back in time", async () => {
    const mark = `session-${process.pid}-${marks++}`;
    const swarm = [SWARM, String(COUNT), String(LIFETIME_S), "x", mark];
    const running = reporting(binary, ["run", "-k", `${KILL_AFTER_MS}ms`, "--", ...swarm]);
    await running.says(/^ready/);
    const guardian = await guardianOf(running.pid);
    const begin = performance.now();
    process.kill(guardian, "SIGKILL");
    const { ended, report } = await running.told();
    const time = performance.now() - begin;
    assert.ok(time < LAST_MS, `back after ${time} ms: ${JSON.stringify(report)}`);
    assert.deepEqual([endOfRun(ended), report.outcome], ["125", "guardian_lost"]);
    assert.equal(report.tree_gone, true);
    assert.deepEqual(left(mark), []);
  });
}

describe("a tree that forks without a pause", () => {
  for (const binary of BINARIES) {
    describe(binary.name, () => swarms(binary));
  }
});
