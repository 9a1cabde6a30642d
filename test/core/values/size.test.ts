import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Bytes, formatSize, parseSize } from "../../../src/core/values/size.ts";
import { SIZES, WRITTEN_SIZES } from "./rows/size.ts";

for (const [text, bytes] of SIZES) {
  const shown = text.length > 50 ? `${text.slice(0, 50)}...` : text;
  test(`4.6: size ${JSON.stringify(shown)} is ${bytes ?? "refused"}`, () => {
    assert.equal(parseSize(text), bytes);
  });
}

for (const [bytes, text] of WRITTEN_SIZES) {
  test(`${bytes} bytes are written ${text}`, () => assert.equal(formatSize(bytes as Bytes), text));
}

test("every size survives being written and read", () => {
  const factor = fc.constantFrom(1, 1e3, 1024, 1e6, 1024 ** 2, 1e9, 1024 ** 3, 1e12, 1024 ** 4);
  fc.assert(
    fc.property(fc.maxSafeNat(), factor, (n, factor) => {
      const bytes = n - (n % factor);
      const text = formatSize(bytes as Bytes);
      assert.equal(parseSize(text), bytes);
      assert.ok(text.length <= String(bytes).length);
    }),
    { numRuns: 3000 },
  );
});

test("any text gives a whole number that is not negative, or is refused", () => {
  const grammarish = fc.string({ unit: fc.constantFrom(..."0129KMGTB.-+ ".split("")) });
  fc.assert(
    fc.property(fc.oneof(grammarish, fc.string({ unit: "binary" })), (text) => {
      const bytes = parseSize(text);
      assert.ok(bytes === undefined || (Number.isSafeInteger(bytes) && bytes >= 0));
    }),
    { numRuns: 3000 },
  );
});
