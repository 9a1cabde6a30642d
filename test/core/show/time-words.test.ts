import assert from "node:assert/strict";
import { test } from "node:test";
import { clockText, shortText } from "../../../src/core/show/time-words.ts";

test("the times of a run have one form, which depends on its length", () => {
  for (const [ms, total, text] of [
    [0, 2000, "0.000 s"],
    [1500.04, 2000, "1.500 s"],
    [599_999, 599_999, "599.999 s"],
    [1500.04, 600_000, "00:00:01.500"],
    [3_723_004.9, 1e8, "01:02:03.004"],
    [1e15, 1e15, "277777777:46:40.000"],
  ] as const) {
    assert.equal(clockText(ms, total), text);
  }
});

test("a tick is as short as it can be", () => {
  for (const [ms, text] of [
    [0, "0"],
    [0.4, "0"],
    [1, "0.001s"],
    [500, "0.5s"],
    [2003.975, "2.004s"],
    [99_000, "1m39s"],
    [150_000, "2m30s"],
    [180_000, "3m00s"],
    [11_100_000, "3h05m"],
    [187_200_000, "2d4h"],
  ] as const) {
    assert.equal(shortText(ms), text);
  }
});
