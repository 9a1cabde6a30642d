// A tree that forks without a pause keeps curfew busy with looks: the end comes all the same.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { IS_ROOT, UNIFIED } from "../adversaries/users.ts";
import { patiently } from "../patience.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { child } from "./children.ts";
import { reporting } from "./reports.ts";
import { endOfRun, guardianOf, until, untilForks } from "./run.ts";

const SWARM = child("swarm");
const COUNT = 600;
/**
 * By then it ends by itself; the bounds below are earlier. Among so many processes this one may
 * need seconds until it reads that they are ready.
 */
const LIFETIME_S = 60;
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

type Row = readonly [containment: string, reach: "tree" | "group", skip?: string];

const NO_CGROUP = UNIFIED === undefined ? (["no writable cgroup2 here"] as const) : ([] as const);

const ROWS: readonly Row[] = [
  ["auto", "tree"],
  ["subreaper", "tree"],
  ["pidns", "tree"],
  ["cgroup", "tree", ...NO_CGROUP],
  ["group", "group"],
];

let marks = 0;

function swarms(binary: Binary): void {
  for (const [containment, reach, skip] of ROWS) {
    test(`${containment}: back in time`, { skip }, async () => {
      const mark = `${reach === "group" ? "group" : "session"}-${process.pid}-${marks++}`;
      const words = ["--containment", containment, "-k", `${KILL_AFTER_MS}ms`, "--", SWARM];
      const swarm = [String(COUNT), String(LIFETIME_S), reach === "group" ? "group" : "x"];
      const running = reporting(binary, ["run", ...words, ...swarm, mark]);
      await running.says(/^ready/);
      const begin = performance.now();
      running.kill("SIGTERM");
      const { ended, report } = await running.told();
      const time = performance.now() - begin;
      assert.ok(
        time < patiently(KILL_AFTER_MS + LAST_MS),
        `back after ${time} ms: ${JSON.stringify(report)}`,
      );
      // On a busy machine, what was killed in a group may still wait for a processor to die on.
      const whys = report.survivors.map(({ why }) => why);
      const areDying = reach === "group" && whys.length > 0 && whys.every((why) => why === "dying");
      assert.equal(endOfRun(ended), areDying ? "125" : "SIGKILL", JSON.stringify(report));
      if (reach === "tree") assert.equal(report.tree_gone, true);
      if (areDying) await until("they have died", () => left(mark).length === 0);
      else assert.deepEqual(left(mark), []);
      await untilForks();
    });
  }

  // What is out of reach ends with a PID namespace around it: no other process could be sure to
  // reap it.
  const around = ["unshare", IS_ROOT ? "-pf" : "-Urpf", "--mount-proc"];
  const isPossible = spawnSync("sh", ["-c", '"$@"', "sh", ...around, "true"]).status === 0;
  test("child: back in time", { skip: !isPossible && "no PID namespaces here" }, async () => {
    const limit = ["--timeout", "500ms", "-k", `${KILL_AFTER_MS}ms`, "--containment", "child"];
    const command = ["--", SWARM, String(COUNT), String(LIFETIME_S)];
    const before = [...around, "sh", "-c", '"$@"; exit $?', "sh"];
    const { ended, report } = await reporting(binary, ["run", ...limit, ...command], {
      before,
    }).told();
    assert.equal(endOfRun(ended), "124");
    assert.ok(report.elapsed_ms < patiently(500 + KILL_AFTER_MS + LAST_MS), JSON.stringify(report));
  });

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
    assert.ok(time < patiently(LAST_MS), `back after ${time} ms: ${JSON.stringify(report)}`);
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
