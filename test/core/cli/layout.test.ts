import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { columns, fold, paragraphs, widthOf } from "../../../src/core/cli/layout.ts";

test("the width is that of COLUMNS, else the terminal's, else 80; from 60 to 200", () => {
  for (const [variable, terminal, width] of [
    [undefined, 0, 80],
    [undefined, 132, 132],
    ["100", 132, 100],
    ["60", 0, 60],
    ["59", 0, 60],
    ["1", 0, 60],
    ["200", 0, 200],
    ["201", 0, 200],
    ["99999", 0, 200],
    ["", 0, 80],
    ["0", 0, 80],
    ["0", 90, 90],
    ["wide", 90, 90],
    ["-80", 0, 80],
    ["8e1", 0, 80],
    ["100000", 0, 80],
    [undefined, 20, 60],
    [undefined, 500, 200],
  ] as const) {
    assert.equal(widthOf(variable, terminal), width, `${variable} ${terminal}`);
  }
});

test("a text is broken at blanks only, and no line is wider than it may be", () => {
  assert.deepEqual(fold("a bc d", 4), ["a bc", "d"]);
  assert.deepEqual(fold("a bcdefg h", 4), ["a", "bcdefg", "h"]);
  assert.deepEqual(fold("", 4), [""]);
  const words = fc.array(fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1 }), {
    minLength: 1,
  });
  fc.assert(
    fc.property(words, fc.nat(30), (parts, width) => {
      const lines = fold(parts.join(" "), width);
      assert.equal(lines.join(" "), parts.join(" "));
      for (const line of lines) assert.ok(line.length <= width || !line.includes(" "));
    }),
  );
});

test("what begins with a blank is an example, and stays as it is", () => {
  assert.equal(paragraphs(5, "one two", "  one two three", "x"), "one\ntwo\n  one two three\nx");
});

test("two columns: a left side that is too long has a line to itself", () => {
  const rows = [
    ["-a", "one two three"],
    [`--${"long".repeat(9)}`, "four"],
    ["-b", ""],
  ] as const;
  assert.deepEqual(columns(rows, 40, 6).split("\n"), [
    "  -a              one two three",
    `  --${"long".repeat(9)}`,
    "                  four",
    "  -b",
  ]);
  assert.deepEqual(columns([["-a", "one two three four"]], 24, 6).split("\n"), [
    "  -a      one two three",
    "          four",
  ]);
});
