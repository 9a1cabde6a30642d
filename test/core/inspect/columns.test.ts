import assert from "node:assert/strict";
import { test } from "node:test";
import {
  pathWithin,
  plainWithin,
  quoteWithin,
  rowsOf,
  widthOf,
  withinRows,
  wordWithin,
} from "../../../src/core/inspect/columns.ts";

test("a text that fits is whole, and one that does not is cut before it is quoted", () => {
  assert.equal(quoteWithin("abcdef", 8, true), "'abcdef'");
  assert.equal(quoteWithin("abcdefg", 8, true), "'abc'...");
  assert.equal(quoteWithin("a'b'c'd", 9, true), "'a\\'b'...");
  assert.equal(quoteWithin("\n\n\n\n\n", 9, true), "'\\n\\n'...");
});

test("a word of safe characters has no quotes; of a path its end is kept", () => {
  assert.equal(wordWithin("--a=b", 10, true), "--a=b");
  assert.equal(wordWithin("--a=bcdefgh", 10, true), "--a=bcd...");
  assert.equal(wordWithin("/usr/lib/x/y.js", 10, true), ".../x/y.js");
  assert.equal(wordWithin("a b", 10, true), "'a b'");
  assert.equal(wordWithin("", 10, true), "''");
  assert.equal(wordWithin("[", 10, true), "'['");
});

test("a path in quotes keeps its end, and the whole text on one line may stand without", () => {
  assert.equal(pathWithin("/tmp/a b", 20, true), "'/tmp/a b'");
  assert.equal(pathWithin("/tmp/abcdefgh", 10, true), "...'defgh'");
  assert.equal(plainWithin("unix:\u202e\n", 20, true), "unix:\\342\\200\\256\\n");
  assert.equal(plainWithin("ü", 20, false), "\\303\\274");
  assert.equal(plainWithin("ü", 20, true), "ü");
});

test("a character of two columns counts as such, and no pair of surrogates is cut", () => {
  assert.equal(widthOf("aü─中😀"), 7);
  assert.equal(quoteWithin("中中中中", 10, true), "'中中中中'");
  assert.equal(quoteWithin("中中中中", 9, true), "'中中'...");
  assert.equal(quoteWithin("😀😀😀😀😀", 9, true), "'😀😀'...");
});

test("a line takes as many rows as it needs", () => {
  const text = `${"x".repeat(40)}\n${"x".repeat(41)}\n\n`;
  const rows = [40, 80, 0].map((columns) => rowsOf(text, columns));
  assert.deepEqual([...rows, rowsOf("", 40)], [4, 3, 3, 0]);
});

test("what a terminal has no rows for is counted", () => {
  const text = "1\n22\n333\n4444\n";
  assert.equal(withinRows(text, 80, 0), text);
  assert.equal(withinRows(text, 80, 5), text);
  assert.equal(withinRows(text, 80, 4), "1\n22\n  ... 2 more lines\n");
  assert.equal(withinRows(text, 3, 6), text);
  assert.equal(withinRows(text, 2, 6), "1\n22\n333\n  ... 1 more lines\n");
  assert.equal(withinRows(text, 80, 2), "  ... 4 more lines\n");
  assert.equal(withinRows("", 80, 1), "");
});
