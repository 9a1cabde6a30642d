import type { Queued } from "../report/event.ts";
import type { Sent } from "../report/report.ts";
import type { Reason } from "../spec/exit.ts";
import type { Spec } from "../spec/spec.ts";
import type { Duration, Instant } from "../values/duration.ts";
import { NO_LIMIT } from "../values/duration.ts";
import { deadlineAfter, isDue } from "../values/instant.ts";
import type { Signal } from "../values/signal.ts";
import type { Action } from "./action.ts";
import { stdinKillAtOf, stdinSignalAtOf } from "./budget.ts";
import { askForHeartbeat } from "./heartbeat.ts";
import type { Backstop } from "./ladder.ts";
import {
  announceSignal,
  backstopTime,
  isRestOutOfReach,
  sendToCommand,
  withBackstop,
} from "./ladder.ts";
import { isClocked, isRequest, isSameRequest, SAME_REQUEST, startsClock } from "./requests.ts";
import type {
  DrainedSignal,
  ReceivedSignal,
  Run,
  RunningPhase,
  Step,
  StoppingPhase,
} from "./state.ts";
import { limitOf, limitReasonOf, stay, withoutWall } from "./state.ts";
import { endedByStdin, lookAtStdin } from "./stdin.ts";
import { sweep } from "./sweeping.ts";

/** Sends the first signal, which was due at an instant, to the command, for the given reason. */
export function stopCommand(
  spec: Spec,
  run: Run,
  at: Instant,
  reason: Reason,
  dueAt: Instant = at,
): Step {
  const { signal, killAfter } = spec;
  const begun = ladderOf(spec, run, at, killAfter);
  const killAt = signal === "SIGKILL" ? dueAt : begun.killAt;
  return beginStop(spec, { ...begun, killAt, reason, signal }, at);
}

/**
 * The guardian has sent the first signal in the supervisor's place. A request that waited for the
 * supervisor meanwhile is the same request, so the request has the time at which the supervisor
 * looks, and the grace period begins when the signal was sent.
 */
export function stopByBackstop(spec: Spec, before: RunningPhase, event: Backstop): Step {
  const reason = reasonOfBackstop(before);
  const sent = withBackstop(
    spec,
    reason === "stdin" ? endedByStdin(before.run) : before.run,
    event,
  );
  const run: Run = { ...sent, lastRequest: requestBy(event.at) };
  const begun = ladderOf(spec, run, backstopTime(event), spec.killAfter);
  const restAt = event.target === "tree" ? undefined : begun.restAt;
  const state: StoppingPhase = { ...begun, restAt, reason, signal: spec.signal };
  return { state, actions: announceSignal(spec, spec.signal) };
}

/** What the guardian has acted on: the earlier of the limit and the end of stdin. */
function reasonOfBackstop(state: RunningPhase): Reason {
  const [limitAt, stdinAt] = [limitOf(state), stdinSignalAtOf(state.run.budget)];
  const isStdin = stdinAt !== undefined && (limitAt === undefined || stdinAt < limitAt);
  return isStdin ? "stdin" : limitReasonOf(state);
}

type Begun = Omit<StoppingPhase, "reason" | "signal">;

function ladderOf(spec: Spec, run: Run, at: Instant, killAfter: Duration): Begun {
  const isWarned = spec.signalsRest && killAfter !== NO_LIMIT && !isRestOutOfReach(run);
  const warning = Math.min(WARNING, Math.floor(killAfter / 2));
  const restAt = isWarned ? deadlineAfter(at, (killAfter - warning) as Duration) : undefined;
  const killAt = deadlineAfter(at, killAfter);
  const rest = { limitAt: undefined, relayed: undefined, restAt, killAt };
  return { phase: "stopping", run: withoutWall(run), ...rest };
}

/** How long before SIGKILL members outside of the command's group are sent the first signal. */
const WARNING: Duration = 1_000_000 as Duration;

function beginStop(spec: Spec, state: StoppingPhase, at: Instant, event?: ReceivedSignal): Step {
  if (state.signal === "SIGKILL") return killAll(spec, state, at);
  return sendFirstSignal(spec, state, state.signal, at, event);
}

/**
 * Sends the first signal, unless the command was sent the same one a moment ago, or ever on behalf
 * of a curfew above. The limits of both would be one request, and a command may take a second
 * signal for "now".
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

/** The request that an event makes; without one, a request of curfew's own. */
function requestBy(at: Instant, event?: ReceivedSignal): Run["lastRequest"] {
  return { at: event?.since ?? at, above: event?.above === true };
}

/** A request to end is held back for --drain. A second request is not held back. */
export function receiveSignal(spec: Spec, state: RunningPhase, event: ReceivedSignal): Step {
  const { drained, run } = state;
  if (drained !== undefined && isOtherCopy(drained, event)) {
    // The direct copy comes once. Further copies from the guardian are the same request.
    const isPlain = event.relayed !== true;
    return isPlain ? stay({ ...state, drained: { ...drained, event } }) : stay(state);
  }
  if (isSameRequest(spec, event, requestedAt(spec, state), run)) return stay(state);
  const asks = isClocked(spec, event) && isForwarded(spec, run, event);
  const until = deadlineAfter(event.at, spec.drain);
  if (!asks || until === undefined) return forwardWhileRunning(spec, state, event);
  return drained === undefined
    ? holdBack(spec, state, { event, until })
    : releaseHeld(spec, state, event);
}

/** When the request came that is held back, or that was passed on last. */
function requestedAt({ drain }: Spec, { drained, run }: RunningPhase): Instant | undefined {
  return drained?.until === undefined ? run.lastRequest?.at : ((drained.until - drain) as Instant);
}

/** Holds a request back until --drain has passed. */
function holdBack(spec: Spec, state: RunningPhase, drained: DrainedSignal): Step {
  const { signal } = drained.event;
  const said: Action[] = [{ type: "say", message: { kind: "draining", signal } }];
  return { state: { ...state, drained }, actions: spec.verbose ? said : [] };
}

/** Passes a request on now; no later one is held back. */
function releaseHeld(spec: Spec, state: RunningPhase, event: ReceivedSignal): Step {
  return forwardWhileRunning(spec, { ...state, drained: { event, until: undefined } }, event);
}

/** Whether a signal is the other copy of the request that is held back: see `isCopy`. */
function isOtherCopy(
  { event: held, until }: DrainedSignal,
  { signal, relayed }: ReceivedSignal,
): boolean {
  const isOther = (held.relayed === true) !== (relayed === true);
  return until !== undefined && held.signal === signal && isOther;
}

/** The limit has passed, or the time for which a request was held back. */
export function onRunningDeadline(spec: Spec, state: RunningPhase, at: Instant): Step {
  const limitAt = limitOf(state);
  if (isDue(limitAt, at)) return stopCommand(spec, state.run, at, limitReasonOf(state), limitAt);
  if (isDue(stdinSignalAtOf(state.run.budget), at)) return stopForStdin(spec, state.run, at);
  const { drained } = state;
  if (drained === undefined || !isDue(drained.until, at)) {
    return lookAtStdin(state, at) ?? askForHeartbeat(spec, state, at) ?? stay(state);
  }
  return releaseHeld(spec, state, { ...drained.event, at, since: drained.event.at });
}

/** Half of the time since the end of stdin has passed; SIGKILL comes at its end. */
function stopForStdin(spec: Spec, run: Run, at: Instant): Step {
  const killAt = stdinKillAtOf(run.budget);
  const left = killAt === undefined ? NO_LIMIT : (Math.max(1, killAt - at) as Duration);
  const state = ladderOf(spec, endedByStdin(run), at, left);
  return beginStop(spec, { ...state, reason: "stdin", signal: spec.signal }, at);
}

/**
 * Forwards a signal. A stop signal starts the clock of --kill-after (S20). In `timeout` a
 * terminal's signal does so too, although the command has got it already.
 */
function forwardWhileRunning(spec: Spec, state: RunningPhase, event: ReceivedSignal): Step {
  const { at, signal } = event;
  const isTimeouts = event.delivered === true && spec.keysStartKillAfter;
  if (!isTimeouts && !isForwarded(spec, state.run, event)) return stay(state);
  const killAfter = spec.killAfterStopSignal ?? spec.killAfter;
  if (isClocked(spec, event) && (killAfter !== NO_LIMIT || spec.onSecondStop === "kill")) {
    const begun = ladderOf(spec, state.run, at, killAfter);
    const stopping: StoppingPhase = {
      ...begun,
      // Where no SIGKILL follows, the limit counts on.
      run: killAfter === NO_LIMIT ? state.run : begun.run,
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
 * Whether a signal is forwarded. Where curfew is a member of the group that it signals, only the
 * first signal of a kind is, because GNU ignores further ones (S27); otherwise every one is. A
 * signal that the terminal has sent to the command itself is not.
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
  const asksForEnd = isStoppingOrStopped(state) || startsClock(spec, signal);
  const isToEnd = spec.group === "own" || (asksForEnd && !SUSPENDING.has(signal));
  const { run, actions } = sendToCommand(spec, state.run, { signal, at, queued, isToEnd });
  return { state: { ...state, run }, actions };
}

/** Signals that stop a process: a SIGCONT behind one would undo it. */
const SUSPENDING: ReadonlySet<Signal> = new Set<Signal>([
  "SIGSTOP",
  "SIGTSTP",
  "SIGTTIN",
  "SIGTTOU",
]);

/** Whether the command is to end, or is stopped: then a signal is of no use without a SIGCONT. */
function isStoppingOrStopped({ phase, run }: RunningPhase | StoppingPhase): boolean {
  return phase === "stopping" || run.isStopped;
}

export function killAll(spec: Spec, state: StoppingPhase, at: Instant): Step {
  const next = sweep({ ...state, main: undefined }, at);
  return { state: next.state, actions: [...next.actions, ...announceSignal(spec, "SIGKILL")] };
}
