import assert from "node:assert/strict";
import { test } from "node:test";
import type { Duration } from "../../../src/core/values/duration.ts";
import { formatElapsed } from "../../../src/core/values/elapsed.ts";

const ROWS: readonly (readonly [seconds: number, text: string])[] = [
  [0, "0.00s"],
  [-1, "0.00s"],
  [0.0049, "0.00s"],
  [0.25, "0.25s"],
  [9.994, "9.99s"],
  [9.996, "10.0s"],
  [12.34, "12.3s"],
  [59.94, "59.9s"],
  [59.96, "1m0s"],
  [133.4, "2m13s"],
  [3599.4, "59m59s"],
  [3599.6, "1h0m"],
  [11_100, "3h5m"],
  [86_399, "23h59m"],
  [86_400, "1d0h"],
  [273_600, "3d4h"],
];

test("a time that has passed, in words", () => {
  const shown = ROWS.map(([seconds]) => [seconds, formatElapsed((seconds * 1e6) as Duration)]);
  assert.deepEqual(shown, ROWS);
});
