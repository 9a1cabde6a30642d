import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LONGEST_PIECE, Splitter } from "../../../src/node/output/splitter.ts";

function split(chunks: readonly Uint8Array[]): readonly string[] {
  const splitter = new Splitter();
  return [...chunks.flatMap((chunk) => splitter.add(chunk)), ...splitter.end()];
}

test("a newline ends a line, a carriage return before it is none of it", () => {
  assert.deepEqual(split([Buffer.from("a\nb\r\n\nc")]), ["a", "b", "", "c"]);
  assert.deepEqual(split([Buffer.from("a\r"), Buffer.from("\nb\n")]), ["a", "b"]);
  assert.deepEqual(split([]), []);
  assert.deepEqual(split([Buffer.from("\n")]), [""]);
});

test("lines do not depend on where chunks end", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "€", "😀", "\n", "\r\n") });
  fc.assert(
    fc.property(text, fc.array(fc.nat(40)), (whole, cuts) => {
      const bytes = Buffer.from(whole);
      const sorted = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort(
        (a, b) => a - b,
      );
      const chunks = sorted.slice(1).map((to, at) => bytes.subarray(sorted[at], to));
      assert.deepEqual(split(chunks), split([bytes]));
    }),
  );
});

test("bytes that are no UTF-8 become U+FFFD, a byte order mark stays", () => {
  assert.deepEqual(split([Buffer.from([0xe2, 0x82]), Buffer.from([0x0a, 0xff])]), [
    "\ufffd",
    "\ufffd",
  ]);
  assert.deepEqual(split([Buffer.from("\ufeffa\n")]), ["\ufeffa"]);
});

test("a long line comes in pieces, and no character is cut in two", () => {
  const line = `a${"😀".repeat(LONGEST_PIECE)}`;
  const pieces = split([Buffer.from(line), Buffer.from("\nb")]);
  assert.equal(pieces.at(-1), "b");
  assert.equal(pieces.slice(0, -1).join(""), line);
  for (const piece of pieces) {
    assert.ok(piece.length <= LONGEST_PIECE);
    assert.ok(piece.isWellFormed());
  }
});
