// --heartbeat: a line about a run that has printed nothing for a while.
import type { Event } from "../report/event.ts";
import type { Spec } from "../spec/spec.ts";
import type { Duration, Instant } from "../values/duration.ts";
import { deadlineAfter, isDue, later } from "../values/instant.ts";
import type { LeftoversPhase, RunningPhase, Step } from "./state.ts";
import { limitOf, stay, withBudget } from "./state.ts";

type Waiting = RunningPhase | LeftoversPhase;

/** The host is asked how the run stands. Undefined: that is not due. */
export function askForHeartbeat(spec: Spec, state: Waiting, at: Instant): Step | undefined {
  const beatAt = state.run.budget?.beatAt;
  if (beatAt === undefined || !isDue(beatAt, at)) return undefined;
  const run = withBudget(state.run, { beatAt: deadlineAfter(at, spec.heartbeat) });
  // Bytes that the command wrote after this are a sign of life.
  const since = later(beatAt, -spec.heartbeat as Duration);
  return { state: { ...state, run }, actions: [{ type: "look-around", since }] };
}

/** How the run stands is said. A program that reads events is told by the event itself. */
export function onHeartbeat(
  spec: Spec,
  state: Waiting,
  event: Extract<Event, { type: "heartbeat" }>,
): Step {
  if (spec.control !== undefined || spec.telling === "nothing") return stay(state);
  const { at, processes, isPartial, leaf, waitsFor } = event;
  const limitAt = limitOf(state);
  const elapsed = (at - state.run.startedAt) as Duration;
  const left = limitAt === undefined ? undefined : (Math.max(0, limitAt - at) as Duration);
  const seen = { processes, isPartial, leaf, waitsFor };
  const message = { kind: "heartbeat", elapsed, left, ...seen } as const;
  return { state, actions: [{ type: "say", message }] };
}

/** The state in which the next line comes no sooner than a whole interval after an output. */
export function withLaterHeartbeat<S extends Waiting>(spec: Spec, state: S, last: Instant): S {
  if (state.run.budget?.beatAt === undefined) return state;
  return { ...state, run: withBudget(state.run, { beatAt: later(last, spec.heartbeat) }) };
}
