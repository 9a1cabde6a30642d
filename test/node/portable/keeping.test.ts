import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bytes } from "../../../src/core/values/size.ts";
import { newKeeping } from "../../../src/node/portable/streams/keeping.ts";
import { begin, orderOf } from "./order.ts";

/** What is passed on at once, what at the end, and how much is left out. */
function kept(head: number, tail: number, ...texts: string[]) {
  const keeping = newKeeping({ head: head as Bytes, tail: tail as Bytes });
  const textOf = (chunks: readonly (Uint8Array | undefined)[]) =>
    chunks.map((chunk) => Buffer.from(chunk ?? []).toString()).join("");
  const first = textOf(texts.map((text) => keeping?.add(Buffer.from(text))));
  const last = textOf(keeping?.tail() ?? []);
  return [first, last, keeping?.omitted()];
}

test("the first bytes are passed on at once, the last ones at the end", () => {
  assert.deepEqual(kept(3, 2, "ab"), ["ab", "", 0]);
  assert.deepEqual(kept(3, 2, "abc", "de"), ["abc", "de", 0]);
  assert.deepEqual(kept(3, 2, "abcdefgh"), ["abc", "gh", 3]);
  assert.deepEqual(kept(3, 2, ..."abcdefgh"), ["abc", "gh", 3]);
  assert.deepEqual(kept(0, 4, "ab", "cde", "fg"), ["", "defg", 3]);
  assert.deepEqual(kept(4, 0, "ab", "cde", "fg"), ["abcd", "", 3]);
  assert.deepEqual(kept(2, 5, "ab", "c", "defghij", "k"), ["ab", "ghijk", 4]);
});

test("every way to cut a text gives the same", () => {
  const text = "0123456789abcdefghij";
  for (let size = 1; size <= text.length; size++) {
    const parts = text.match(new RegExp(`.{1,${size}}`, "g")) ?? [];
    assert.deepEqual(kept(5, 7, ...parts), ["01234", "defghij", 8], `${size}`);
  }
});

test("of a command the library gets no more, and the report has the sums", async () => {
  const keep = { head: 10 as Bytes, tail: 20 as Bytes };
  const text = "head -c 1000000 /dev/zero; echo; echo short >&2";
  const told = begin(orderOf([], ["sh", "-c", text], { relay: { keep } }));
  const report = await told.report;
  assert.deepEqual(told.outputs, { stdout: `${"\0".repeat(29)}\n`, stderr: "short\n" });
  assert.deepEqual(report.output, {
    stdout: { bytes: 1_000_001, omitted: 999_971 },
    stderr: { bytes: 6, omitted: 0 },
    pipe_held: false,
  });
});
