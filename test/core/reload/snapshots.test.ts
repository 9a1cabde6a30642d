import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServiceEvent, ServiceState } from "../../../src/core/reload/generations.ts";
import { startService, stepService } from "../../../src/core/reload/service.ts";
import { afterSnapshots } from "../../../src/core/reload/snapshots.ts";
import type { Instant } from "../../../src/core/values/duration.ts";
import { treeOf } from "../inspect/snapshots.ts";
import { specOf } from "../run/transcript.ts";

const SPEC = specOf("init --timeout 5s --watch /w cmd");
const TREE = treeOf([]);
const HOLDING = { mechanism: "subreaper", reasons: [], limits: [] } as const;

/** The first generation runs since 0 s. */
function serving(): ServiceState {
  const event = { type: "spawned", at: 0 as Instant, holding: HOLDING } as const;
  return stepService(SPEC, startService(SPEC).state, { type: "generation", generation: 1, event })
    .state;
}

const late: ServiceEvent = { type: "deadline", at: 6_000_000 as Instant };

test("a deadline that ends a generation becomes that generation's, with its tree", () => {
  const looked: number[] = [];
  const look = (generation: number) => {
    looked.push(generation);
    return TREE;
  };
  assert.deepEqual(afterSnapshots(SPEC, serving(), late, look), {
    type: "generation",
    generation: 1,
    event: { ...late, tree: TREE },
  });
  assert.deepEqual(looked, [1]);
});

test("no other event changes", () => {
  const early: ServiceEvent = { type: "deadline", at: 4_000_000 as Instant };
  const changed: ServiceEvent = { type: "changed", at: 6_000_000 as Instant, path: "/w" };
  const look = () => assert.fail("it was not asked for");
  for (const event of [early, changed])
    assert.equal(afterSnapshots(SPEC, serving(), event, look), event);
  assert.equal(afterSnapshots(SPEC, serving(), late, undefined), late);
  assert.equal(
    afterSnapshots(SPEC, serving(), late, () => undefined),
    late,
  );
});
