import assert from "node:assert/strict";
import { test } from "node:test";
import type { Duration, Instant } from "../../../src/core/values/duration.ts";
import { deadlineAfter, earlier, isDue, later } from "../../../src/core/values/instant.ts";

const at = (time: number) => time as Instant;

test("S92: due is strictly later, and never where there is no deadline", () => {
  assert.equal(isDue(at(5), at(4)), false);
  assert.equal(isDue(at(5), at(5)), false);
  assert.equal(isDue(at(5), at(6)), true);
  assert.equal(isDue(undefined, at(Number.MAX_SAFE_INTEGER)), false);
});

test("no limit has no instant", () => {
  assert.equal(deadlineAfter(at(5), 0 as Duration), undefined);
  assert.equal(deadlineAfter(at(5), 1 as Duration), 6);
  assert.equal(later(at(5), 0 as Duration), 5);
});

test("of two deadlines the earlier one counts, and never is no deadline", () => {
  assert.equal(earlier(at(5), at(6)), 5);
  assert.equal(earlier(at(6), at(5)), 5);
  assert.equal(earlier(undefined, at(5)), 5);
  assert.equal(earlier(at(5), undefined), 5);
  assert.equal(earlier(undefined, undefined), undefined);
});
