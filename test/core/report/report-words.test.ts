import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CONTAINMENT_MEANINGS,
  RELIABILITY_MEANINGS,
} from "../../../src/core/report/report-words.ts";
import { CONTAINMENTS } from "../../../src/core/spec/spec.ts";
import { RELIABILITY_REASONS } from "../../../src/core/spec/tree.ts";

test("every reason has its meaning, in the same order", () => {
  assert.deepEqual(Object.keys(RELIABILITY_MEANINGS), [...RELIABILITY_REASONS]);
});

test("every containment that can be asked for can be reported, except auto", () => {
  const words = Object.keys(CONTAINMENT_MEANINGS);
  assert.deepEqual(words.slice(0, -1), CONTAINMENTS.slice(1));
});
