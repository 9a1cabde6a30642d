import assert from "node:assert/strict";
import { test } from "node:test";
import { OUTCOMES, reportOf } from "../../../src/core/report/report.ts";
import type { ExitCode } from "../../../src/core/spec/status.ts";
import {
  died,
  ESCALATIONS,
  EXIT,
  EXITED,
  FACTS,
  HELD,
  OUTCOME_ROWS,
  SPEC,
  SURVIVOR,
  sent,
  USAGE,
} from "./rows/report.ts";

test("a report says what happened, from the spawn to the end", () => {
  const stops = [{ signal: "SIGTSTP", at: FACTS.startedAt }] as const;
  const leftovers = [{ pid: 8, command: "sleep" }];
  const signalsSent = sent("SIGTERM");
  const facts = { ...FACTS, stops, leftovers, sent: signalsSent, reason: "timeout" } as const;
  assert.deepEqual(reportOf(SPEC, facts, EXIT), {
    command: ["a", "b"],
    outcome: "timed_out",
    timedOut: true,
    exitCode: 3,
    timeout: 5,
    until: undefined,
    elapsed: 7,
    child: { pid: 7, end: EXITED },
    error: undefined,
    cause: undefined,
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
    output: undefined,
    tree: undefined,
  });
});

for (const [facts, outcome] of OUTCOME_ROWS) {
  test(`outcome ${outcome}: ${JSON.stringify(facts)}`, () => {
    const report = reportOf(SPEC, { ...FACTS, ...facts }, EXIT);
    assert.equal(report.outcome, outcome);
    assert.equal(report.timedOut, outcome === "timed_out");
  });
}

test("every outcome has a row", () => {
  const reached = new Set<string>(OUTCOME_ROWS.map(([, outcome]) => outcome));
  const others = Object.keys(OUTCOMES).filter((outcome) => !reached.has(outcome));
  assert.deepEqual(others, []);
});

for (const [signals, isEscalated] of ESCALATIONS) {
  test(`escalated ${isEscalated}: ${signals.join(" ") || "nothing sent"}`, () => {
    assert.equal(reportOf(SPEC, { ...FACTS, sent: sent(...signals) }, EXIT).escalated, isEscalated);
  });
}

test("a tree is gone with a proof, not gone with a survivor, and else not known", () => {
  const [survivors, proof] = [[SURVIVOR], undefined];
  assert.equal(reportOf(SPEC, FACTS, EXIT).treeGone, true);
  assert.equal(reportOf(SPEC, { ...FACTS, proof, survivors }, EXIT).treeGone, false);
  assert.equal(reportOf(SPEC, { ...FACTS, proof }, EXIT).treeGone, undefined);
  const both = reportOf(SPEC, { ...FACTS, survivors }, EXIT);
  assert.deepEqual([both.treeGone, both.proof], [false, undefined]);
});

test("an exit by a signal has the code that a shell shows", () => {
  const exit = { kind: "signal", signal: "SIGTERM", code: 143 as ExitCode } as const;
  const child = { pid: 7, end: died("SIGTERM") };
  assert.equal(reportOf(SPEC, { ...FACTS, child }, exit).exitCode, 143);
});
