import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Report, reportOf } from "../../../src/core/report/report.ts";
import { formatReport } from "../../../src/core/report/report-json.ts";
import type { AppliedLimit } from "../../../src/core/spec/tree.ts";
import type { Instant } from "../../../src/core/values/duration.ts";
import type { WallTime } from "../../../src/core/values/wall-time.ts";
import { validateReport } from "../../report-schema.ts";
import {
  died,
  EXIT,
  FACTS,
  HELD,
  OUTCOME_ROWS,
  RELAYED,
  REPORT,
  SPEC,
  SURVIVOR,
  USAGE,
} from "./rows/report.ts";

const WALL = 1_700_000_000_123_456 as WallTime;
const json = (report: Partial<Report>) =>
  JSON.parse(formatReport({ ...REPORT, ...report }, WALL)) as Record<string, unknown>;

test("a report is one line with all keys, in the documented order", () => {
  assert.equal(
    formatReport(REPORT, WALL),
    '{"schema_version":1,"command":["sleep","9"],"outcome":"exited","timed_out":false,' +
      '"exit_code":0,"elapsed_ms":1250,' +
      '"child":{"pid":7,"exit_code":0,"signal":null,"core_dumped":false},' +
      '"error":null,"reason":null,"signals_sent":[],' +
      '"escalated":false,"stops":[],"containment":"subreaper",' +
      '"tree_kill_reliability":"best_effort","reliability_reasons":["no_cgroup"],' +
      '"tree_gone":true,"proof":"echild","survivors":[],"leftovers":[],' +
      '"waited_for":[],"spared":[],"resources":null,' +
      '"limits":{},"output":null,"tree":null,"tree_omitted":null,"started_at":"2023-11-14T22:13:20.123Z"}',
  );
});

test("what was relayed stands in the report, counts beyond 32 bits included", () => {
  const value = json({ output: RELAYED });
  assert.deepEqual(validateReport(value), []);
  assert.deepEqual(value.output, {
    stdout: { bytes: 5_000_000_000, omitted: 7 },
    stderr: null,
    pipe_held: true,
  });
});

test("a signal that was sent before the start of a generation counts from its start", () => {
  const at = (REPORT.startedAt - 1) as Instant;
  const value = json({ signalsSent: [{ signal: "SIGTERM", target: "group", at, count: 1 }] });
  assert.deepEqual(validateReport(value), []);
});

for (const [facts, outcome] of OUTCOME_ROWS) {
  test(`a report of ${outcome} is as promised: ${JSON.stringify(facts)}`, () => {
    const report = reportOf(SPEC, { ...FACTS, ...facts }, EXIT);
    assert.deepEqual(validateReport(JSON.parse(formatReport(report, WALL))), []);
  });
}

const LIMITS: readonly AppliedLimit[] = [
  { limit: "cpu", value: 2e6, mechanism: "rlimit", scope: "process" },
  { limit: "mem", value: 1024, mechanism: "cgroup", scope: "tree" },
  { limit: "process", value: 9, mechanism: "cgroup", scope: "tree" },
];
const at = (us: number) => us as Instant;

const NOT_FOUND = { kind: "spawn", code: "not_found", command: "a", errno: "ENOENT" } as const;

const UNSTARTED: Partial<Report> = {
  outcome: "spawn_failed",
  child: undefined,
  error: NOT_FOUND,
  holding: undefined,
};

/** How a report differs from `REPORT`, and how its JSON does. */
const ROWS: readonly (readonly [Partial<Report>, Record<string, unknown>])[] = [
  [
    { command: ["\udcff\udcfe", "é", ""] },
    { command: ["\ufffd\ufffd", "é", ""], command_base64: ["//4=", "w6k=", ""] },
  ],
  [{ command: ["💀\n"] }, { command: ["💀\n"], command_base64: undefined }],
  [
    { child: { pid: 7, end: { kind: "signaled", signal: "SIGSEGV", coreDumped: true } } },
    { child: { pid: 7, exit_code: null, signal: "SIGSEGV", core_dumped: true } },
  ],
  [
    { child: { pid: 7, end: undefined }, outcome: "guardian_lost" },
    { child: { pid: 7, exit_code: null, signal: null, core_dumped: false } },
  ],
  [
    {
      startedAt: at(1000),
      signalsSent: [{ signal: "SIGRTMIN+1", target: "tree", at: at(3500), count: 2 }],
      stops: [{ signal: "SIGTSTP", at: at(1001) }],
      escalated: true,
    },
    {
      signals_sent: [{ signal: "SIGRTMIN+1", at_ms: 2.5, target: "tree", count: 2 }],
      stops: [{ signal: "SIGTSTP", at_ms: 0.001 }],
      escalated: true,
    },
  ],
  [
    { holding: { mechanism: "pidns", reasons: [], limits: LIMITS } },
    {
      containment: "pidns",
      tree_kill_reliability: "guaranteed",
      reliability_reasons: [],
      limits: {
        cpu: { applied_ms: 2000, mechanism: "rlimit", scope: "process" },
        mem: { applied_bytes: 1024, mechanism: "cgroup", scope: "tree" },
        process: { applied: 9, mechanism: "cgroup", scope: "tree" },
      },
    },
  ],
  [
    UNSTARTED,
    {
      child: null,
      error: { code: "not_found", errno: "ENOENT", detail: null },
      containment: null,
      tree_kill_reliability: null,
      reliability_reasons: [],
    },
  ],
  [
    { ...UNSTARTED, error: { ...NOT_FOUND, interpreter: "/bin/\udc80sh" } },
    { error: { code: "not_found", errno: "ENOENT", detail: "/bin/\ufffdsh" } },
  ],
  [
    { ...UNSTARTED, error: { ...NOT_FOUND, code: "not_confined", detail: "--mem-limit" } },
    { error: { code: "not_confined", errno: "ENOENT", detail: "--mem-limit" } },
  ],
  [
    { treeGone: undefined, proof: undefined },
    { tree_gone: null, proof: null },
  ],
  [
    { treeGone: false, proof: undefined, survivors: [SURVIVOR] },
    {
      tree_gone: false,
      survivors: [
        {
          pid: 9,
          start_time: 12345,
          uid: -1,
          command: "st\ufffdone",
          state: "D",
          why: "unkillable",
        },
      ],
    },
  ],
  [{ leftovers: [{ pid: 8, command: "\udc80" }] }, { leftovers: [{ pid: 8, command: "\ufffd" }] }],
  [
    { usage: USAGE },
    {
      resources: {
        user_ms: 300,
        system_ms: 50.001,
        max_rss_bytes: 4096,
        accounting: "lower_bound",
        oom_kills: null,
      },
    },
  ],
];

for (const [report, expected] of ROWS) {
  test(`the report of ${JSON.stringify(report)}`, () => {
    const value = json(report);
    const said = Object.fromEntries(Object.keys(expected).map((key) => [key, value[key]]));
    assert.deepEqual(said, expected);
    assert.deepEqual(validateReport(value), []);
  });
}

test("the report is one line of Unicode, whatever the words of the command are", () => {
  const anything = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(fc.array(anything, { minLength: 1 }), anything, (command, name) => {
      const leftovers = [{ pid: 8, command: name }];
      const line = formatReport({ ...REPORT, command, leftovers }, WALL);
      assert.ok(!line.includes("\n") && line.isWellFormed());
      assert.deepEqual(validateReport(JSON.parse(line)), []);
    }),
  );
});

/** Reports that the validation must refuse. Every test that validates a report relies on it. */
const LIES: readonly Record<string, unknown>[] = [
  { schema_version: 2 },
  { outcome: "gone" },
  { timed_out: true },
  { outcome: "spawn_failed" },
  { child: null },
  { containment: null },
  { tree_kill_reliability: "guaranteed" },
  { reliability_reasons: [] },
  { reliability_reasons: ["bad_weather"] },
  { tree_gone: false },
  { tree_gone: null },
  { proof: null },
  { exit_code: 256 },
  { elapsed_ms: -1 },
  { started_at: "2023-11-14 22:13:20" },
  { signals_sent: [{ signal: "TERM", at_ms: 0, target: "child", count: 1 }] },
  { resources: {} },
  { command_base64: [1] },
  { unheard_of: 1 },
];

for (const lie of LIES) {
  test(`no report: ${JSON.stringify(lie)}`, () => {
    assert.deepEqual(validateReport(json({})), []);
    assert.notDeepEqual(validateReport({ ...json({}), ...lie }), []);
  });
}

test("a missing key is refused, except one that is optional", () => {
  const { limits, ...rest } = json({ child: { pid: 1, end: died("SIGHUP") }, holding: HELD });
  assert.notDeepEqual(validateReport(rest), []);
  assert.deepEqual(validateReport({ ...rest, limits }), []);
});
