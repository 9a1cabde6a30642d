import assert from "node:assert/strict";
import { test } from "node:test";
import { distance, nearest } from "../../../src/core/values/nearest.ts";

const NAMES = ["--timeout", "--kill-after", "--signal", "--watch", "--mem-limit", "--events"];

test("the number of mistakes between two words", () => {
  for (const [one, other, steps] of [
    ["", "", 0],
    ["", "ab", 2],
    ["run", "run", 0],
    ["rnu", "run", 1],
    ["rn", "run", 1],
    ["ruun", "run", 1],
    ["ran", "run", 1],
    ["kitten", "sitting", 3],
    ["abc", "ca", 3],
    ["\u{1f600}x", "x", 1],
  ] as const) {
    assert.equal(distance(one, other), steps, `${one} ${other}`);
    assert.equal(distance(other, one), steps, `${other} ${one}`);
  }
});

test("what a word may be a misspelling of", () => {
  for (const [word, ...meant] of [
    ["--timout", "--timeout"],
    ["--tiemout", "--timeout"],
    ["--timeouts", "--timeout"],
    ["--kil-after", "--kill-after"],
    ["--killafter", "--kill-after"],
    ["--singal", "--signal"],
    ["--mem", "--mem-limit"],
    ["--watchdog", "--watch"],
    ["--even", "--events"],
    ["--bogus"],
    ["--x"],
    ["--"],
    [""],
    ["x".repeat(65536)],
  ]) {
    assert.deepEqual(nearest(word ?? "", NAMES), meant, word);
  }
});

test("no more than three names are offered, and two that are as near are both", () => {
  assert.deepEqual(nearest("--aa", ["--ab", "--ac", "--ad", "--ae"]), ["--ab", "--ac", "--ad"]);
  assert.deepEqual(nearest("--cat", ["--bat", "--dog", "--hat"]), ["--bat", "--hat"]);
});
