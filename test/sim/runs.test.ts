import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import type { Event } from "../../src/core/report/event.ts";
import type { Outcome } from "../../src/core/report/report.ts";
import type { Action } from "../../src/core/run/action.ts";
import { checksum } from "./chance.ts";
import { type SimulatedRun, simulate } from "./runs.ts";

const RUNS = 20_000;

/** `CURFEW_SEED=N` repeats one run. */
const SEED = process.env.CURFEW_SEED;

/** Half of the seeds are the same for every commit, half are its own. */
function seeds(): readonly number[] {
  if (SEED !== undefined) return [Number(SEED)];
  const from = checksum(commit());
  return Array.from({ length: RUNS }, (_, n) => (n % 2 === 0 ? n / 2 : (from + n) >>> 0));
}

/** The hash of the commit. An unpacked archive has none. */
function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8", stdio: "pipe" });
  } catch {
    return "";
  }
}

const runs: readonly (readonly [seed: number, run: SimulatedRun])[] = seeds().map((seed) => [
  seed,
  simulate(seed),
]);

test(`${runs.length} runs keep every promise`, () => {
  for (const [seed, { broken, transcript }] of runs) {
    if (broken !== undefined) assert.fail(`${broken}\nCURFEW_SEED=${seed}\n${transcript}`);
  }
});

test("a seed always makes the same run", () => {
  for (const [seed, { transcript }] of runs.slice(0, 500)) {
    assert.equal(simulate(seed).transcript, transcript);
  }
});

const EVENTS: readonly Event["type"][] = [
  "spawned",
  "spawn-failed",
  "exited",
  "tree-empty",
  "swept",
  "guardian-gone",
  "stopped",
  "continued",
  "signal",
  "cancelled",
  "caller-gone",
  "deadline",
];
const ACTIONS: readonly Action["type"][] = [
  "spawn",
  "kill",
  "will",
  "recipients",
  "sweep",
  "take-over",
  "leave-tree",
  "mirror-stop",
  "say",
  "emit",
  "report",
];
const OUTCOMES: readonly Outcome[] = [
  "exited",
  "signaled",
  "timed_out",
  "cancelled",
  "parent_died",
  "guardian_lost",
  "spawn_failed",
];
const ENDS: readonly string[] = [
  "stuck",
  "code 124",
  "code 125",
  "code 126",
  "code 127",
  "code 137",
  "code 143",
  "signal 137",
  "signal 143",
  "signal 139",
  "signal 192",
];

test("the runs have every event, action, outcome and kind of exit", {
  skip: SEED !== undefined && "one run only",
}, () => {
  const lines = runs.map(([, { transcript }]) => transcript).join("\n");
  const count = (what: string) => lines.split(what).length - 1;
  for (const what of EVENTS) assert.ok(count(`{"type":"${what}"`) > 100, what);
  for (const what of ACTIONS) assert.ok(count(`{"type":"${what}"`) > 100, what);
  for (const what of OUTCOMES) assert.ok(count(`"outcome":"${what}"`) > 20, what);
  const rare = ['"type":"backstop"', '"why":"unkillable"', '"target":"rest"', '"leaked"'];
  for (const what of [...rare, '"draining"', '"queued"', '"dieOfSignal":false'])
    assert.ok(count(what) > 50, what);
  const ends = runs.map(([, { end }]) => (end === "stuck" ? end : `${end.kind} ${end.code}`));
  for (const end of ENDS) assert.ok(ends.filter((other) => other === end).length > 50, end);
});
