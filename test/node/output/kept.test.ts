import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bytesOf, Keeper } from "../../../src/node/output/kept.ts";
import { textOf, withoutFinalNewline } from "../../../src/node/output/text.ts";

function keep(head: number, tail: number, chunks: readonly Uint8Array[]) {
  const keeper = new Keeper(head, tail);
  for (const chunk of chunks) keeper.add(chunk);
  return keeper.kept();
}

test("the beginning and the end are kept, whatever the chunks are", () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 30 });
  fc.assert(
    fc.property(chunks, fc.nat(50), fc.nat(50), (all, head, tail) => {
      const whole = Buffer.concat(all);
      const kept = keep(head, tail, all);
      const omitted = Math.max(0, whole.length - head - tail);
      const first = whole.subarray(0, head);
      const last = whole.subarray(Math.max(head, whole.length - tail));
      assert.equal(kept.omitted, omitted);
      assert.deepEqual(Buffer.from(bytesOf(kept)), Buffer.concat([first, last]));
    }),
  );
});

test("the tail of an endless stream needs no more memory than it has bytes", () => {
  const keeper = new Keeper(10, 1000);
  for (let count = 0; count < 100_000; count++) keeper.add(Buffer.from([count & 255]));
  const { head, tail, omitted } = keeper.kept();
  assert.equal(omitted, 100_000 - 1010);
  assert.ok(head.length + tail.length <= 1010);
});

test("bytes that are given back have memory of their own", () => {
  const chunk = Buffer.from("abc");
  const bytes = bytesOf(keep(10, 0, [chunk]));
  chunk[0] = 0;
  assert.equal(bytes.buffer.byteLength, 3);
  assert.equal(Buffer.from(bytes).toString(), "abc");
});

test("text is cut between characters, and a line says how many bytes are missing", () => {
  const euros = Buffer.from("€".repeat(10));
  const { text, omitted } = textOf(keep(4, 4, [euros]), true);
  assert.equal(text, "€\n[... 24 bytes omitted ...]\n€");
  assert.equal(omitted, 24);
  assert.equal(textOf(keep(4, 4, [euros]), false).text, "€€");
});

test("a marker stands on a line of its own", () => {
  const lines = Buffer.from("one\ntwo\nthree\nfour\n");
  assert.equal(textOf(keep(4, 5, [lines]), true).text, "one\n[... 10 bytes omitted ...]\nfour\n");
  assert.equal(textOf(keep(0, 5, [lines]), true).text, "[... 14 bytes omitted ...]\nfour\n");
});

test("no cut makes a character that was not there, and omitted counts what is missing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat(20), fc.nat(20), (text, head, tail) => {
      const whole = Buffer.from(text);
      const kept = keep(head, tail, [whole]);
      const cut = textOf(kept, false);
      if (whole.toString() !== text) return;
      assert.equal(Buffer.byteLength(cut.text) + cut.omitted, whole.length);
      assert.doesNotMatch(cut.text.replaceAll("\ufffd", text.includes("\ufffd") ? "" : "X"), /X$/);
    }),
  );
});

test("bytes that are no UTF-8 become U+FFFD, also where they are split", () => {
  const bytes = Buffer.from([0x61, 0xff, 0xe2, 0x82, 0x62]);
  const one = textOf(keep(100, 0, [bytes]), false).text;
  const split = textOf(keep(100, 0, [bytes.subarray(0, 3), bytes.subarray(3)]), false).text;
  assert.equal(one, split);
  assert.equal(one, "a\ufffd\ufffdb");
});

test("one newline at the end is taken off", () => {
  assert.equal(withoutFinalNewline("a\n\n"), "a\n");
  assert.equal(withoutFinalNewline("a\r\n"), "a");
  assert.equal(withoutFinalNewline("a"), "a");
  assert.equal(withoutFinalNewline(""), "");
});
