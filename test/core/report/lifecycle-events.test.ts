import assert from "node:assert/strict";
import { test } from "node:test";
import type { LifecycleEvent } from "../../../src/core/report/event.ts";
import { formatEvent } from "../../../src/core/report/event-line.ts";
import { recordOf } from "../../../src/core/report/event-record.ts";
import { LIFECYCLE_EVENTS } from "../../../src/core/report/lifecycle-events.ts";
import { formatReport } from "../../../src/core/report/report-json.ts";
import type { Instant } from "../../../src/core/values/duration.ts";
import type { WallTime } from "../../../src/core/values/wall-time.ts";
import { isEventLine, validateEvents } from "../../report-schema.ts";
import { REPORT } from "./rows/report.ts";

const at = 2500 as Instant;

/** An event, and its line without the braces. */
const ROWS: readonly (readonly [LifecycleEvent, string])[] = [
  [
    { type: "listening", at, name: "http", address: "127.0.0.1:8080", descriptor: 3 },
    '"event":"listening","at_ms":1.5,"name":"http","address":"127.0.0.1:8080","descriptor":3',
  ],
  [
    { type: "changed", at, path: "src/a\nb\udcff" },
    '"event":"changed","at_ms":1.5,"path":"src/a\\nb\ufffd"',
  ],
  [{ type: "ready", at, generation: 2 }, '"event":"ready","at_ms":1.5,"generation":2'],
  [{ type: "not-ready", at, generation: 3 }, '"event":"not-ready","at_ms":1.5,"generation":3'],
  [
    { type: "ended", at, generation: 1, exitCode: 143 },
    '"event":"ended","at_ms":1.5,"generation":1,"exit_code":143',
  ],
];
const REPORT_LINE = formatReport(REPORT, 0 as WallTime);

for (const [event, line] of ROWS) {
  test(`the line of ${line}`, () => {
    const said = formatEvent(recordOf(event, 1000 as Instant));
    assert.equal(said, `{${line}}`);
    assert.deepEqual(validateEvents([said, REPORT_LINE]), []);
    assert.ok(isEventLine(JSON.parse(said)));
  });
}

test("every event has a row", () => {
  assert.deepEqual(ROWS.map(([{ type }]) => type).sort(), Object.keys(LIFECYCLE_EVENTS).sort());
});

test("bytes that are not UTF-8 are U+FFFD, also in names", () => {
  const event = { type: "listening", at, name: "\udc80", address: "unix:/\udcfe", descriptor: 3 };
  const said = formatEvent(recordOf(event as LifecycleEvent, at));
  assert.ok(said.includes('"name":"\ufffd","address":"unix:/\ufffd"'), said);
});

/** Lines that the schema refuses: a wrong number, or a fact too few or too many. */
const WRONG = [
  '{"event":"ready","at_ms":0,"generation":0}',
  '{"event":"ready","at_ms":0,"generation":1.5}',
  '{"event":"ready","at_ms":0}',
  '{"event":"changed","at_ms":0,"path":"a","generation":1}',
  '{"event":"ended","at_ms":0,"generation":1,"exit_code":256}',
  '{"event":"listening","at_ms":0,"name":"a","address":"b"}',
];

for (const line of WRONG) {
  test(`no line: ${line}`, () => assert.notDeepEqual(validateEvents([line, REPORT_LINE]), []));
}
