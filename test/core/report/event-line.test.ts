import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoggedEvent } from "../../../src/core/report/event.ts";
import { EVENTS, formatEvent } from "../../../src/core/report/event-line.ts";
import { recordOf } from "../../../src/core/report/event-record.ts";
import { formatReport } from "../../../src/core/report/report-json.ts";
import type { ProcessSnapshot } from "../../../src/core/spec/process-snapshot.ts";
import type { Duration, Instant } from "../../../src/core/values/duration.ts";
import type { Bytes } from "../../../src/core/values/size.ts";
import type { WallTime } from "../../../src/core/values/wall-time.ts";
import { isEventLine, validateEvents } from "../../report-schema.ts";
import { looked, member } from "../run/transcript.ts";
import { died, EXITED, HELD, RELAYED, REPORT, SURVIVOR, USAGE } from "./rows/report.ts";

const at = 2500 as Instant;
const ended = { type: "exited", at, pid: 7, usage: USAGE } as const;
const error = { kind: "spawn", code: "not_found", command: "a", errno: "ENOENT" } as const;
const swept = { type: "swept", at, pid: 7, usage: USAGE } as const;
const SAID = '"pid":9,"start_time":12345,"uid":-1,"command":"st\ufffdone","state":"D"';

/** The byte 0xff is not UTF-8. */
const WRITTEN = {
  stdout: { bytes: 10 as Bytes, passed: 4 as Bytes, omitted: 3 as Bytes, tail: "\udcffab\n" },
  stderr: undefined,
  idle: 2500 as Duration,
};
const READER: ProcessSnapshot = {
  pid: 7,
  command: "cat",
  parent: 5,
  startTime: 9,
  uid: 0,
  commandLine: ["cat"],
  isCommandLineCut: false,
  state: "S",
  cpuTime: 0 as Duration,
  age: 1000 as Duration,
  waitTime: undefined,
  systemCall: "read",
  waitsFor: undefined,
  isWaitingForInput: true,
  listening: [],
  unread: [],
};

/** An event, and its line without the braces. */
const ROWS: readonly (readonly [LoggedEvent, string])[] = [
  [
    { type: "spawned", at, holding: HELD, pid: 7, wall: 1e15 as WallTime },
    '"event":"spawned","at_ms":1.5,"pid":7,"started_at":"2001-09-09T01:46:40.000Z",' +
      '"containment":"subreaper",' +
      '"tree_kill_reliability":"best_effort","reliability_reasons":["no_cgroup"],"limits":{}',
  ],
  [{ type: "spawn-failed", at, error }, '"event":"spawn-failed","at_ms":1.5,"errno":"ENOENT"'],
  [
    { ...ended, status: EXITED, proof: "echild", leftovers: [] },
    '"event":"exited","at_ms":1.5,"pid":7,"exit_code":3,"signal":null,"core_dumped":false,' +
      '"tree_gone":true,"proof":"echild","leftovers":[]',
  ],
  [
    { ...ended, status: died("SIGHUP"), proof: undefined, leftovers: [{ pid: 8, command: "b" }] },
    '"event":"exited","at_ms":1.5,"pid":7,"exit_code":null,"signal":"SIGHUP",' +
      '"core_dumped":false,"tree_gone":false,"proof":null,"leftovers":[{"pid":8,"command":"b"}]',
  ],
  [
    { ...ended, status: EXITED, proof: undefined, leftovers: [] },
    '"event":"exited","at_ms":1.5,"pid":7,"exit_code":3,"signal":null,"core_dumped":false,' +
      '"tree_gone":null,"proof":null,"leftovers":[]',
  ],
  [
    { type: "tree-empty", at, usage: USAGE, proof: "echild" },
    '"event":"tree-empty","at_ms":1.5,"proof":"echild"',
  ],
  [
    { ...looked(member(8, "tee")).event, at } as LoggedEvent,
    '"event":"looked","at_ms":1.5,"leftovers":[{"pid":8,"command":"tee"}]',
  ],
  [
    { ...swept, proof: undefined, survivors: [SURVIVOR], end: undefined },
    '"event":"swept","at_ms":1.5,"tree_gone":false,"proof":null,' +
      `"survivors":[{${SAID},"why":"unkillable"}],"child":null`,
  ],
  [
    { ...swept, proof: "populated0+echild", survivors: [], end: died("SIGKILL") },
    '"event":"swept","at_ms":1.5,"tree_gone":true,"proof":"populated0+echild","survivors":[],' +
      '"child":{"pid":7,"exit_code":null,"signal":"SIGKILL","core_dumped":false}',
  ],
  [
    { ...swept, proof: undefined, survivors: [], end: undefined },
    '"event":"swept","at_ms":1.5,"tree_gone":null,"proof":null,"survivors":[],"child":null',
  ],
  [{ type: "guardian-gone", at }, '"event":"guardian-gone","at_ms":1.5'],
  [{ type: "stopped", at, signal: "SIGTSTP" }, '"event":"stopped","at_ms":1.5,"signal":"SIGTSTP"'],
  [{ type: "continued", at }, '"event":"continued","at_ms":1.5'],
  [{ type: "signal", at, signal: "SIGINT" }, '"event":"signal","at_ms":1.5,"signal":"SIGINT"'],
  [
    { type: "signal", at, signal: "SIGINT", delivered: true },
    '"event":"signal","at_ms":1.5,"signal":"SIGINT"',
  ],
  [
    { type: "signal", at, signal: "SIGINT", relayed: true },
    '"event":"signal","at_ms":1.5,"signal":"SIGINT"',
  ],
  [{ type: "output-limit", at }, '"event":"output-limit","at_ms":1.5'],
  [{ type: "drained", at, output: RELAYED }, '"event":"drained","at_ms":1.5'],
  [{ type: "resumed", at }, '"event":"resumed","at_ms":1.5'],
  [{ type: "backstop", at, ago: 5 as Duration, target: "tree" }, '"event":"backstop","at_ms":1.5'],
  [{ type: "sweeping", at }, '"event":"sweeping","at_ms":1.5'],
  [{ type: "cancelled", at }, '"event":"cancelled","at_ms":1.5'],
  [
    { type: "control-kill", at, signal: "SIGUSR1" },
    '"event":"control-kill","at_ms":1.5,"signal":"SIGUSR1"',
  ],
  [
    { type: "control-extend", at, by: 2500 as Duration },
    '"event":"control-extend","at_ms":1.5,"by_ms":2.5',
  ],
  [
    { type: "control-resize", at, size: { columns: 120, rows: 50 } },
    '"event":"control-resize","at_ms":1.5,"columns":120,"rows":50',
  ],
  [
    { type: "control-close", at, stream: "stdout" },
    '"event":"control-close","at_ms":1.5,"stream":"stdout"',
  ],
  [
    { type: "control-output", at },
    '"event":"control-output","at_ms":1.5,"stdout":null,"stderr":null,"idle_ms":null',
  ],
  [
    { type: "control-output", at, written: WRITTEN },
    '"event":"control-output","at_ms":1.5,' +
      '"stdout":{"bytes":10,"passed":4,"omitted":3,"tail":"/2FiCg=="},"stderr":null,"idle_ms":2.5',
  ],
  [
    { type: "control-inspect", at },
    '"event":"control-inspect","at_ms":1.5,"tree":null,"tree_omitted":null,"waiting_for_input":false',
  ],
  [
    { type: "control-inspect", at, tree: { at, processes: [READER], omitted: 3 } },
    '"event":"control-inspect","at_ms":1.5,"tree":[{"pid":7,"command":"cat","parent":5,' +
      '"start_time":9,"uid":0,"command_line":["cat"],"state":"S","cpu_ms":0,"age_ms":1,' +
      '"syscall":"read","waiting_for_input":true,"listening":[],"unknown":[]}],' +
      '"tree_omitted":3,"waiting_for_input":true',
  ],
  [
    { type: "control-refused", at, why: "it is no JSON object" },
    '"event":"control-refused","at_ms":1.5,"why":"it is no JSON object"',
  ],
  [
    { type: "message", at, code: "spawn", text: "curfew run: a \udc80" },
    '"event":"message","at_ms":1.5,"code":"spawn","text":"curfew run: a \ufffd"',
  ],
  [{ type: "limit-passed", at, until: undefined }, '"event":"limit-passed","at_ms":1.5'],
  [
    { type: "clock-set", at, wall: 1e15 as WallTime },
    '"event":"clock-set","at_ms":1.5,"now":"2001-09-09T01:46:40.000Z"',
  ],
  [{ type: "deadline-void", at }, '"event":"deadline-void","at_ms":1.5'],
  [{ type: "stdin-closed", at, unread: 3 }, '"event":"stdin-closed","at_ms":1.5,"unread":3'],
  [
    {
      type: "heartbeat",
      at,
      processes: 2,
      leaf: { pid: 8, command: "b\udc80" },
      waitsFor: "pipe_read",
    },
    '"event":"heartbeat","at_ms":1.5,"processes":2,"leaf":{"pid":8,"command":"b\ufffd"},' +
      '"waits_for":"pipe_read"',
  ],
  [
    { type: "heartbeat", at, processes: undefined, leaf: undefined, waitsFor: undefined },
    '"event":"heartbeat","at_ms":1.5,"processes":null,"leaf":null,"waits_for":null',
  ],
  [{ type: "caller-gone", at }, '"event":"caller-gone","at_ms":1.5'],
  [
    { type: "sent", at, signal: "SIGTERM", target: "group", count: 1 },
    '"event":"sent","at_ms":1.5,"signal":"SIGTERM","target":"group","count":1',
  ],
  [{ type: "deadline", at, reason: undefined }, '"event":"deadline","at_ms":1.5,"reason":null'],
  [
    { type: "deadline", at, reason: "kill_after" },
    '"event":"deadline","at_ms":1.5,"reason":"kill_after"',
  ],
  [
    { type: "deadline", at, reason: "timed_out", tree: { at, processes: [], omitted: 2 } },
    '"event":"deadline","at_ms":1.5,"reason":"timed_out","tree":[],"tree_omitted":2',
  ],
  [
    { type: "output-limit", at, tree: { at, processes: [], omitted: 0 } },
    '"event":"output-limit","at_ms":1.5,"tree":[],"tree_omitted":0',
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
  const tried = new Set(ROWS.map(([{ type }]) => type));
  assert.deepEqual([...tried].sort(), Object.keys(EVENTS).sort());
});

test("every event's line may say of which generation it is", () => {
  for (const [event, line] of ROWS) {
    const said = formatEvent({ ...recordOf(event, 1000 as Instant), generation: 2 });
    assert.equal(said, `{${line.replace('"at_ms":1.5', '"at_ms":1.5,"generation":2')}}`);
    assert.deepEqual(validateEvents([said, REPORT_LINE]), []);
    assert.notDeepEqual(validateEvents([`{${line},"generation":0}`, REPORT_LINE]), []);
  }
});

const LINE = '{"event":"continued","at_ms":0}';
/** Lines that are no events, or come in a wrong order. */
const WRONG: readonly (readonly string[])[] = [
  [],
  [LINE],
  [REPORT_LINE, LINE],
  ["", REPORT_LINE],
  [LINE, `${REPORT_LINE}}`],
  ['{"event":"continued"}', REPORT_LINE],
  ['{"event":"continued","at_ms":-1}', REPORT_LINE],
  ['{"event":"continued","at_ms":0,"signal":"SIGCONT"}', REPORT_LINE],
  ['{"event":"stopped","at_ms":0,"signal":"STOP"}', REPORT_LINE],
  ['{"event":"weather","at_ms":0}', REPORT_LINE],
];

for (const lines of WRONG) {
  test(`no events: ${lines.join(" ").slice(0, 60)}`, () => {
    assert.notDeepEqual(validateEvents(lines), []);
  });
}

test("the report is the last line, and a line by the schema", () => {
  assert.deepEqual(validateEvents([LINE, REPORT_LINE]), []);
  assert.deepEqual(validateEvents([REPORT_LINE]), []);
  assert.ok(isEventLine(JSON.parse(REPORT_LINE)));
});
