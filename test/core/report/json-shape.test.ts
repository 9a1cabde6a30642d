import assert from "node:assert/strict";
import { test } from "node:test";
import {
  COUNT,
  camelCased,
  jsonListOf,
  jsonOf,
  jsonOrNull,
  objectOf,
  oneOf,
  orNull,
  type Row,
  TEXT,
} from "../../../src/core/report/json-shape.ts";

type Pair = { readonly a: string; readonly b: number | undefined };
const ROWS: readonly Row<Pair>[] = [
  ["a_word", TEXT, "a", ({ a }) => a],
  ["b", COUNT, "b", ({ b }) => b, "optional"],
];

test("rows make an object, its keys in their order, without those that have no value", () => {
  assert.equal(JSON.stringify(jsonOf(ROWS, { a: "x", b: 1 })), '{"a_word":"x","b":1}');
  assert.deepEqual(jsonOf(ROWS, { a: "x", b: undefined }), { a_word: "x" });
  assert.deepEqual(jsonListOf(ROWS, [{ a: "x", b: 0 }]), [{ a_word: "x", b: 0 }]);
  assert.equal(jsonOrNull(ROWS, undefined), null);
  assert.deepEqual(jsonOrNull(ROWS, { a: "", b: 2 }), { a_word: "", b: 2 });
});

test("the same rows make the schema", () => {
  assert.deepEqual(objectOf(ROWS), {
    type: "object",
    properties: {
      a_word: { type: "string", description: "a" },
      b: { type: "integer", minimum: 0, description: "b" },
    },
    required: ["a_word"],
  });
  assert.deepEqual(orNull(oneOf({ x: 1, y: 1 })), {
    anyOf: [{ enum: ["x", "y"] }, { type: "null" }],
  });
});

test("keys in camel case, at every depth; values stay as they are", () => {
  const json = { max_rss_bytes: 1, a: [{ at_ms: 2, b: null }, "at_ms"], started_at: "x_y" };
  const camel = { maxRssBytes: 1, a: [{ atMs: 2, b: null }, "at_ms"], startedAt: "x_y" };
  assert.deepEqual(camelCased(json), camel);
});
