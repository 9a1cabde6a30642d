import assert from "node:assert/strict";
import { test } from "node:test";
import { JsonLines, LONGEST_LINE } from "../../../src/node/way/json-lines.ts";

test("lines arrive in pieces", () => {
  const lines = new JsonLines();
  assert.deepEqual(lines.take('{"a":'), []);
  assert.deepEqual(lines.take('1}\n{"b":2}\nrubbish\n{"c"'), [{ a: 1 }, { b: 2 }, undefined]);
  assert.deepEqual(lines.take(":3}"), []);
  assert.deepEqual(lines.take("\n"), [{ c: 3 }]);
});

test("a line that is too long is none", () => {
  const lines = new JsonLines();
  const half = "x".repeat(LONGEST_LINE / 2);
  assert.deepEqual(lines.take(half), []);
  assert.deepEqual(lines.take(`${half}\n`), [undefined]);
  assert.deepEqual(lines.take(half), []);
  assert.deepEqual(lines.take(half), []);
  assert.equal(lines.take("x"), undefined);
});
