import assert from "node:assert/strict";
import { test } from "node:test";
import { RELIABILITY_REASONS } from "../../../src/core/spec/tree.ts";

test("every reason is a word of JSON, once", () => {
  assert.deepEqual([...new Set(RELIABILITY_REASONS)], RELIABILITY_REASONS);
  for (const reason of RELIABILITY_REASONS) assert.match(reason, /^[a-z]+(_[a-z]+)*$/);
});
