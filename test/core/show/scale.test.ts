import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { scaleOf } from "../../../src/core/show/scale.ts";

const labels = (total: number, ending?: number) =>
  scaleOf(total, ending).ticks.map(({ label }) => label);

test("ticks are round times, the beginning and the end", () => {
  assert.deepEqual(labels(10_000), ["0", "2s", "4s", "6s", "8s", "10s"]);
  assert.deepEqual(labels(0), ["0", "0.001s"]);
  assert.deepEqual(labels(301, 300.2), ["0", "0.1s", "0.2s", "0.3s", "0.301s"]);
  assert.deepEqual(labels(7_200_000), ["0", "30m00s", "1h00m", "1h30m", "2h00m"]);
});

test("a short end of a long run has two fifths of the width", () => {
  const { placeOf, brokenAt, ticks } = scaleOf(1_202_000, 1_200_000);
  assert.equal(brokenAt, 0.6);
  assert.deepEqual(
    [0, 600_000, 1_200_000, 1_201_000, 1_202_000].map(placeOf),
    [0, 0.3, 0.6, 0.8, 1],
  );
  assert.ok(ticks.some(({ place }) => place === 0.6));
  assert.equal(scaleOf(2000, 1000).brokenAt, undefined);
  assert.equal(scaleOf(2000, 2000).brokenAt, undefined);
  assert.equal(scaleOf(2000, undefined).brokenAt, undefined);
});

test("whatever the times: places grow from 0 to 1, and ticks are apart", () => {
  const ms = fc.oneof(fc.double({ min: 0, max: 1e15, noNaN: true }), fc.nat(10_000));
  fc.assert(
    fc.property(ms, fc.option(ms, { nil: undefined }), fc.array(ms), (total, ending, times) => {
      const { placeOf, ticks } = scaleOf(total, ending);
      const places = [...times].sort((a, b) => a - b).map(placeOf);
      for (const [index, place] of places.entries()) {
        assert.ok(place >= (places[index - 1] ?? 0) && place <= 1, `${place}`);
      }
      assert.ok(ticks.length >= 2 && ticks.length <= 11);
      assert.equal(new Set(ticks.map(({ label }) => label)).size, ticks.length);
      for (const [index, { place }] of ticks.entries()) {
        assert.ok(index === 0 || place - (ticks[index - 1]?.place ?? 0) >= 0.0999);
      }
    }),
    { numRuns: 3000 },
  );
});
