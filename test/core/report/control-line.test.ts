import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { LONGEST_CONTROL, parseControl } from "../../../src/core/report/control-line.ts";
import type { Instant } from "../../../src/core/values/duration.ts";

const at = 7 as Instant;
const SIGNALS = "`signal` must be a name such as TERM or a number from 1 to 64";
const MS = "`ms` must be a number above 0, at most 3155760000000";
const SIDES = "`columns` and `rows` must be whole numbers from 1 to 65535";
const WORDS = "`control` must be cancel or kill or extend or output or inspect or resize or close";
const OBJECT = "it is no JSON object";

/** A line, and what it means: an event, or why it means nothing. */
const ROWS: readonly (readonly [line: string, means: object | string])[] = [
  ['{"control":"cancel"}', { type: "cancelled" }],
  ['{"control":"cancel","reason":null}', { type: "cancelled", cause: "null" }],
  ['{"control":"cancel","reason":{"a":["ü"]}}', { type: "cancelled", cause: '{"a":["ü"]}' }],
  ['{"control":"kill","signal":"USR1"}', { type: "control-kill", signal: "SIGUSR1" }],
  ['{"control":"kill","signal":"SIGUSR1"}', { type: "control-kill", signal: "SIGUSR1" }],
  ['{"control":"kill","signal":10}', { type: "control-kill", signal: "SIGUSR1" }],
  ['{"control":"kill","signal":"9"}', { type: "control-kill", signal: "SIGKILL" }],
  ['{"control":"kill"}', SIGNALS],
  ['{"control":"kill","signal":0}', SIGNALS],
  ['{"control":"kill","signal":65}', SIGNALS],
  ['{"control":"kill","signal":["TERM"]}', SIGNALS],
  ['{"control":"kill","signal":"TERMINATE"}', SIGNALS],
  ['{"control":"extend","ms":1}', { type: "control-extend", by: 1000 }],
  ['{"control":"extend","ms":0.0001}', { type: "control-extend", by: 1 }],
  ['{"control":"extend","ms":0}', MS],
  ['{"control":"extend","ms":-5}', MS],
  ['{"control":"extend","ms":1e300}', MS],
  ['{"control":"extend","ms":"5"}', MS],
  ['{"control":"extend"}', MS],
  [
    '{"control":"resize","columns":120,"rows":50}',
    { type: "control-resize", size: { columns: 120, rows: 50 } },
  ],
  [
    '{"control":"resize","columns":65535,"rows":1}',
    { type: "control-resize", size: { columns: 65_535, rows: 1 } },
  ],
  ['{"control":"resize","columns":65536,"rows":1}', SIDES],
  ['{"control":"resize","columns":120,"rows":0}', SIDES],
  ['{"control":"resize","columns":1.5,"rows":1}', SIDES],
  ['{"control":"resize","columns":"120","rows":50}', SIDES],
  ['{"control":"resize","columns":120}', SIDES],
  ['{"control":"close","stream":"stdout"}', { type: "control-close", stream: "stdout" }],
  ['{"control":"close","stream":"stderr"}', { type: "control-close", stream: "stderr" }],
  ['{"control":"close","stream":"stdin"}', "`stream` must be stdout or stderr"],
  ['{"control":"close"}', "`stream` must be stdout or stderr"],
  ['{"control":"output"}', { type: "control-output" }],
  ['{"control":"inspect","anything":1}', { type: "control-inspect" }],
  ['{"control":"stop"}', WORDS],
  ['{"control":"toString"}', WORDS],
  ['{"control":["cancel"]}', WORDS],
  ["{}", WORDS],
  ["", OBJECT],
  ["null", OBJECT],
  ["[]", OBJECT],
  ['"cancel"', OBJECT],
  ['{"control":"cancel"', OBJECT],
];

for (const [line, means] of ROWS) {
  test(`the control line ${line}`, () => {
    const event = typeof means === "string" ? { type: "control-refused", why: means } : means;
    assert.deepEqual(parseControl(line, at), { ...event, at });
  });
}

test("a reason that is nested too deeply to be written as JSON is a text; the cancel holds", () => {
  const nested = (depth: number) =>
    `{"control":"cancel","reason":${"[".repeat(depth)}1${"]".repeat(depth)}}`;
  const deep = parseControl(nested(99), at);
  assert.ok(deep.type === "cancelled" && deep.cause?.startsWith("[[["));
  for (const depth of [100, 1500]) {
    const event = parseControl(nested(depth), at);
    assert.ok(event.type === "cancelled" && event.cause?.startsWith('"{\\"control'), `${depth}`);
  }
});

test("a line that is too long is not parsed", () => {
  const line = `{"control":"cancel","reason":"${"a".repeat(LONGEST_CONTROL)}"}`;
  const why = "it is longer than 65536 characters";
  assert.deepEqual(parseControl(line, at), { type: "control-refused", why, at });
});

test("any line is an event", () => {
  const word = fc.constantFrom("cancel", "kill", "extend", "x");
  const line = fc.record({ control: word, signal: fc.jsonValue(), ms: fc.jsonValue() });
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), line.map(JSON.stringify)), (text) => {
      const event = parseControl(text, at);
      assert.equal(event.at, at);
      if (event.type === "control-extend") assert.ok(Number.isSafeInteger(event.by));
    }),
  );
});
