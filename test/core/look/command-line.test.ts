import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST_BYTES, parseCommandLine } from "../../../src/core/look/command-line.ts";

/** What /proc/PID/cmdline may hold, and its words. */
const ROWS: readonly (readonly [text: string, words: readonly string[]])[] = [
  ["sh\0-c\0sleep 5\0", ["sh", "-c", "sleep 5"]],
  ["", []],
  ["\0", []],
  ["nginx: worker process\0\0\0\0", ["nginx: worker process"]],
  ["a\0\0b\0", ["a", "", "b"]],
  ["no end", ["no end"]],
  ["a\n\x1b[31m\0\udcff\0", ["a\n\x1b[31m", "\udcff"]],
];

for (const [text, commandLine] of ROWS) {
  test(`the words of ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parseCommandLine(text), { commandLine, isCommandLineCut: false });
  });
}

test("a line that is exactly as long as may be is whole, a longer one is cut", () => {
  const longest = "x".repeat(MOST_BYTES);
  assert.deepEqual(parseCommandLine(longest), { commandLine: [longest], isCommandLineCut: false });
  assert.deepEqual(parseCommandLine(`${longest}y`), {
    commandLine: [longest],
    isCommandLineCut: true,
  });
});

test("bytes are counted, not characters", () => {
  const text = "é".repeat(MOST_BYTES / 2);
  assert.equal(parseCommandLine(text).isCommandLineCut, false);
  assert.deepEqual(parseCommandLine(`${text}\udcc3`), {
    commandLine: [text],
    isCommandLineCut: true,
  });
});
