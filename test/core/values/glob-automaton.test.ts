import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { matchesAny, parseGlobs } from "../../../src/core/values/glob.ts";
import { accepts, automatonOf } from "../../../src/core/values/glob-automaton.ts";
import { isLinear, sourceOf, unionOf } from "../../../src/core/values/glob-expression.ts";
import { tokensOf } from "../../../src/core/values/glob-tokens.ts";

const isTakenBy = (pattern: string, text: string) =>
  accepts(automatonOf([{ tokens: tokensOf(pattern), ofDirectory: false }]), text, false);

const PATTERN = fc.string({
  unit: fc.constantFrom(..."ab*?[]!-{},/\\é", "**", "**/", "{a,", "*{b,*a}"),
  maxLength: 9,
});
const TEXT = fc.string({ unit: fc.constantFrom(..."ab*[]{},/\\é"), maxLength: 7 });

test("an automaton takes what an expression matches", () => {
  fc.assert(
    fc.property(PATTERN, TEXT, (pattern, text) => {
      const expression = unionOf([sourceOf(tokensOf(pattern))]);
      assert.equal(isTakenBy(pattern, text), expression?.test(text));
    }),
    { numRuns: 50_000 },
  );
});

test("several patterns at once, some of directories", () => {
  const automaton = automatonOf([
    { tokens: tokensOf("*a*a*"), ofDirectory: true },
    { tokens: tokensOf("*b*b*"), ofDirectory: false },
  ]);
  assert.ok(accepts(automaton, "xaxa", true));
  assert.ok(!accepts(automaton, "xaxa", false));
  assert.ok(accepts(automaton, "bxb", true));
  assert.ok(accepts(automaton, "bxb", false));
  assert.ok(!accepts(automaton, "ab", true));
  assert.ok(!accepts(automatonOf([]), "", true));
});

test("only patterns that an expression is quick at are one", () => {
  for (const quick of ["", "a", "*~", "a**", "**/a", ".*.sw?", "[ab]*", "\\*a*", "a".repeat(255)]) {
    assert.ok(isLinear(tokensOf(quick)), quick);
  }
  for (const slow of ["*a*", "**/*", "{a,b}", "a**b*", "**/a/**/b", "a".repeat(256)]) {
    assert.ok(!isLinear(tokensOf(slow)), slow);
  }
});

/** Patterns that an expression needs years for, and what they do not match. */
const SLOW: readonly (readonly [pattern: string, name: string])[] = [
  ["*a".repeat(40).concat("b"), "a".repeat(200)],
  ["**/".repeat(40).concat("b"), "a/".repeat(100).concat("a")],
  ["**a".repeat(40).concat("/b"), "a".repeat(200)],
  ["{a,aa}".repeat(100).concat("b"), "a".repeat(180)],
  ["{*,**}".repeat(40).concat("b"), "a".repeat(200)],
  ["{".repeat(20_000).concat("*a*", ",}".repeat(20_000), "b"), "a".repeat(200)],
  ["[".repeat(60_000), "a".repeat(200)],
  ["*".repeat(20_000).concat("b"), "a".repeat(20)],
];

for (const [pattern, path] of SLOW) {
  test(`what ${pattern.slice(0, 12)}... does not match is found at once`, () => {
    const globs = parseGlobs([pattern]);
    assert.ok(!matchesAny(globs, { path, root: "/srv", isDirectory: false }));
  });
}
