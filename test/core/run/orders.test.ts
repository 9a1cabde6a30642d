import assert from "node:assert/strict";
import { test } from "node:test";
import { withOrders } from "../../../src/core/run/orders.ts";
import { start, step } from "../../../src/core/run/step.ts";
import type { Instant } from "../../../src/core/values/duration.ts";
import { spawned, specOf, ZERO } from "./transcript.ts";

const spec = specOf("run --timeout 5 cmd");
const at = ZERO as Instant;
const { state } = step(spec, start(spec).state, { ...spawned.event, at });

test("a state that has not changed needs no order", () => {
  const next = { state, actions: [] };
  assert.equal(withOrders(spec, state, next), next);
});

test("another limit is another will, which comes before all else", () => {
  assert.ok(state.phase === "running");
  const later = { ...state, limitAt: (at + 9e6) as Instant };
  const kill = { type: "kill", target: "child", signal: "SIGTERM" } as const;
  const { actions } = withOrders(spec, state, { state: later, actions: [kill] });
  assert.deepEqual(
    actions.map(({ type }) => type),
    ["will", "kill"],
  );
});
