import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Duration, Instant } from "../../src/core/duration.ts";
import type { SpawnError } from "../../src/core/error.ts";
import type { Course, Outcome } from "../../src/core/report.ts";
import { formatMetrics, reportOf } from "../../src/core/report.ts";
import { TIMEOUT_DEFAULTS } from "../../src/core/spec.ts";
import type { ExitCode, WaitStatus } from "../../src/core/status.ts";
import { METRICS } from "./rows/report.ts";

for (const [report, line] of METRICS) {
  test(`TIMEOUT_METRICS: ${JSON.stringify(report.command)} ${report.outcome}`, () => {
    assert.equal(formatMetrics(report), line);
  });
}

const exited: WaitStatus = { kind: "exited", code: 3 };
const died: WaitStatus = { kind: "signaled", signal: "SIGTERM", coreDumped: false };
const failed: SpawnError = { kind: "spawn", code: "not_found", command: "a", errno: "ENOENT" };

const course: Course = {
  spec: { ...TIMEOUT_DEFAULTS, timeout: 5 as Duration, command: ["a", "b"] },
  startedAt: 100 as Instant,
  endedAt: 107 as Instant,
  sent: [{ signal: "SIGTERM", at: 105 as Instant, count: 1 }],
  reason: "timeout",
  end: died,
  exit: { kind: "code", code: 124 as ExitCode },
};

test("a report says what happened, from the spawn to the end", () => {
  assert.deepEqual(reportOf(course), {
    command: ["a", "b"],
    outcome: "timed_out",
    exitCode: 124,
    timeout: 5,
    elapsed: 7,
    signalsSent: [{ signal: "SIGTERM", at: 105, count: 1 }],
  });
});

test("the outcome is the reason, and without one the command's own end", () => {
  const rows: [Course["reason"], Course["end"], Outcome][] = [
    ["timeout", exited, "timed_out"],
    ["timeout", died, "timed_out"],
    ["cancel", exited, "cancelled"],
    ["cancel", died, "cancelled"],
    ["signal", exited, "cancelled"],
    ["signal", died, "cancelled"],
    [undefined, exited, "exited"],
    [undefined, died, "signaled"],
    [undefined, failed, "spawn_failed"],
  ];
  for (const [reason, end, outcome] of rows) {
    assert.equal(reportOf({ ...course, reason, end }).outcome, outcome);
  }
});

test("a death of ours has the exit code that a shell shows", () => {
  const exit = { kind: "signal", signal: "SIGTERM", scope: "self", code: 143 as ExitCode } as const;
  assert.equal(reportOf({ ...course, exit }).exitCode, 143);
});

test("TIMEOUT_METRICS: whatever the command's words, the line is one line of Unicode", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" }), { minLength: 1 }), (command) => {
      const line = formatMetrics({ ...reportOf(course), command });
      assert.ok(!line.includes("\n") && line.isWellFormed());
      assert.equal(JSON.parse(line).command, command.join(" ").toWellFormed());
    }),
  );
});
