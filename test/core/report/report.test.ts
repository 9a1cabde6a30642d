import assert from "node:assert/strict";
import { test } from "node:test";
import { OUTCOMES, reportOf } from "../../../src/core/report/report.ts";
import type { ExitCode } from "../../../src/core/spec/status.ts";
import {
  COURSE,
  died,
  ESCALATIONS,
  EXITED,
  HELD,
  OUTCOME_ROWS,
  SURVIVOR,
  sent,
  USAGE,
} from "./rows/report.ts";

test("a report says what happened, from the spawn to the end", () => {
  const stops = [{ signal: "SIGTSTP", at: COURSE.startedAt }] as const;
  const leftovers = [{ pid: 8, command: "sleep" }];
  const signalsSent = sent("SIGTERM");
  const course = { ...COURSE, stops, leftovers, sent: signalsSent, reason: "timeout" } as const;
  assert.deepEqual(reportOf(course), {
    command: ["a", "b"],
    outcome: "timed_out",
    timedOut: true,
    exitCode: 3,
    timeout: 5,
    elapsed: 7,
    child: { pid: 7, end: EXITED },
    startedAt: 100,
    signalsSent,
    escalated: false,
    stops,
    holding: HELD,
    treeGone: true,
    proof: "echild",
    survivors: [],
    leftovers,
    waitedFor: [],
    spared: [],
    usage: USAGE,
  });
});

for (const [course, outcome] of OUTCOME_ROWS) {
  test(`outcome ${outcome}: ${JSON.stringify(course)}`, () => {
    const report = reportOf({ ...COURSE, ...course });
    assert.equal(report.outcome, outcome);
    assert.equal(report.timedOut, outcome === "timed_out");
  });
}

test("every outcome has a row, but for limits that no option sets yet", () => {
  const reached = new Set<string>(OUTCOME_ROWS.map(([, outcome]) => outcome));
  const others = Object.keys(OUTCOMES).filter((outcome) => !reached.has(outcome));
  assert.deepEqual(others, ["idle_timed_out", "output_limit"]);
});

for (const [signals, isEscalated] of ESCALATIONS) {
  test(`escalated ${isEscalated}: ${signals.join(" ") || "nothing sent"}`, () => {
    assert.equal(reportOf({ ...COURSE, sent: sent(...signals) }).escalated, isEscalated);
  });
}

test("a tree is gone with a proof, not gone with a survivor, and else nobody knows", () => {
  const [survivors, proof] = [[SURVIVOR], undefined];
  assert.equal(reportOf(COURSE).treeGone, true);
  assert.equal(reportOf({ ...COURSE, proof, survivors }).treeGone, false);
  assert.equal(reportOf({ ...COURSE, proof }).treeGone, undefined);
  const both = reportOf({ ...COURSE, survivors });
  assert.deepEqual([both.treeGone, both.proof], [false, undefined]);
});

test("a death of ours has the exit code that a shell shows", () => {
  const exit = { kind: "signal", signal: "SIGTERM", scope: "self", code: 143 as ExitCode } as const;
  const child = { pid: 7, end: died("SIGTERM") };
  assert.equal(reportOf({ ...COURSE, child, exit }).exitCode, 143);
});
