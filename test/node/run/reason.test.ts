import assert from "node:assert/strict";
import { test } from "node:test";
import { parseControl } from "../../../src/core/report/control-line.ts";
import { jsonReason } from "../../../src/node/run/reason.ts";

test("a reason that is nested deeply is a text: the cancel reaches the program", () => {
  for (const depth of [1, 98, 99, 100, 1900, 5000]) {
    let reason: unknown = "x";
    for (let level = 0; level < depth; level += 1) reason = [reason];
    const sent = jsonReason(reason);
    assert.equal(typeof sent, depth < 100 ? "object" : "string", `${depth}`);
    const line = JSON.stringify({ control: "cancel", reason: sent });
    assert.equal(parseControl(line, 0 as never).type, "cancelled");
  }
});

test("what JSON cannot have is named; an error is its sentence", () => {
  const circle: unknown[] = [];
  circle.push(circle);
  assert.equal(jsonReason(circle), "object");
  assert.equal(jsonReason(1n), "bigint");
  assert.equal(jsonReason(undefined), null);
  assert.equal(jsonReason(new TypeError("no")), "TypeError: no");
});
