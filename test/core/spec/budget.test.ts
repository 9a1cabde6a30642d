import assert from "node:assert/strict";
import { test } from "node:test";
import type { Budgeting } from "../../../src/core/spec/budget.ts";
import {
  asksForBudget,
  BUDGET_DEFAULTS,
  followsWallClock,
  needsWallClock,
} from "../../../src/core/spec/budget.ts";
import type { Duration } from "../../../src/core/values/duration.ts";
import type { WallTime } from "../../../src/core/values/wall-time.ts";

const inherited = { at: 5 as WallTime, from: { pid: 1, startTime: 2 } };

/** Options, whether a run notes anything, needs the time of day, and follows the wall clock. */
const ROWS: readonly (readonly [Partial<Budgeting>, boolean, boolean, boolean])[] = [
  [{}, false, false, false],
  [{ ignoresDeadline: true }, false, false, false],
  [{ until: 0 as WallTime }, true, true, true],
  [{ inherited }, true, true, true],
  [{ propagatesDeadline: true }, true, true, false],
  [{ endsWithStdin: true }, true, false, false],
  [{ heartbeat: 1 as Duration }, true, false, false],
];

for (const [given, ...expected] of ROWS) {
  test(JSON.stringify(given), () => {
    const asked = { ...BUDGET_DEFAULTS, ...given };
    const found = [asksForBudget(asked), needsWallClock(asked), followsWallClock(asked)];
    assert.deepEqual(found, expected);
  });
}
