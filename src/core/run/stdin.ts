// --end-with-stdin: the run ends when the last writer of stdin is gone, and the command has read
// what it is going to read.
import type { Event } from "../report/event.ts";
import type { Spec } from "../spec/spec.ts";
import type { Duration, Instant } from "../values/duration.ts";
import { deadlineAfter, isDue, later } from "../values/instant.ts";
import type { ClosedStdin } from "./budget.ts";
import { graceOf } from "./ladder.ts";
import type { LeftoversPhase, Run, RunningPhase, Step } from "./state.ts";
import { withBudget } from "./state.ts";

type StdinClosed = Extract<Event, { type: "stdin-closed" }>;

/** How often curfew looks whether the command reads: a share of the time that it has. */
const SHARE = 16;
const LONGEST_PAUSE: Duration = 500_000 as Duration;

/** A look at a stdin that has no writer any more. */
export function onStdinClosed<S extends RunningPhase | LeftoversPhase>(
  spec: Spec,
  state: S,
  event: StdinClosed,
): S {
  const stdin = state.run.budget?.stdin;
  if (stdin?.isEnded === true) return state;
  return { ...state, run: withBudget(state.run, { stdin: afterLook(spec, stdin, event) }) };
}

function afterLook(
  spec: Spec,
  before: Extract<ClosedStdin, { isEnded: false }> | undefined,
  { at, unread }: StdinClosed,
): ClosedStdin {
  const grace = graceOf(spec);
  const isSame = before?.unread === unread;
  const since = isSame ? before.since : at;
  if (unread === 0 || isDue(later(since, grace), at)) return endedAt(spec, at);
  const pause = Math.min(LONGEST_PAUSE, Math.ceil(grace / SHARE)) as Duration;
  return { isEnded: false, unread, since, lookAt: later(at, pause) };
}

/** The time that the command has counts from the end of stdin: the first signal comes at half. */
function endedAt(spec: Spec, at: Instant): ClosedStdin {
  const grace = graceOf(spec);
  return {
    isEnded: true,
    signalAt: later(at, Math.floor(grace / 2) as Duration),
    killAt: deadlineAfter(at, spec.killAfter),
    sweepAt: later(at, grace),
  };
}

/** The step at an instant at which the host has to look again. Undefined: none is due. */
export function lookAtStdin(state: RunningPhase | LeftoversPhase, at: Instant): Step | undefined {
  const stdin = state.run.budget?.stdin;
  if (stdin === undefined || stdin.isEnded || !isDue(stdin.lookAt, at)) return undefined;
  // The answer sets the next instant, and comes before it.
  const run = withBudget(state.run, { stdin: { ...stdin, lookAt: later(at, LONGEST_PAUSE) } });
  return { state: { ...state, run }, actions: [{ type: "look-at-stdin" }] };
}

/** The run that is being ended because of its stdin: the report has that as the reason. */
export function endedByStdin(run: Run): Run {
  const stdin = run.budget?.stdin;
  const next = stdin?.isEnded === true ? { ...stdin, signalAt: undefined } : stdin;
  return { ...withBudget(run, { stdin: next }), cause: run.cause ?? '"stdin"' };
}
