import assert from "node:assert/strict";
import { test } from "node:test";
import {
  listIn,
  numberIn,
  objectIn,
  parseJson,
  textIn,
  textsIn,
} from "../../../src/core/report/json-reading.ts";
import type { Json } from "../../../src/core/report/json-shape.ts";

const VALUES: readonly (Json | undefined)[] = [undefined, null, true, 1, "a", [1, "b"], { c: 1 }];

test("a value of another type than the one that is asked for is undefined, or no elements", () => {
  assert.deepEqual(
    VALUES.flatMap((value) => objectIn(value) ?? []),
    [{ c: 1 }],
  );
  assert.deepEqual(
    VALUES.flatMap((value) => textIn(value) ?? []),
    ["a"],
  );
  assert.deepEqual(
    VALUES.flatMap((value) => numberIn(value) ?? []),
    [1],
  );
  assert.deepEqual(
    VALUES.flatMap((value) => listIn(value)),
    [1, "b"],
  );
  assert.deepEqual(
    VALUES.flatMap((value) => textsIn(value)),
    ["b"],
  );
});

test("what is no JSON is undefined, also where it is nested more deeply than an engine can read", () => {
  assert.deepEqual(parseJson('{"a":[null]}'), { a: [null] });
  for (const text of ["", "{", "a", '{"a":1', "[".repeat(1e6)]) {
    assert.equal(parseJson(text), undefined);
  }
});
