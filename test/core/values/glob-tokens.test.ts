import assert from "node:assert/strict";
import { test } from "node:test";
import type { Token } from "../../../src/core/values/glob-tokens.ts";
import { isMalformed, tokensOf } from "../../../src/core/values/glob-tokens.ts";

const of = (character: string): Token => ({ kind: "character", character });

const ROWS: readonly (readonly [pattern: string, tokens: readonly Token[]])[] = [
  ["", []],
  ["a💀", [of("a"), of("💀")]],
  ["\\*\\\\", [of("*"), of("\\")]],
  ["a\\", [of("a"), of("\\")]],
  ["*?", [{ kind: "name" }, { kind: "one", source: "[^/]" }]],
  ["**/a", [{ kind: "directories" }, of("a")]],
  ["a**/", [of("a"), { kind: "all" }, of("/")]],
  ["{a,b}", [{ kind: "open" }, of("a"), { kind: "comma" }, of("b"), { kind: "close" }]],
  ["{a", [of("{"), of("a")]],
  ["[a", [of("["), of("a")]],
  ["[[a]", [{ kind: "one", source: "(?!/)[\\u{5b}-\\u{5b}\\u{61}-\\u{61}]" }]],
  ["[!a-c]", [{ kind: "one", source: "(?!/)[^\\u{61}-\\u{63}]" }]],
];

for (const [pattern, tokens] of ROWS) {
  test(`the parts of ${JSON.stringify(pattern)}`, () => {
    assert.deepEqual(tokensOf(pattern), tokens);
  });
}

test("what is malformed still has parts, and means itself where it is no option", () => {
  for (const [pattern] of ROWS) {
    assert.equal(isMalformed(pattern), ["a\\", "{a", "[a"].includes(pattern), pattern);
  }
});
