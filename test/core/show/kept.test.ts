import assert from "node:assert/strict";
import { test } from "node:test";
import { keep, keptNothing, lastOf } from "../../../src/core/show/kept.ts";

test("the first and the last values are kept in order, the others are counted", () => {
  for (const [count, first, last, omitted] of [
    [0, [], [], 0],
    [2, [0, 1], [], 0],
    [3, [0, 1, 2], [], 0],
    [5, [0, 1, 2], [3, 4], 0],
    [6, [0, 1, 2], [3, 4, 5], 0],
    [7, [0, 1, 2], [4, 5, 6], 1],
    [1000, [0, 1, 2], [997, 998, 999], 994],
  ] as const) {
    const kept = keptNothing<number>();
    for (let at = 0; at < count; at += 1) keep(kept, at, 3);
    assert.deepEqual([kept.first, lastOf(kept), kept.omitted], [first, last, omitted]);
  }
});
