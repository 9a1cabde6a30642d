import assert from "node:assert/strict";
import { test } from "node:test";
import { recordOf } from "../../../src/core/report/event-record.ts";
import type { Instant } from "../../../src/core/values/duration.ts";

const at = 2500 as Instant;

test("the time of an event counts from the start of the run", () => {
  const event = { type: "resumed", at } as const;
  assert.deepEqual(recordOf(event, 1000 as Instant), { event, at: 1500 });
});

test("an event that was read before the start counts from the start", () => {
  assert.equal(recordOf({ type: "resumed", at }, (at + 1) as Instant).at, 0);
  assert.equal(recordOf({ type: "changed", at, path: "a" }, 9000 as Instant).at, 0);
});
