import assert from "node:assert/strict";
import { test } from "node:test";
import { appendUtf8 } from "../../../src/core/values/utf8.ts";

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
