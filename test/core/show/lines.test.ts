import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Line } from "../../../src/core/show/lines.ts";
import { LONGEST_LINE, lastLine, noInput, takeLines } from "../../../src/core/show/lines.ts";

/** Bytes as the window reads them: a piece of UTF-8 that is cut becomes U+DC80..U+DCFF. */
function read(bytes: Buffer): string {
  let text = "";
  let at = 0;
  while (at < bytes.length) {
    const length = [1, 2, 3, 4].find((size) => {
      const part = bytes.subarray(at, at + size);
      return part.length === size && !part.toString("utf8").includes("\ufffd");
    });
    text +=
      length === undefined
        ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0))
        : bytes.subarray(at, at + length).toString("utf8");
    at += length ?? 1;
  }
  return text;
}

function linesOf(bytes: Buffer, cuts: readonly number[]): Line[] {
  const input = noInput();
  const bounds = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  const lines = bounds.slice(1).flatMap((end, index) => {
    return takeLines(input, read(bytes.subarray(bounds[index], end)));
  });
  return [...lines, ...lastLine(input)];
}

test("lines are the same wherever the file is cut into pieces, in a character too", () => {
  const text = fc.array(fc.constantFrom("a", "ä", "€", "𝄞", "\n", '"', "\0"), { maxLength: 30 });
  fc.assert(
    fc.property(text, fc.array(fc.nat(60)), (parts, cuts) => {
      const bytes = Buffer.from(parts.join(""));
      const wanted = parts.join("").split("\n");
      if (wanted.at(-1) === "") wanted.pop();
      const inside = cuts.map((cut) => Math.min(cut, bytes.length));
      assert.deepEqual(linesOf(bytes, inside), wanted);
    }),
    { numRuns: 2000 },
  );
});

test("a byte that is not UTF-8 stays that byte", () => {
  const bytes = Buffer.from([0x61, 0xff, 0xc3, 0x0a, 0xe2, 0x82]);
  for (const cut of [0, 1, 2, 3, 4, 5, 6]) {
    assert.deepEqual(linesOf(bytes, [cut]), ["a\udcff\udcc3", "\udce2\udc82"], `cut at ${cut}`);
  }
});

test("a line that is too long stands for itself, and little of it is kept", () => {
  const input = noInput();
  const piece = "x".repeat(1 << 20);
  for (let at = 0; at < 5; at += 1) assert.deepEqual(takeLines(input, piece), []);
  assert.ok(input.parts.join("").length < piece.length);
  assert.deepEqual(takeLines(input, "x\nshort\n"), [undefined, "short"]);
  for (let at = 0; at < LONGEST_LINE; at += piece.length) takeLines(input, piece);
  assert.equal(takeLines(input, "\n")[0]?.length, LONGEST_LINE);
  for (let at = 0; at < LONGEST_LINE; at += piece.length) takeLines(input, piece);
  takeLines(input, "x");
  assert.deepEqual(lastLine(input), [undefined]);
});
