import assert from "node:assert/strict";
import { test } from "node:test";
import { withLaterHeartbeat } from "../../../src/core/run/heartbeat.ts";
import type { State } from "../../../src/core/run/state.ts";
import { deadlineOf } from "../../../src/core/run/state.ts";
import { start, step } from "../../../src/core/run/step.ts";
import type { Instant } from "../../../src/core/values/duration.ts";
import { spawned, specOf, ZERO } from "./transcript.ts";

function running(call: string): Extract<State, { phase: "running" }> {
  const spec = specOf(call);
  const { state } = step(spec, start(spec).state, {
    ...spawned.event,
    at: ZERO as Instant,
  } as never);
  assert.equal(state.phase, "running");
  return state as Extract<State, { phase: "running" }>;
}

test("without the option curfew wakes up for nothing, and notes nothing", () => {
  const state = running("run cmd");
  assert.equal(deadlineOf(state), undefined);
  assert.equal(state.run.budget, undefined);
  assert.equal(withLaterHeartbeat(specOf("run cmd"), state, (ZERO + 5) as Instant), state);
});

test("an output puts the next line off", () => {
  const call = "run --heartbeat 10 cmd";
  const state = running(call);
  assert.equal(deadlineOf(state), ZERO + 10e6);
  const later = withLaterHeartbeat(specOf(call), state, (ZERO + 7e6) as Instant);
  assert.equal(deadlineOf(later), ZERO + 17e6);
});
