import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import type { Event } from "../../src/core/report/event.ts";
import type { Outcome } from "../../src/core/report/report.ts";
import type { Action } from "../../src/core/run/action.ts";
import { checksum } from "./chance.ts";
import { type Life, live } from "./lives.ts";

const LIVES = 20_000;

/** `CURFEW_SEED=N` lives one life again. */
const SEED = process.env.CURFEW_SEED;

/** Every commit lives lives of its own, besides those that all live. */
function seeds(): readonly number[] {
  if (SEED !== undefined) return [Number(SEED)];
  const from = checksum(commit());
  return Array.from({ length: LIVES }, (_, n) => (n % 2 === 0 ? n / 2 : (from + n) >>> 0));
}

/** The commit's hash; an unpacked archive has none. */
function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8", stdio: "pipe" });
  } catch {
    return "";
  }
}

const lives: readonly (readonly [seed: number, life: Life])[] = seeds().map((seed) => [
  seed,
  live(seed),
]);

test(`${lives.length} lives keep every promise`, () => {
  for (const [seed, { broken, transcript }] of lives) {
    if (broken !== undefined) assert.fail(`${broken}\nCURFEW_SEED=${seed}\n${transcript}`);
  }
});

test("a life is lived again the same way", () => {
  for (const [seed, { transcript }] of lives.slice(0, 500)) {
    assert.equal(live(seed).transcript, transcript);
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

test("among the lives is everything that can happen", {
  skip: SEED !== undefined && "one life only",
}, () => {
  const lines = lives.map(([, { transcript }]) => transcript).join("\n");
  const count = (what: string) => lines.split(what).length - 1;
  for (const what of EVENTS) assert.ok(count(`{"type":"${what}"`) > 100, what);
  for (const what of ACTIONS) assert.ok(count(`{"type":"${what}"`) > 100, what);
  for (const what of OUTCOMES) assert.ok(count(`"outcome":"${what}"`) > 20, what);
  const rare = ['"backstop":true', '"why":"unkillable"', '"target":"rest"', '"leaked"'];
  for (const what of [...rare, '"draining"', '"queued"', '"dieOfSignal":false'])
    assert.ok(count(what) > 50, what);
  const ends = lives.map(([, { end }]) => (end === "stuck" ? end : `${end.kind} ${end.code}`));
  for (const end of ENDS) assert.ok(ends.filter((other) => other === end).length > 50, end);
});
