// How long a sweep may take.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SWEEP_LIMIT, SWEEP_SLACK } from "../../../src/core/run/ladder.ts";
import { start, step } from "../../../src/core/run/step.ts";
import { willOf } from "../../../src/core/run/will.ts";
import type { Instant } from "../../../src/core/values/duration.ts";
import { empty, spawned, specOf, ZERO } from "./transcript.ts";

const spec = specOf("-s KILL 5 cmd");
const at = ZERO as Instant;
const { state: running } = step(spec, start(spec).state, { ...spawned.event, at });
// The compiler is to know the phase.
assert.ok(running.phase === "running");

/** How long after SIGKILL was due a sweep ends that curfew orders so late. */
function endAfter(late: number): number {
  const now = (at + 5e6 + late) as Instant;
  const { actions } = step(spec, running, { type: "deadline", at: now });
  const [sweep] = actions.filter((action) => action.type === "sweep");
  return late + (sweep?.limit ?? Number.NaN);
}

test("a sweep ends as long after SIGKILL was due, however late curfew orders it", () => {
  for (const late of [1, 100_000, SWEEP_SLACK - 1, SWEEP_SLACK])
    assert.equal(endAfter(late), SWEEP_LIMIT, `${late} us late`);
});

test("after that the guardian sweeps alone, and curfew's own order leaves time for it", () => {
  for (const late of [SWEEP_SLACK + 1, 60_000_000])
    assert.equal(endAfter(late) - late, SWEEP_LIMIT - SWEEP_SLACK, `${late} us late`);
  const { sweepAt, sweepLimit } = willOf(spec, running) ?? {};
  assert.equal((sweepAt ?? 0) + (sweepLimit ?? 0), at + 5e6 + SWEEP_LIMIT);
});

test("a command that was killed before it was started counts as killed", () => {
  const now = (at + 5e6 + 1) as Instant;
  const { state } = step(spec, running, { type: "deadline", at: now });
  const swept = { type: "swept", at: now, pid: 0, proof: "echild", end: undefined } as const;
  const { actions } = step(spec, state, { ...swept, usage: empty.event.usage, survivors: [] });
  const [exit] = actions.filter((action) => action.type === "exit");
  assert.equal(exit?.exit.code, 137);
});
