import type { Duration, Instant } from "./duration.ts";
import { NO_LIMIT } from "./duration.ts";
import type { Action, Queued } from "./event.ts";
import type { Reason } from "./exit.ts";
import { announce, isAlone, send } from "./ladder.ts";
import type { Signal } from "./signal.ts";
import type { Spec } from "./spec.ts";
import type { Drained, Received, Run, Running, Step, Stopping } from "./state.ts";
import { after, isDue, limitOf, stay } from "./state.ts";
import { sweep } from "./sweeping.ts";

/** The first signal, for whatever reason. */
export function stop(spec: Spec, run: Run, at: Instant, reason: Reason): Step {
  const state = stoppingBy(run, at, spec.killAfter);
  return beginStop(spec, { ...state, reason, signal: spec.signal }, spec.signal, at);
}

function stoppingBy(
  run: Run,
  at: Instant,
  killAfter: Duration,
): Omit<Stopping, "reason" | "signal"> {
  const half = Math.ceil(killAfter / 2) as Duration;
  const restAt = isAlone(run) ? undefined : after(at, half);
  const killAt = after(at, killAfter);
  return { phase: "stopping", run, limitAt: undefined, relayed: undefined, restAt, killAt };
}

function beginStop(
  spec: Spec,
  state: Stopping,
  signal: Signal,
  at: Instant,
  queued?: Queued,
): Step {
  return signal === "SIGKILL" ? hardKill(spec, state, at) : sendIn(spec, state, signal, at, queued);
}

/** A signal that asks for the end is held back where that is wanted; a second one is not. */
export function receive(spec: Spec, state: Running, event: Received): Step {
  const { drained, run } = state;
  const asks = spec.clockOn.has(event.signal) && isForwarded(spec, run, event);
  const until = after(event.at, spec.drain);
  if (!asks || until === undefined) return forwardFirst(spec, state, event);
  if (drained === undefined) return hold(spec, state, { event, until });
  if (!isOtherCopy(drained, event)) return release(spec, state, event);
  // A plain copy comes once; who signals our guardian again has asked once all the same.
  const isPlain = event.relayed !== true;
  return isPlain ? stay({ ...state, drained: { ...drained, event } }) : stay(state);
}

function hold(spec: Spec, state: Running, drained: Drained): Step {
  const { signal } = drained.event;
  const said: Action[] = [{ type: "say", message: { kind: "draining", signal } }];
  return { state: { ...state, drained }, actions: spec.verbose ? said : [] };
}

/** Passed on now, and nothing is held back any more. */
function release(spec: Spec, state: Running, event: Received): Step {
  return forwardFirst(spec, { ...state, drained: { event, until: undefined } }, event);
}

/** One request, heard by us and by our guardian: see `isCopy`. */
function isOtherCopy({ event: held, until }: Drained, { signal, relayed }: Received): boolean {
  const isOther = (held.relayed === true) !== (relayed === true);
  return until !== undefined && held.signal === signal && isOther;
}

/** The limit has passed, or the time for which a signal was held back. */
export function onRunningDeadline(spec: Spec, state: Running, at: Instant): Step {
  if (isDue(limitOf(state), at)) return stop(spec, state.run, at, "timeout");
  const { drained } = state;
  if (drained === undefined || !isDue(drained.until, at)) return stay(state);
  return release(spec, state, { ...drained.event, at });
}

/**
 * A forwarded signal of those that mean an end starts the clock of "kill after" (S20). In `timeout`
 * a terminal's does so too, though the command has got it already.
 */
function forwardFirst(spec: Spec, state: Running, event: Received): Step {
  const { at, signal, queued } = event;
  const isTimeouts = event.delivered === true && spec.clockOnDelivered;
  if (!isTimeouts && !isForwarded(spec, state.run, event)) return stay(state);
  const isClocked = spec.clockOn.has(signal);
  const killAfter = spec.killAfterSignal ?? spec.killAfter;
  if (isClocked && (killAfter !== NO_LIMIT || spec.insist === "kill")) {
    const stopping: Stopping = {
      ...stoppingBy(state.run, at, killAfter),
      reason: "signal",
      signal,
      limitAt: killAfter === NO_LIMIT ? state.limitAt : undefined,
      relayed: event.relayed === true ? signal : undefined,
    };
    return isTimeouts ? stay(stopping) : beginStop(spec, stopping, signal, at, queued);
  }
  return isTimeouts ? stay(state) : forward(spec, state, event);
}

export function forward<S extends Running | Stopping>(spec: Spec, state: S, event: Received): Step {
  const isOurs = isForwarded(spec, state.run, event);
  return isOurs ? sendIn(spec, state, event.signal, event.at, event.queued) : stay(state);
}

/**
 * Only the first signal of a kind counts where we signal a group that we are in, for GNU ignores it
 * from then on (S27); otherwise every one is passed on. What the command got itself is not.
 */
function isForwarded(spec: Spec, run: Run, { signal, delivered, relayed }: Received): boolean {
  const isOnce = spec.group === "own" || relayed === true;
  const isFirst = !isOnce || !run.sent.some((sent) => sent.signal === signal);
  return isFirst && delivered !== true && spec.forward.has(signal);
}

export function sendIn<S extends Running | Stopping>(
  spec: Spec,
  state: S,
  signal: Signal,
  at: Instant,
  queued?: Queued,
): Step {
  const isMeant = isEnding(state) || spec.clockOn.has(signal);
  const isToEnd = spec.group === "own" || (isMeant && !STOPS.has(signal));
  const { run, actions } = send(spec, state.run, { signal, at, queued, isToEnd });
  return { state: { ...state, run }, actions };
}

/** Signals that stop: a SIGCONT behind one takes it back. */
const STOPS: ReadonlySet<Signal> = new Set<Signal>(["SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU"]);

/** The command is to end, or stands still: then a signal is of no use without a SIGCONT. */
function isEnding({ phase, run }: Running | Stopping): boolean {
  return phase === "stopping" || run.isStopped;
}

export function hardKill(spec: Spec, state: Stopping, at: Instant): Step {
  const next = sweep({ ...state, main: undefined }, at);
  return { state: next.state, actions: [...next.actions, ...announce(spec, "SIGKILL")] };
}
