import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type DrainedSignal,
  deadlineOf,
  type Run,
  type RunningPhase,
  type State,
} from "../../../src/core/run/state.ts";
import type { Instant } from "../../../src/core/values/duration.ts";
import { exited } from "./transcript.ts";

const at = (time: number) => time as Instant;
const run: Run = {
  startedAt: at(1),
  holding: { mechanism: "subreaper", reasons: [], limits: [] },
  sent: [],
  stops: [],
  isStopped: false,
  continuesStoppedOnly: false,
};
const main = { ...exited(0, "job").event, at: at(1) };

const TERM = { type: "signal", at: at(2), signal: "SIGTERM" } as const;

/** A state, and its deadline. */
const WAKES: readonly (readonly [state: State, deadline: number | undefined])[] = [
  [{ phase: "starting" }, undefined],
  [running(undefined, undefined), undefined],
  [running(5, undefined), 5],
  [running(undefined, 6), 6],
  [running(5, 6), 5],
  [running(6, 5), 5],
  [running(5, undefined, { event: TERM, until: undefined }), 5],
  [{ ...running(5, undefined), suspendedSince: at(3) }, undefined],
  [{ ...running(5, 6), suspendedSince: at(3) }, 6],
  [stopping(undefined, undefined), undefined],
  [stopping(6, 7), 6],
  [stopping(7, 6), 6],
  [stopping(undefined, 7), 7],
  [stopping(6, undefined), 6],
  [stopping(undefined, undefined, 8), 8],
  [stopping(6, 7, 5), 5],
  [stopping(6, 7, 8), 6],
  [stopping(9, 7, 8), 7],
  [leftovers(undefined, undefined), undefined],
  [leftovers(6, undefined), 6],
  [leftovers(undefined, 7), 7],
  [leftovers(8, 7), 7],
  [
    {
      phase: "sweeping",
      run,
      reason: undefined,
      main,
      lateAt: at(9),
      giveUpAt: at(12),
      lost: undefined,
      isKilled: false,
    },
    9,
  ],
  [
    {
      phase: "sweeping",
      run,
      reason: "timeout",
      main: undefined,
      lateAt: undefined,
      giveUpAt: at(12),
      lost: "gone",
      isKilled: false,
    },
    undefined,
  ],
  [{ phase: "finished" }, undefined],
];

function running(
  limitAt: number | undefined,
  until: number | undefined,
  drained: DrainedSignal | undefined = until === undefined
    ? undefined
    : { event: TERM, until: at(until) },
): RunningPhase {
  const clock = {
    limitAt: limitAt as Instant | undefined,
    idleAt: undefined,
    suspendedSince: undefined,
  };
  return { phase: "running", run, ...clock, drained };
}

function stopping(restAt: number | undefined, killAt: number | undefined, limitAt?: number): State {
  return {
    phase: "stopping",
    run,
    reason: "timeout",
    signal: "SIGTERM",
    relayed: undefined,
    restAt: restAt as Instant | undefined,
    limitAt: limitAt as Instant | undefined,
    killAt: killAt as Instant | undefined,
  };
}

function leftovers(killAt: number | undefined, limitAt: number | undefined): State {
  return {
    phase: "leftovers",
    run,
    reason: undefined,
    main,
    relayed: undefined,
    killAt: killAt as Instant | undefined,
    limitAt: limitAt as Instant | undefined,
    idleAt: undefined,
    lingering: undefined,
  };
}

test("the deadline of a state is the earliest of its instants", () => {
  for (const [state, deadline] of WAKES) assert.equal(deadlineOf(state), deadline, state.phase);
});
