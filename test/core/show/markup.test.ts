import assert from "node:assert/strict";
import { test } from "node:test";
import { escapeMarkup, markupText, percent } from "../../../src/core/show/markup.ts";

test("a text can mean nothing in markup, and nothing to a terminal that shows it", () => {
  assert.equal(escapeMarkup(`<a href="x">'&\n`), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;\\n");
  assert.equal(escapeMarkup("\u202e\0\ud800ä"), "\\342\\200\\256\\000\\355\\240\\200ä");
  assert.equal(markupText(["a < ", { from: "<" }]), "a &lt; &lt;");
});

test("a percentage has two digits at most", () => {
  assert.deepEqual([0, 1 / 3, 1].map(percent), ["0%", "33.33%", "100%"]);
});
