import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { widthOf } from "../../../src/core/inspect/columns.ts";
import { fold } from "../../../src/core/show/text.ts";
import { drawn, HOSTILE, UNSHOWN, withTexts } from "./drawn.ts";
import { DRAWINGS } from "./rows/drawings.ts";
import { FILES, fileOf } from "./rows/files.ts";

describe("show: text", () => {
  for (const [name, lines] of Object.entries(FILES)) {
    test(`${name}: the drawing`, () => {
      assert.equal(`\n${drawn(fileOf(lines), "text", 80, name !== "CUT")}`, DRAWINGS[name]);
    });
  }

  test("no line is wider than the terminal, and none begins with a text", () => {
    for (const name of Object.keys(FILES)) {
      for (const text of ["x", ...HOSTILE]) {
        for (const columns of [60, 79, 200]) {
          for (const utf8 of [true, false]) {
            const drawing = drawn(withTexts(name, text), "text", columns, utf8);
            // A shade takes one column, as the lines of drawings do.
            const rows = drawing.replaceAll("░", "x");
            for (const line of rows.split("\n")) assert.ok(widthOf(line) <= columns, line);
            for (const line of drawing.split("\n"))
              assert.match(line, /^(?: |The |\d+ |$|[a-z ]+\.$)/);
            assert.doesNotMatch(drawing, UNSHOWN);
            if (!utf8) assert.match(drawing, /^[\n -~]*$/);
          }
        }
      }
    }
  });
});

test("a phase is seen however short it was", () => {
  const lines = [
    { event: "spawned", at_ms: 0 },
    { event: "cancelled", at_ms: 500 },
    { event: "exited", at_ms: 500.1, exit_code: 0 },
    { event: "tree-empty", at_ms: 1000, proof: "echild" },
  ];
  assert.match(drawn(fileOf(lines)), /^ {2}━+░·+$/m);
});

test("a text is folded between words, and a long word anywhere; nothing is lost", () => {
  assert.deepEqual(fold("aa bb cc", "> ", 24), ["> aa bb cc"]);
  assert.deepEqual(fold(`${"a".repeat(15)} bbbbb`, "> ", 22), [`> ${"a".repeat(15)}`, "  bbbbb"]);
  const text = fc
    .array(fc.constantFrom("a", " ", "漢", "𝄞", "b".repeat(30)))
    .map((all) => all.join(""));
  fc.assert(
    fc.property(text, fc.integer({ min: 20, max: 60 }), (whole, columns) => {
      const lines = fold(whole, "", columns);
      for (const line of lines) assert.ok(widthOf(line) <= columns);
      assert.equal(lines.join("").replaceAll(" ", ""), whole.replaceAll(" ", ""));
    }),
  );
});
