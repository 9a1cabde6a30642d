import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatWallTime, type WallTime } from "../../../src/core/values/wall-time.ts";

const ROWS: readonly (readonly [us: number, text: string])[] = [
  [0, "1970-01-01T00:00:00.000Z"],
  [-1, "1969-12-31T23:59:59.999Z"],
  [951_782_400_000_999, "2000-02-29T00:00:00.000Z"],
  [1_709_251_199_999_999, "2024-02-29T23:59:59.999Z"],
  [4_107_542_399_000_000, "2100-02-28T23:59:59.000Z"],
  [4_107_542_400_000_000, "2100-03-01T00:00:00.000Z"],
];

for (const [us, text] of ROWS) {
  test(text, () => assert.equal(formatWallTime(us as WallTime), text));
}

test("is what Date says, back to the year 1686 and on to 2255", () => {
  const range = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
  fc.assert(
    fc.property(fc.integer(range), (us) => {
      const expected = new Date(Math.floor(us / 1000)).toISOString();
      assert.equal(formatWallTime(us as WallTime), expected);
    }),
    { numRuns: 2000 },
  );
});
