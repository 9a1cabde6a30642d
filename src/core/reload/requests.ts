import type { Event } from "../report/event.ts";
import { graceOf } from "../run/ladder.ts";
import { mayEnd, startsClock } from "../run/requests.ts";
import type { ReceivedSignal } from "../run/state.ts";
import type { Spec } from "../spec/spec.ts";
import type { Instant } from "../values/duration.ts";
import { deadlineAfter, isDue } from "../values/instant.ts";
import type { ServiceState } from "./generations.ts";
import { withCause } from "./restarts.ts";

/** A service before its first generation. */
export const NOTHING: ServiceState = {
  phase: "serving",
  generations: [],
  latest: 0,
  startedAt: undefined,
  debounceUntil: undefined,
  pendingReload: "none",
  pendingStart: { kind: "none" },
  readyDeadline: undefined,
  noRestartUntil: undefined,
  lastServed: undefined,
};

/**
 * A signal to curfew and its guardian at once is one request (see `isCopy`), so the copy that the
 * guardian has passed on does not ask for another generation.
 */
export function wantReload(
  state: ServiceState,
  { relayed, signal, at }: ReceivedSignal,
): ServiceState {
  const isUnderWay =
    state.pendingStart.kind !== "none" || state.generations.some(({ role }) => role !== "serving");
  if (relayed === true && isUnderWay) return state;
  // A change that waits for its debounce needs no generation of its own any more.
  const wanted: ServiceState = { ...state, pendingReload: "signal", debounceUntil: undefined };
  return withCause(wanted, { kind: "signal", signal }, at);
}

/**
 * The state after a request. A signal that the terminal has sent to the command itself, and HUP and
 * QUIT, may end the command or not: until that is known nothing starts.
 */
export function withRequest(
  spec: Spec,
  state: ServiceState,
  rewritten: Event | undefined,
): ServiceState {
  if (rewritten?.type === "caller-gone") return ending(state);
  if (rewritten?.type !== "signal" || !mayEnd(spec, rewritten.signal)) return state;
  // Where no generation runs it is meant for curfew, even if a terminal has sent it.
  if (state.generations.length === 0) return ending(state);
  if (startsClock(spec, rewritten.signal) && rewritten.delivered !== true) {
    return { ...ending(state), stopRequestedAt: rewritten.at };
  }
  if (state.phase !== "serving") return state;
  return { ...state, noRestartUntil: deadlineAfter(rewritten.at, graceOf(spec)) };
}

/** No generation starts any more, and the service ends with those that run. */
export function ending(state: ServiceState): ServiceState {
  const { generations, latest, startedAt, stopRequestedAt, lastServed } = state;
  const kept = { generations, latest, startedAt, stopRequestedAt, lastServed };
  return { ...NOTHING, phase: "ending", ...kept };
}

/** Whether a signal that has arrived may still turn out to be the end of the service. */
export function mayBeStopped({ noRestartUntil }: ServiceState, at: Instant): boolean {
  return noRestartUntil !== undefined && !isDue(noRestartUntil, at);
}
