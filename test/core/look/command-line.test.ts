import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST_BYTES, parseCommandLine } from "../../../src/core/look/command-line.ts";
import { mutated, TIMES } from "./mutated.ts";

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

test("any text is words without zeroes, at most so many bytes of them", () => {
  for (const length of [3, MOST_BYTES - 4]) {
    const line = `node\0--text=é\udcff\0${"x".repeat(length)}\0\0`;
    for (const text of mutated(line, TIMES / 2)) {
      const { commandLine, isCommandLineCut } = parseCommandLine(text);
      for (const word of commandLine) assert.ok(!word.includes("\0"));
      const words = commandLine.join("\0");
      assert.ok(
        text.startsWith(words) && (isCommandLineCut || /^\0*$/.test(text.slice(words.length))),
      );
    }
  }
});
