import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
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

test("among the lives is everything that can happen", {
  skip: SEED !== undefined && "one life only",
}, () => {
  const lines = lives.map(([, { transcript }]) => transcript).join("\n");
  for (const what of [
    "spawned",
    "spawn-failed",
    "exited",
    "stopped",
    "continued",
    "signal",
    "cancelled",
    "deadline",
    "say-leftovers",
    "report",
  ]) {
    assert.ok(lines.split(`{"type":"${what}"`).length > 500, what);
  }
  const ends = lives.map(([, { end }]) => (end === "stuck" ? end : `${end.kind} ${end.code}`));
  const wanted = [
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
  for (const end of wanted) assert.ok(ends.filter((other) => other === end).length > 50, end);
});
