import assert from "node:assert/strict";
import { test } from "node:test";
import { counted, fileText, formatWords } from "../../../src/core/show/words.ts";

test("only what comes from the file is escaped", () => {
  assert.equal(
    formatWords(["<a> ", fileText("<b>"), " c"], (text) => `[${text}]`),
    "<a> [<b>] c",
  );
});

test("a long text is cut between two characters", () => {
  assert.deepEqual(fileText("𝄞".repeat(5), 5), { from: "𝄞".repeat(5) });
  assert.deepEqual(fileText("𝄞".repeat(6), 5), { from: `${"𝄞".repeat(5)}...` });
  assert.deepEqual(fileText("a".repeat(121)), { from: `${"a".repeat(120)}...` });
});

test("one process is no processes", () => {
  assert.deepEqual(
    [0, 1, 2].map((count) => counted(count, "a", "b")),
    ["0 b", "1 a", "2 b"],
  );
});
