import assert from "node:assert/strict";
import { test } from "node:test";
import { appendUtf8, utf8Of } from "../../../src/core/values/utf8.ts";

function bytesOf(point: number): number[] {
  const bytes: number[] = [];
  appendUtf8(bytes, point);
  return bytes;
}

test("the first and the last code points of each length", () => {
  for (const point of [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff]) {
    assert.deepEqual(bytesOf(point), [...Buffer.from(String.fromCodePoint(point))]);
  }
});

test("a byte that was not UTF-8 becomes that byte again", () => {
  assert.deepEqual([bytesOf(0xdc80), bytesOf(0xdcff)], [[0x80], [0xff]]);
});

test("bytes are appended", () => {
  const bytes = [1];
  appendUtf8(bytes, 0xe9);
  assert.deepEqual(bytes, [1, 0xc3, 0xa9]);
});

test("a character that was read in pieces is whole again; what is not UTF-8 stays", () => {
  assert.equal(utf8Of("a\udce2\udc82\udcacb"), "a€b");
  assert.equal(utf8Of("ü\udcc3\udcbc\u{1f600}"), "üü\u{1f600}");
  assert.equal(utf8Of("a\udcff"), "a\udcff");
  assert.equal(utf8Of("a€"), "a€");
});
