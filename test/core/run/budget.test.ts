import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Budget } from "../../../src/core/run/budget.ts";
import {
  budgetOf,
  wallLimitOf,
  wallTimeOf,
  withClockSet,
  withLaterUntil,
} from "../../../src/core/run/budget.ts";
import type { Spec } from "../../../src/core/spec/spec.ts";
import type { Duration, Instant } from "../../../src/core/values/duration.ts";
import type { WallTime } from "../../../src/core/values/wall-time.ts";
import { specOf } from "./transcript.ts";

const NOW = 1_800_000_000;
const CLOCKS = { at: 7_000_000 as Instant, wall: (NOW * 1e6) as WallTime };

/** A spec that has inherited a deadline so many seconds from now. */
function inheriting(call: string, seconds: number): Spec {
  const at = ((NOW + seconds) * 1e6) as WallTime;
  return { ...specOf(call), inherited: { at, from: { pid: 1, startTime: 1 } } };
}

/** Seconds from now on until an instant or a time; undefined: never. */
const secondsTo = ({ limits, handedDown }: Budget) => {
  const limit = wallLimitOf(limits);
  return [
    limit === undefined ? undefined : (limit - CLOCKS.at) / 1e6,
    handedDown === undefined ? undefined : (handedDown - CLOCKS.wall) / 1e6,
  ];
};

/**
 * A command line, seconds until the inherited deadline, the seconds until our limit by the time of
 * day, and those until the time that is handed down.
 */
const ROWS: readonly (readonly [
  call: string,
  inherited: number | undefined,
  limit: number | undefined,
  handedDown: number | undefined,
])[] = [
  ["run a", undefined, undefined, undefined],
  ["run --propagate-deadline a", undefined, undefined, undefined],
  ["run --propagate-deadline --timeout 9 a", undefined, undefined, 9],
  [`run --propagate-deadline --until @${NOW + 7} a`, undefined, 7, 7],
  [`run --propagate-deadline --timeout 5 --until @${NOW + 7} a`, undefined, 7, 5],
  [`run --timeout 5 --until @${NOW + 7} a`, undefined, 7, undefined],
  // A quarter of the time left, where that is less than --kill-after.
  ["run --propagate-deadline a", 8, 6, 6],
  ["run --propagate-deadline a", 100, 95, 95],
  ["run --propagate-deadline --kill-after 30 a", 100, 75, 75],
  ["run --propagate-deadline --kill-after 2 a", 100, 98, 98],
  ["run --propagate-deadline --kill-after inf a", 100, 100, 100],
  ["run --propagate-deadline --timeout 5 a", 100, 95, 5],
  [`run --propagate-deadline --until @${NOW + 7} a`, 100, 7, 7],
  ["run a", 100, 95, undefined],
  ["init a", 100, 92, undefined],
];

for (const [call, inherited, limit, handedDown] of ROWS) {
  test(`${call}, ${inherited} s inherited: ${limit}, ${handedDown}`, () => {
    const spec = inherited === undefined ? specOf(call) : inheriting(call, inherited);
    assert.deepEqual(secondsTo(budgetOf(spec, CLOCKS, true)), [limit, handedDown]);
    assert.equal(budgetOf(spec, CLOCKS, true).isExpired, false);
  });
}

test("three budgets, one in the other: each ends in time for the one above it", () => {
  const outer = budgetOf(specOf("run --propagate-deadline --timeout 64 a"), CLOCKS, false);
  const innerOf = ({ handedDown = 0 as WallTime }: Budget, call: string) => {
    const seconds = (handedDown - CLOCKS.wall) / 1e6;
    return budgetOf(inheriting(call, seconds), CLOCKS, true);
  };
  const middle = innerOf(outer, "run --propagate-deadline --kill-after 30 a");
  const inner = innerOf(middle, "run --propagate-deadline --kill-after 4 a");
  assert.deepEqual(secondsTo(outer), [undefined, 64]);
  assert.deepEqual(secondsTo(middle), [48, 48]);
  assert.deepEqual(secondsTo(inner), [44, 44]);
});

test("a deadline whose process is gone is none", () => {
  const budget = budgetOf(inheriting("run --propagate-deadline a", 8), CLOCKS, false);
  assert.deepEqual(secondsTo(budget), [undefined, undefined]);
});

test("what has passed has expired, also at the very instant", () => {
  const expired = (spec: Spec) => budgetOf(spec, CLOCKS, true).isExpired;
  assert.ok(expired(specOf("run --until @5 a")));
  assert.ok(expired(specOf(`run --until @${NOW} a`)));
  assert.ok(!expired(specOf(`run --until @${NOW}.000001 a`)));
  assert.ok(expired(inheriting("run a", 0)));
  assert.ok(expired(inheriting("run a", -9)));
  assert.ok(!expired(inheriting("run a", 0.000001)));
});

const us = fc.integer({ min: -1e13, max: 1e13 });

test("our limit is never behind the deadline of the curfew above, and never in the past", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e13 }), fc.nat(1e9), (left, killAfter) => {
      const spec = inheriting("run a", 0);
      const at = (CLOCKS.wall + left) as WallTime;
      const inherited = { at, from: { pid: 1, startTime: 1 } };
      const asked = { ...spec, inherited, killAfter: killAfter as Duration };
      const limit = wallTimeOf(budgetOf(asked, CLOCKS, true).limits);
      assert.ok(limit !== undefined && limit <= at && limit > CLOCKS.wall);
      assert.ok(at - limit <= Math.max(killAfter, 0) && at - limit <= left / 4);
    }),
  );
});

test("however a clock is set, the limit stays at its time of day", () => {
  fc.assert(
    fc.property(us, us, fc.nat(1e9), (first, second, later) => {
      const spec = specOf(`run --until @${NOW + 7} a`);
      const { limits } = budgetOf(spec, CLOCKS, false);
      const at = (CLOCKS.at + later) as Instant;
      const set = (before: typeof limits, by: number) =>
        withClockSet(before, { at, wall: (CLOCKS.wall + later + by) as WallTime });
      const moved = set(set(limits, first), second);
      assert.equal(wallTimeOf(moved), (NOW + 7) * 1e6);
      assert.deepEqual(moved, set(limits, second));
      assert.deepEqual(set(moved, 0), limits);
    }),
  );
});

test("extend moves --until, and no inherited deadline", () => {
  const limits = { untilAt: 5 as Instant, inheritedAt: 6 as Instant, ahead: 1 as Duration };
  assert.deepEqual(withLaterUntil(limits, 3 as Duration), { ...limits, untilAt: 8 });
  const inherited = { ...limits, untilAt: undefined };
  assert.deepEqual(withLaterUntil(inherited, 3 as Duration), inherited);
});
