import assert from "node:assert/strict";
import { test } from "node:test";
import { PATTERN, WORDS_PATTERN } from "../../../../src/core/cli/options/patterns.ts";

const NOTHING = () => undefined;

test("a pattern that is not closed is refused, and one that only looks so is not", () => {
  for (const text of [
    "*.log",
    "build/**",
    "[a-z]",
    "[]a]",
    "[!]]",
    "{a,b}",
    "{{a}}",
    "a}",
    "a]",
    "\\[",
  ]) {
    assert.equal(PATTERN.parse(text, NOTHING), text);
    assert.equal(WORDS_PATTERN.parse(text, NOTHING), text);
  }
  for (const text of ["", "[", "[a", "a[b/c", "{", "a{b,c", "{a,{b}", "a\\", "[z-a]", "[a-cz-x]"]) {
    assert.equal(PATTERN.parse(text, NOTHING), undefined, text);
    assert.equal(WORDS_PATTERN.parse(text, NOTHING), undefined, text);
  }
});
