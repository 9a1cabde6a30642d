import assert from "node:assert/strict";
import { test } from "node:test";
import { causeJson } from "../../../src/core/report/cause.ts";

test("a cause is the value that the caller gave; none is null", () => {
  assert.deepEqual(causeJson('{"a":["ü",1]}'), { a: ["ü", 1] });
  assert.equal(causeJson(undefined), null);
  assert.equal(causeJson("null"), null);
});

test("a cause that is too long is cut, also in the middle of a character", () => {
  const whole = JSON.stringify("a".repeat(4094));
  assert.equal(causeJson(whole), "a".repeat(4094));
  assert.equal(causeJson(JSON.stringify("a".repeat(4095))), `"${"a".repeat(4095)}`);
  const cut = causeJson(JSON.stringify(`${"a".repeat(4094)}\u{1f600}`));
  assert.equal(cut, `"${"a".repeat(4094)}\ufffd`);
});
