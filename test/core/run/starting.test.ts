import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event } from "../../../src/core/report/event.ts";
import { stepStarting } from "../../../src/core/run/starting.ts";
import { start } from "../../../src/core/run/step.ts";
import type { Instant } from "../../../src/core/values/duration.ts";
import { signal, spawned, spawnedUntil, specOf, textOf, ZERO } from "./transcript.ts";

/** The step of an event before any other. */
function first(call: string, event: object) {
  const spec = specOf(call);
  return stepStarting(spec, start(spec).state, { ...event, at: ZERO as Instant } as Event);
}

test("a start begins the clocks that were asked for, and no others", () => {
  const { state, actions } = first("run --timeout 5 cmd", spawned.event);
  assert.equal(actions.length, 0);
  assert.equal(state.phase, "running");
  if (state.phase !== "running") return;
  assert.deepEqual(
    [state.limitAt, state.idleAt, state.run.budget],
    [ZERO + 5e6, undefined, undefined],
  );
  const budgeted = first("run --until @9 --heartbeat 3 cmd", spawnedUntil(7).event).state;
  assert.ok(budgeted.phase === "running");
  const { wall, beatAt } = budgeted.run.budget ?? {};
  assert.deepEqual([wall?.untilAt, beatAt], [ZERO + 7e6, ZERO + 3e6]);
});

test("with -v init says what holds the tree", () => {
  assert.equal(textOf(first("init -v cmd", spawned.event).actions), "say holding subreaper");
});

test("nothing else is an answer to a spawn", () => {
  const { state, actions } = first("run cmd", signal("SIGTERM").event);
  assert.deepEqual([state.phase, actions], ["starting", []]);
});
