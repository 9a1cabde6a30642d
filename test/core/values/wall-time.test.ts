import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  formatEpochSeconds,
  formatWallTime,
  parseEpochSeconds,
  parseWallTime,
  type WallTime,
} from "../../../src/core/values/wall-time.ts";

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

const DAY = 86_400e6;

/** A text, and the time that it means; undefined: none. */
const TEXTS: readonly (readonly [text: string, us: number | undefined])[] = [
  ["1970-01-01T00:00:00Z", 0],
  ["1970-01-02t00:00:00z", DAY],
  ["1970-01-02 00:00:00Z", DAY],
  ["1970-01-01T00:00:00.5Z", 500_000],
  ["1970-01-01T00:00:00.0000001Z", 1],
  ["1970-01-01T00:00:00.1234560000Z", 123_456],
  ["1970-01-01T01:30:00+01:30", 0],
  ["1969-12-31T20:00:00-04:00", 0],
  ["1970-01-01T23:59:60Z", DAY],
  ["2000-02-29T00:00:00Z", 951_782_400e6],
  ["2024-02-29T23:59:59Z", 1_709_251_199e6],
  ["2100-03-01T00:00:00Z", 4_107_542_400e6],
  ["1969-12-31T23:59:59Z", 0],
  ["0001-01-01T00:00:00Z", 0],
  ["9999-12-31T23:59:59Z", Number.MAX_SAFE_INTEGER],
  ["2023-02-29T00:00:00Z", undefined],
  ["2100-02-29T00:00:00Z", undefined],
  ["2024-04-31T00:00:00Z", undefined],
  ["2024-00-01T00:00:00Z", undefined],
  ["2024-13-01T00:00:00Z", undefined],
  ["2024-01-00T00:00:00Z", undefined],
  ["2024-01-01T24:00:00Z", undefined],
  ["2024-01-01T00:60:00Z", undefined],
  ["2024-01-01T00:00:61Z", undefined],
  ["2024-01-01T00:00:00+24:00", undefined],
  ["2024-01-01T00:00:00+01:60", undefined],
  ["2024-01-01T00:00:00", undefined],
  ["2024-01-01T00:00:00.Z", undefined],
  ["2024-01-01", undefined],
  [" 2024-01-01T00:00:00Z", undefined],
  ["2024-01-01T00:00:00Z\n", undefined],
  ["24-01-01T00:00:00Z", undefined],
  ["@0", 0],
  ["@1.", 1e6],
  ["@1.000001", 1_000_001],
  ["@1.0000001", 1_000_001],
  ["@999999999999999", Number.MAX_SAFE_INTEGER],
  ["@", undefined],
  ["@-1", undefined],
  ["@1e3", undefined],
  ["@@1", undefined],
  ["@.5", undefined],
  ["1", undefined],
  ["", undefined],
];

for (const [text, us] of TEXTS) {
  test(`${JSON.stringify(text)} means ${us}`, () => assert.equal(parseWallTime(text), us));
}

test("a time is read as Date reads it", () => {
  const range = { min: 0, max: Number.MAX_SAFE_INTEGER };
  fc.assert(
    fc.property(fc.integer(range), (us) => {
      const ms = Math.floor(us / 1000);
      assert.equal(parseWallTime(new Date(ms).toISOString()), ms * 1000);
      assert.equal(parseWallTime(formatWallTime(us as WallTime)), ms * 1000);
    }),
    { numRuns: 2000 },
  );
});

test("seconds since 1970 are read as they were written, to the microsecond", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (us) => {
      assert.equal(parseEpochSeconds(formatEpochSeconds(us as WallTime)), us);
    }),
  );
});
