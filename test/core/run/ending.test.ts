import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunFacts } from "../../../src/core/report/report.ts";
import { finish, finishUnstarted } from "../../../src/core/run/ending.ts";
import type { WaitStatus } from "../../../src/core/spec/status.ts";
import type { Instant } from "../../../src/core/values/duration.ts";
import { specOf, textOf, USAGE } from "./transcript.ts";

const FACTS: RunFacts = {
  startedAt: 7_000_000_123 as Instant,
  endedAt: 7_001_000_123 as Instant,
  holding: { mechanism: "subreaper", reasons: [], limits: [] },
  sent: [],
  stops: [],
  left: undefined,
  error: undefined,
  reason: undefined,
  isKilled: false,
  child: { pid: 42, end: { kind: "exited", code: 0 } },
  proof: "echild",
  leftovers: [],
  hadLeftovers: false,
  survivors: [],
  usage: USAGE,
  output: undefined,
};

const job = { pid: 100, command: "job" };
const stuck = { ...job, startTime: 1, uid: 0, state: "D", why: "unkillable" } as const;
const endOf = (end: WaitStatus | undefined) => ({ child: { pid: 42, end } });
const dumped = endOf({ kind: "signaled", signal: "SIGSEGV", coreDumped: true });

/** Leftovers that can be named, and leftovers that cannot. */
const LEFT = { hadLeftovers: true, leftovers: [job], proof: undefined } as const;
const UNNAMED = { ...LEFT, leftovers: [] } as const;

const LEAKED_AND_DUMPED = "say dumped-core, say leaked job, die SIGSEGV 139";

/** A command line, how the facts differ from `FACTS`, and the last actions. */
const LAST: readonly (readonly [call: string, facts: Partial<RunFacts>, does: string])[] = [
  ["5 a", {}, "exit 0"],
  ["run a", endOf({ kind: "exited", code: 3 }), "exit 3"],
  ["5 a", dumped, "say dumped-core, die SIGSEGV 139"],
  ["run a", { survivors: [stuck], proof: undefined }, "say survivors job, exit 125"],
  ["5 a", { survivors: [stuck], proof: undefined }, "say survivors job, exit 0"],
  ["run --leftovers fail a", LEFT, "say leaked job, exit 125"],
  ["run a", LEFT, "exit 0"],
  ["run --leftovers fail a", { ...LEFT, reason: "cancel" }, "exit 0"],
  ["run --leftovers fail a", { ...LEFT, reason: "timeout" }, "exit 124"],
  ["run --leftovers fail a", { ...LEFT, reason: "guardian" }, "exit 125"],
  ["run --leftovers fail a", { ...LEFT, ...dumped }, LEAKED_AND_DUMPED],
  ["run --leftovers fail a", UNNAMED, "say leaked none, exit 125"],
  ["run a", UNNAMED, "exit 0"],
  ["--leftovers wait 5 a", UNNAMED, "exit 0"],
  ["run --leftovers fail a", { ...UNNAMED, reason: "signal" }, "exit 0"],
  ["--report /r 5 a", {}, "report exited 0 1s gone, exit 0"],
  ["--events /e 5 a", {}, "report exited 0 1s gone, exit 0"],
  ["TIMEOUT_METRICS= 5 a", { proof: undefined }, "report exited 0 1s unknown, exit 0"],
  ["--report /r 5 a", endOf(undefined), "report guardian_lost 125 1s gone, exit 125"],
  [
    "run --report /r a",
    { ...dumped, survivors: [stuck], ...LEFT },
    "say dumped-core, say survivors job, " +
      "report signaled 125 1s leftovers:job survivors:job left, exit 125",
  ],
];

test("messages, the report and the exit, in this order", () => {
  for (const [call, special, does] of LAST) {
    const { state, actions } = finish(specOf(call), { ...FACTS, ...special });
    assert.equal(textOf(actions), does, call);
    assert.deepEqual(state, { phase: "finished" });
  }
});

test("survivors outweigh a proof: the tree is not gone", () => {
  const { actions } = finish(specOf("--report /r 5 a"), { ...FACTS, survivors: [stuck] });
  const report = actions.find((action) => action.type === "report")?.report;
  assert.equal(report?.treeGone, false);
  assert.equal(report?.proof, undefined);
});

test("a command that failed after its start has an elapsed time", () => {
  const error = { kind: "spawn", code: "not_found", command: "a", errno: "ENOENT" } as const;
  const { startedAt, endedAt: at } = FACTS;
  const { state, actions } = finishUnstarted(specOf("run --report /r a"), at, error, startedAt);
  assert.equal(textOf(actions), "say spawn, report spawn_failed 127 1s unknown, exit 127");
  assert.deepEqual(state, { phase: "finished" });
});

test("a command that was not started", () => {
  const error = { kind: "spawn", code: "not_found", command: "a", errno: "ENOENT" } as const;
  const at = 7_000_000_123 as Instant;
  const texts = ["5 a", "run --report /r a"].map((call) => {
    return textOf(finishUnstarted(specOf(call), at, error).actions);
  });
  assert.deepEqual(texts, [
    "say spawn, exit 127",
    "say spawn, report spawn_failed 127 0s unknown, exit 127",
  ]);
});
