import assert from "node:assert/strict";
import { test } from "node:test";
import { sendToCommand, sendToRest, withSent } from "../../../src/core/run/ladder.ts";
import type { Run } from "../../../src/core/run/state.ts";
import type { Instant } from "../../../src/core/values/duration.ts";
import type { Signal } from "../../../src/core/values/signal.ts";
import { specOf, textOf } from "./transcript.ts";

const at = (time: number) => time as Instant;
const RUN: Run = {
  startedAt: at(0),
  holding: { mechanism: "subreaper", reasons: [], limits: [] },
  sent: [],
  stops: [],
  isStopped: false,
  continuesStoppedOnly: false,
};

/** A run as the first step makes it. */
function runOf(call: string): Run {
  return { ...RUN, continuesStoppedOnly: specOf(call).continuesStoppedOnly };
}

/** A command line, a signal, whether it is to end the command, and what is sent. */
const SENT: readonly (readonly [call: string, signal: Signal, isToEnd: boolean, does: string])[] = [
  ["5 a", "SIGTERM", true, "kill group SIGTERM, kill group SIGCONT"],
  ["-v 5 a", "SIGHUP", true, "kill group SIGHUP, kill group SIGCONT, say killing SIGHUP"],
  ["-f 5 a", "SIGTERM", true, "kill child SIGTERM"],
  ["run a", "SIGTERM", true, "kill child SIGTERM, wake child"],
  ["run a", "SIGUSR1", false, "kill child SIGUSR1"],
  ["init a", "SIGTERM", true, "kill group SIGTERM, wake group"],
  ["init a", "SIGUSR1", false, "kill group SIGUSR1"],
  ["init --single-child a", "SIGTERM", true, "kill child SIGTERM, wake child"],
  ["run --new-session a", "SIGTERM", true, "kill group SIGTERM, wake group"],
  ["5 a", "SIG0", true, "kill group SIG0"],
  ["5 a", "SIGCONT", true, "kill group SIGCONT"],
  ["5 a", "SIGSTOP", true, "kill group SIGSTOP, kill group SIGCONT"],
];

test("S16, S17: which processes get a signal, and which are continued", () => {
  for (const [call, signal, isToEnd, does] of SENT) {
    assert.equal(
      textOf(sendToCommand(specOf(call), runOf(call), { signal, at: at(1), isToEnd }).actions),
      does,
      call,
    );
  }
});

test("every signal is noted, the SIGCONT that follows as an entry of its own", () => {
  for (const [call, signal, isToEnd, does] of SENT) {
    const { run } = sendToCommand(specOf(call), runOf(call), { signal, at: at(1), isToEnd });
    const kills = does.split(", ").filter((text) => text.startsWith("kill"));
    const written = run.sent.map((sent) => `kill ${sent.target} ${sent.signal}`);
    assert.deepEqual(written, kills, call);
    assert.ok(run.sent.every((sent) => sent.at === 1 && sent.count === 1));
  }
});

test("where the command alone is held, no other process is signalled", () => {
  const run: Run = { ...RUN, holding: { ...RUN.holding, mechanism: "child" } };
  const shot = { signal: "SIGTERM", at: at(1), isToEnd: true } as const;
  const { actions } = sendToCommand(specOf("5 a"), run, shot);
  assert.equal(textOf(actions), "kill child SIGTERM, kill child SIGCONT");
});

test("where no more than a group is held, the rest is out of reach", () => {
  for (const mechanism of ["child", "group"] as const) {
    const run: Run = { ...RUN, holding: { ...RUN.holding, mechanism } };
    assert.deepEqual(sendToRest(run, "SIGTERM", at(1)), { run, actions: [] });
  }
});

test("S22: under --foreground a command that curfew saw stop is continued", () => {
  const { actions } = sendToCommand(
    specOf("-f 5 a"),
    { ...RUN, isStopped: true },
    { signal: "SIGINT", at: at(1), isToEnd: true },
  );
  assert.equal(textOf(actions), "kill child SIGINT, kill child SIGCONT");
});

test("a queued value goes with its signal, and not with the SIGCONT that follows", () => {
  const queued = [-1, 9, 1000, 4242, 0] as const;
  const shot = { signal: "SIGRTMIN", at: at(1), queued, isToEnd: true } as const;
  const { actions } = sendToCommand(specOf("init a"), runOf("init a"), shot);
  assert.deepEqual(actions, [
    { type: "kill", target: "group", signal: "SIGRTMIN", queued },
    { type: "wake", target: "group" },
  ]);
});

test("the rest is continued like the others", () => {
  const { actions } = sendToRest(runOf("run a"), "SIGTERM", at(1));
  assert.equal(textOf(actions), "kill rest SIGTERM, wake rest");
});

test("the rest gets the same signal, but SIGKILL only by the sweep", () => {
  const term = sendToRest(RUN, "SIGTERM", at(1));
  assert.equal(textOf(term.actions), "kill rest SIGTERM, kill rest SIGCONT");
  assert.deepEqual(term.run.sent, [
    { signal: "SIGTERM", target: "tree", at: 1, count: 1 },
    { signal: "SIGCONT", target: "tree", at: 1, count: 1 },
  ]);
  assert.deepEqual(sendToRest(RUN, "SIGKILL", at(1)), { run: RUN, actions: [] });
});

test("signals are noted in one entry for each signal and target, the latest last, with the first time", () => {
  const steps = [
    ["SIGTERM", "group"],
    ["SIGINT", "group"],
    ["SIGTERM", "tree"],
    ["SIGTERM", "group"],
  ] as const;
  const { sent } = steps.reduce(
    (run, [signal, target], index) => withSent(run, signal, target, at(index)),
    RUN,
  );
  assert.deepEqual(
    sent.map(({ signal, target, at, count }) => `${signal} ${target} ${at} ${count}`),
    ["SIGINT group 1 1", "SIGTERM tree 2 1", "SIGTERM group 0 2"],
  );
  assert.deepEqual(RUN.sent, []);
});
