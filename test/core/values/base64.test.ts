import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { base64Of } from "../../../src/core/values/base64.ts";

/** As the native side hands bytes over: what is not UTF-8 is U+DC80..U+DCFF. */
const ROWS: readonly (readonly [text: string, bytes: readonly number[]])[] = [
  ["", []],
  ["\udcff", [0xff]],
  ["\udc80a", [0x80, 0x61]],
  ["é\udcc3", [0xc3, 0xa9, 0xc3]],
  ["€\n💀\u007f\u0080", [0xe2, 0x82, 0xac, 0x0a, 0xf0, 0x9f, 0x92, 0x80, 0x7f, 0xc2, 0x80]],
  ["\u07ff\u0800\uffff", [0xdf, 0xbf, 0xe0, 0xa0, 0x80, 0xef, 0xbf, 0xbf]],
];

for (const [text, bytes] of ROWS) {
  test(`base64 of ${JSON.stringify(text)}`, () => {
    assert.equal(base64Of(text), Buffer.from(bytes).toString("base64"));
  });
}

test("base64 of texts of each length that ends a piece, or begins one", () => {
  for (let length = 760; length < 780; length++) {
    for (const text of ["x".repeat(length), `${"x".repeat(length)}€`]) {
      assert.equal(base64Of(text), Buffer.from(text).toString("base64"));
    }
  }
  const long = "é💀".repeat(500_000);
  assert.equal(base64Of(long), Buffer.from(long).toString("base64"));
});

test("base64 of any Unicode text is that of its UTF-8", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      assert.equal(base64Of(text), Buffer.from(text).toString("base64"));
    }),
  );
});
