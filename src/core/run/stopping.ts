import type { Queued } from "../report/event.ts";
import type { Sent } from "../report/report.ts";
import type { Reason } from "../spec/exit.ts";
import type { Spec } from "../spec/spec.ts";
import type { Duration, Instant } from "../values/duration.ts";
import { NO_LIMIT } from "../values/duration.ts";
import type { Signal } from "../values/signal.ts";
import type { Action } from "./action.ts";
import { announceSignal, isRestOutOfReach, sendToCommand } from "./ladder.ts";
import { isClocked, isRequest, isSameRequest, SAME_REQUEST, startsClock } from "./requests.ts";
import type {
  DrainedSignal,
  ReceivedSignal,
  Run,
  RunningPhase,
  Step,
  StoppingPhase,
} from "./state.ts";
import { after, isDue, limitOf, stay } from "./state.ts";
import { sweep } from "./sweeping.ts";

/** The first signal, for whatever reason. */
export function stopCommand(spec: Spec, run: Run, at: Instant, reason: Reason): Step {
  const state = ladderOf(spec, run, at, spec.killAfter);
  return beginStop(spec, { ...state, reason, signal: spec.signal }, at);
}

type Begun = Omit<StoppingPhase, "reason" | "signal">;

function ladderOf(spec: Spec, run: Run, at: Instant, killAfter: Duration): Begun {
  const isWarned = spec.signalsRest && killAfter !== NO_LIMIT && !isRestOutOfReach(run);
  const warning = Math.min(WARNING, Math.floor(killAfter / 2));
  const restAt = isWarned ? after(at, (killAfter - warning) as Duration) : undefined;
  const killAt = after(at, killAfter);
  return { phase: "stopping", run, limitAt: undefined, relayed: undefined, restAt, killAt };
}

/** So long before SIGKILL members outside of the command's group get the first signal. */
const WARNING: Duration = 1_000_000 as Duration;

function beginStop(spec: Spec, state: StoppingPhase, at: Instant, event?: ReceivedSignal): Step {
  if (state.signal === "SIGKILL") return killAll(spec, state, at);
  return sendFirstSignal(spec, state, state.signal, at, event);
}

/**
 * Not what the command was sent a moment ago, or for a curfew above us: its limit and ours are one
 * request to a command that may take a second one for "now".
 */
export function sendFirstSignal(
  spec: Spec,
  state: StoppingPhase,
  signal: Signal,
  at: Instant,
  event?: ReceivedSignal,
): Step {
  const { sent, lastRequest } = state.run;
  const isOld = (entry: Sent) => lastRequest?.above !== true && at > entry.at + SAME_REQUEST;
  if (sent.some((entry) => entry.signal === signal && !isOld(entry))) return stay(state);
  const run: Run = { ...state.run, lastRequest: requestBy(at, event) };
  return sendAndNote(spec, { ...state, run }, signal, at, event?.queued);
}

function requestBy(at: Instant, event?: ReceivedSignal): Run["lastRequest"] {
  return { at: event?.since ?? at, above: event?.above === true };
}

/** A signal that asks for the end is held back where that is wanted; a second one is not. */
export function receiveSignal(spec: Spec, state: RunningPhase, event: ReceivedSignal): Step {
  const { drained, run } = state;
  if (drained !== undefined && isOtherCopy(drained, event)) {
    // A plain copy comes once; who signals our guardian again has asked once all the same.
    const isPlain = event.relayed !== true;
    return isPlain ? stay({ ...state, drained: { ...drained, event } }) : stay(state);
  }
  if (isSameRequest(spec, event, requestedAt(spec, state), run)) return stay(state);
  const asks = isClocked(spec, event) && isForwarded(spec, run, event);
  const until = after(event.at, spec.drain);
  if (!asks || until === undefined) return forwardWhileRunning(spec, state, event);
  return drained === undefined
    ? holdBack(spec, state, { event, until })
    : releaseHeld(spec, state, event);
}

/** When the request came that is held back, or was passed on last. */
function requestedAt({ drain }: Spec, { drained, run }: RunningPhase): Instant | undefined {
  return drained?.until === undefined ? run.lastRequest?.at : ((drained.until - drain) as Instant);
}

function holdBack(spec: Spec, state: RunningPhase, drained: DrainedSignal): Step {
  const { signal } = drained.event;
  const said: Action[] = [{ type: "say", message: { kind: "draining", signal } }];
  return { state: { ...state, drained }, actions: spec.verbose ? said : [] };
}

/** Passed on now, and nothing is held back any more. */
function releaseHeld(spec: Spec, state: RunningPhase, event: ReceivedSignal): Step {
  return forwardWhileRunning(spec, { ...state, drained: { event, until: undefined } }, event);
}

/** One request, heard by us and by our guardian: see `isCopy`. */
function isOtherCopy(
  { event: held, until }: DrainedSignal,
  { signal, relayed }: ReceivedSignal,
): boolean {
  const isOther = (held.relayed === true) !== (relayed === true);
  return until !== undefined && held.signal === signal && isOther;
}

/** The limit has passed, or the time for which a signal was held back. */
export function onRunningDeadline(spec: Spec, state: RunningPhase, at: Instant): Step {
  if (isDue(limitOf(state), at)) return stopCommand(spec, state.run, at, "timeout");
  const { drained } = state;
  if (drained === undefined || !isDue(drained.until, at)) return stay(state);
  return releaseHeld(spec, state, { ...drained.event, at, since: drained.event.at });
}

/**
 * A forwarded signal of those that mean an end starts the clock of "kill after" (S20). In `timeout`
 * a terminal's does so too, though the command has got it already.
 */
function forwardWhileRunning(spec: Spec, state: RunningPhase, event: ReceivedSignal): Step {
  const { at, signal } = event;
  const isTimeouts = event.delivered === true && spec.keysStartKillAfter;
  if (!isTimeouts && !isForwarded(spec, state.run, event)) return stay(state);
  const killAfter = spec.killAfterStopSignal ?? spec.killAfter;
  if (isClocked(spec, event) && (killAfter !== NO_LIMIT || spec.onSecondStop === "kill")) {
    const stopping: StoppingPhase = {
      ...ladderOf(spec, state.run, at, killAfter),
      reason: "signal",
      signal,
      limitAt: killAfter === NO_LIMIT ? state.limitAt : undefined,
      relayed: event.relayed === true ? signal : undefined,
    };
    return isTimeouts ? stay(stopping) : beginStop(spec, stopping, at, event);
  }
  return isTimeouts ? stay(state) : forward(spec, state, event);
}

export function forward<S extends RunningPhase | StoppingPhase>(
  spec: Spec,
  state: S,
  event: ReceivedSignal,
): Step {
  const { at, signal, queued } = event;
  if (!isForwarded(spec, state.run, event)) return stay(state);
  const { run: before } = state;
  const run = isRequest(spec, signal) ? { ...before, lastRequest: requestBy(at, event) } : before;
  return sendAndNote(spec, { ...state, run }, signal, at, queued);
}

/**
 * Only the first signal of a kind counts where we signal a group that we are in, for GNU ignores it
 * from then on (S27); otherwise every one is passed on. What the command got itself is not.
 */
function isForwarded(
  spec: Spec,
  run: Run,
  { signal, delivered, relayed }: ReceivedSignal,
): boolean {
  const isOnce = spec.group === "own" || relayed === true;
  const isFirst = !isOnce || !run.sent.some((sent) => sent.signal === signal);
  return isFirst && delivered !== true && spec.forward.has(signal);
}

function sendAndNote<S extends RunningPhase | StoppingPhase>(
  spec: Spec,
  state: S,
  signal: Signal,
  at: Instant,
  queued?: Queued,
): Step {
  const isMeant = isStoppingOrStopped(state) || startsClock(spec, signal);
  const isToEnd = spec.group === "own" || (isMeant && !SUSPENDING.has(signal));
  const { run, actions } = sendToCommand(spec, state.run, { signal, at, queued, isToEnd });
  return { state: { ...state, run }, actions };
}

/** Signals that stop: a SIGCONT behind one takes it back. */
const SUSPENDING: ReadonlySet<Signal> = new Set<Signal>([
  "SIGSTOP",
  "SIGTSTP",
  "SIGTTIN",
  "SIGTTOU",
]);

/** The command is to end, or stands still: then a signal is of no use without a SIGCONT. */
function isStoppingOrStopped({ phase, run }: RunningPhase | StoppingPhase): boolean {
  return phase === "stopping" || run.isStopped;
}

export function killAll(spec: Spec, state: StoppingPhase, at: Instant): Step {
  const next = sweep({ ...state, main: undefined }, at);
  return { state: next.state, actions: [...next.actions, ...announceSignal(spec, "SIGKILL")] };
}
