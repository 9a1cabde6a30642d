import type { Duration, Instant } from "./duration.ts";
import { NO_LIMIT } from "./duration.ts";
import { finishUnstarted } from "./ending.ts";
import type { Action, Ended, Event } from "./event.ts";
import { eventLineOf } from "./event-line.ts";
import type { Reason } from "./exit.ts";
import { announce, nameOf, send, sendToRest, willOf, withSent } from "./ladder.ts";
import { ended, whileRemaining } from "./leftovers.ts";
import type { Sent, Stop } from "./report.ts";
import type { Signal } from "./signal.ts";
import type { Spec } from "./spec.ts";
import { STOP_SIGNALS } from "./spec.ts";
import type { Received, Run, Running, State, Step, Stopping } from "./state.ts";
import { after, deadlineOf, isCopy, isDue, stay, withoutCopy } from "./state.ts";
import type { Sweepable } from "./sweeping.ts";
import { finishSwept, sweep, takeOver, whileKilling, withKill } from "./sweeping.ts";

/** The first step of every run. */
export function start(spec: Spec): Step {
  const zero = 0 as Instant;
  const will = willOf(spec, zero, after(zero, spec.timeout));
  return { state: { phase: "starting" }, actions: [{ type: "spawn", will }] };
}

/** What an event means in a state. Pure; never looks at a clock but the event's. */
export function step(spec: Spec, state: State, event: Event): Step {
  const next = react(spec, state, event);
  if (spec.events === undefined || state.phase === "finished") return next;
  const startedAt = "run" in state ? state.run.startedAt : event.at;
  const line: Action = { type: "emit", line: eventLineOf(event, startedAt) };
  return { state: next.state, actions: [line, ...next.actions] };
}

function react(spec: Spec, state: State, event: Event): Step {
  switch (state.phase) {
    case "starting":
      return whileStarting(spec, state, event);
    case "running":
      return isOverdue(spec, state, event)
        ? andThen(stop(spec, state.run, event.at, "timeout"), spec, event)
        : whileRunning(spec, state, event);
    case "stopping":
      return isOverdue(spec, state, event)
        ? andThen(onDeadline(spec, state, event.at), spec, event)
        : whileStopping(spec, state, event);
    case "leftovers":
      return whileRemaining(spec, state, event);
    case "killing":
      return whileKilling(spec, state, event);
    case "finished":
      return stay(state);
  }
}

/** Two things are due at once: the deadline comes before anybody's wish, and only once. */
function isOverdue(spec: Spec, state: Running | Stopping, event: Event): boolean {
  const asks =
    event.type === "cancelled" ||
    event.type === "caller-gone" ||
    (event.type === "signal" && !spec.expireOn.includes(event.signal));
  return asks && isDue(deadlineOf(state), event.at);
}

function andThen(first: Step, spec: Spec, event: Event): Step {
  const second = react(spec, first.state, event);
  return { state: second.state, actions: [...first.actions, ...second.actions] };
}

/** The host answers the spawn before it tells of anything else; signals wait in the kernel. */
function whileStarting(spec: Spec, state: State, event: Event): Step {
  if (event.type === "spawn-failed") return finishUnstarted(spec, event.at, event.error);
  if (event.type !== "spawned") return stay(state);
  const { at, holding } = event;
  const run: Run = { startedAt: at, holding, sent: [], stops: [], isStopped: false };
  return stay({ phase: "running", run, limitAt: after(at, spec.timeout) });
}

function whileRunning(spec: Spec, state: Running, event: Event): Step {
  const { run } = state;
  switch (event.type) {
    case "exited":
      return ended(spec, withBackstop(spec, run, event), event, reasonOf(run, event));
    case "swept":
      // The guardian went on without us, who were stopped.
      return finishSwept(spec, actedFor(spec, run, event.at, "timeout"), event);
    case "spawn-failed":
      return finishUnstarted(spec, event.at, event.error, state.run.startedAt);
    case "guardian-gone":
      return takeOver(spec, { ...state, reason: "guardian", main: undefined }, event.at);
    case "deadline":
      return isDue(state.limitAt, event.at) ? stop(spec, run, event.at, "timeout") : stay(state);
    case "cancelled":
      return stop(spec, run, event.at, "cancel");
    case "caller-gone":
      return stop(spec, run, event.at, "parent");
    case "signal":
      return spec.expireOn.includes(event.signal)
        ? stop(spec, run, event.at, "timeout")
        : forwardFirst(spec, state, event);
    case "stopped":
    case "continued":
      return mark(spec, state, event);
    case "spawned":
    case "tree-empty":
      return stay(state);
  }
}

/** What ended by itself has no reason; but a stop signal that we passed on is one (S94). */
function reasonOf(run: Run, { backstop, status }: Ended): Reason | undefined {
  if (backstop) return "timeout";
  // HUP means "read your settings again" to many, who then live on; it was an end if it ended them.
  const died = status.kind === "signaled" ? status.signal : undefined;
  const isCause = ({ signal }: Sent) =>
    STOP_SIGNALS.has(signal) && (signal !== "SIGHUP" || signal === died);
  return run.sent.some(isCause) ? "signal" : undefined;
}

/** What the guardian sent in our place. */
function withBackstop(spec: Spec, run: Run, { backstop, at }: Ended & { at: Instant }): Run {
  return backstop ? withSent(run, spec.signal, "tree", at) : run;
}

/** The guardian has lived its whole will, while we were kept from ours. */
function actedFor(spec: Spec, before: Run, at: Instant, reason: Reason): Sweepable {
  const run = withKill(withSent(before, spec.signal, "tree", at), at);
  return { run, reason, main: undefined };
}

function whileStopping(spec: Spec, state: Stopping, event: Event): Step {
  switch (event.type) {
    case "exited":
      return ended(spec, withBackstop(spec, state.run, event), event, state.reason, state);
    case "swept":
      return finishSwept(spec, actedFor(spec, state.run, event.at, state.reason), event);
    case "spawn-failed":
      return finishUnstarted(spec, event.at, event.error, state.run.startedAt);
    case "guardian-gone":
      return takeOver(spec, { ...state, main: undefined }, event.at);
    case "deadline":
      return onDeadline(spec, state, event.at);
    case "signal":
      return signalWhileStopping(spec, state, event);
    case "stopped":
    case "continued":
      return mark(spec, state, event);
    case "cancelled":
    case "caller-gone":
    case "spawned":
    case "tree-empty":
      return stay(state);
  }
}

function onDeadline(spec: Spec, state: Stopping, at: Instant): Step {
  if (isDue(state.killAt, at)) return hardKill(spec, state, at);
  if (isDue(state.limitAt, at)) {
    const next: Stopping = { ...state, limitAt: undefined };
    return spec.signal === "SIGKILL"
      ? hardKill(spec, next, at)
      : sendIn(spec, next, spec.signal, at);
  }
  if (!isDue(state.restAt, at)) return stay(state);
  const { run, actions } = sendToRest(state.run, state.signal, at);
  return { state: { ...state, run, restAt: undefined }, actions };
}

/** Stops, or passes on: a signal once more is the next rung where the door says so. */
function signalWhileStopping(spec: Spec, state: Stopping, event: Received): Step {
  if (spec.expireOn.includes(event.signal)) {
    // "Time is up" again: the next rung of the ladder, or the first signal once more (as GNU).
    return state.killAt === undefined
      ? sendIn(spec, state, spec.signal, event.at)
      : hardKill(spec, state, event.at);
  }
  if (isCopy(state, event)) return stay(withoutCopy(state, event));
  const insists = spec.insist === "kill" && spec.clockOn.has(event.signal);
  if (insists && event.delivered !== true) return hardKill(spec, state, event.at);
  return forward(spec, state, event);
}

/** The first signal, for whatever reason. */
function stop(spec: Spec, run: Run, at: Instant, reason: Reason): Step {
  return beginStop(spec, stoppingBy(spec, run, at, reason, spec.signal), spec.signal, at);
}

function stoppingBy(spec: Spec, run: Run, at: Instant, reason: Reason, signal: Signal): Stopping {
  const restAt = after(at, Math.ceil(spec.killAfter / 2) as Duration);
  const killAt = after(at, spec.killAfter);
  const rest = { limitAt: undefined, relayed: undefined, restAt, killAt };
  return { phase: "stopping", run, reason, signal, ...rest };
}

/** The guardian knows before the first signal is sent that it is to stay with what is left. */
function beginStop(spec: Spec, state: Stopping, signal: Signal, at: Instant): Step {
  const { actions } = leaveWill(spec, state, at);
  const next = signal === "SIGKILL" ? hardKill(spec, state, at) : sendIn(spec, state, signal, at);
  return { state: next.state, actions: [...actions, ...next.actions] };
}

function leaveWill(spec: Spec, state: Stopping, at: Instant): Step {
  return { state, actions: [{ type: "will", will: willOf(spec, at, state.killAt, true) }] };
}

/**
 * A forwarded signal of those that mean an end starts the clock of "kill after" (S20). In `timeout`
 * a terminal's does so too, though the command has got it already.
 */
function forwardFirst(spec: Spec, state: Running, event: Received): Step {
  const { at, signal } = event;
  const isTimeouts = event.delivered === true && spec.insist === "forward";
  if (!isTimeouts && !isForwarded(spec, state.run, event)) return stay(state);
  const isClocked = spec.clockOn.has(signal);
  if (isClocked && (spec.killAfter !== NO_LIMIT || spec.insist === "kill")) {
    const stopping: Stopping = {
      ...stoppingBy(spec, state.run, at, "signal", signal),
      limitAt: spec.killAfter === NO_LIMIT ? state.limitAt : undefined,
      relayed: event.relayed === true ? signal : undefined,
    };
    return isTimeouts ? leaveWill(spec, stopping, at) : beginStop(spec, stopping, signal, at);
  }
  if (isTimeouts) return stay(state);
  const next = forward(spec, state, event);
  if (!STOP_SIGNALS.has(signal)) return next;
  const will: Action = { type: "will", will: willOf(spec, at, state.limitAt, true) };
  return { state: next.state, actions: [will, ...next.actions] };
}

function forward<S extends Running | Stopping>(spec: Spec, state: S, event: Received): Step {
  const isOurs = isForwarded(spec, state.run, event);
  return isOurs ? sendIn(spec, state, event.signal, event.at) : stay(state);
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

function sendIn<S extends Running | Stopping>(
  spec: Spec,
  state: S,
  signal: Signal,
  at: Instant,
): Step {
  const isToEnd = spec.group === "own" || state.phase === "stopping" || state.run.isStopped;
  const { run, actions } = send(spec, state.run, signal, at, isToEnd);
  return { state: { ...state, run }, actions };
}

function hardKill(spec: Spec, state: Stopping, at: Instant): Step {
  const next = sweep(spec, { ...state, main: undefined }, at);
  return { state: next.state, actions: [...next.actions, ...announce(spec, "SIGKILL")] };
}

/** A report lists no more. */
const MOST_STOPS = 100;

function mark<S extends Running | Stopping>(
  spec: Spec,
  state: S,
  event: Extract<Event, { type: "stopped" | "continued" }>,
): Step {
  const isStopped = event.type === "stopped";
  const signal = isStopped ? event.signal : "SIGCONT";
  const { run } = state;
  const isListed = isStopped && run.stops.length < MOST_STOPS;
  const stops = isListed ? [...run.stops, { signal, at: event.at }] : run.stops;
  const next: S = { ...state, run: { ...run, isStopped, stops } };
  const said: Action[] = [];
  if (spec.verbose) {
    said.push({ type: "say", message: { kind: event.type, signal, command: nameOf(spec) } });
  }
  if (!isStopped) return { state: next, actions: said };
  if (next.phase === "stopping") return wakeLate(spec, next, event.at, said);
  return onStop(spec, next, { at: event.at, signal }, said);
}

/** The first signal went out before we knew that the command was stopped: see `needsWaking`. */
function wakeLate<S extends Running | Stopping>(
  spec: Spec,
  state: S,
  at: Instant,
  said: readonly Action[],
): Step {
  const wasWoken = spec.group === "own" || spec.alwaysWake;
  return wasWoken ? { state, actions: said } : wake(state, at, said);
}

function wake(state: Running | Stopping, at: Instant, said: readonly Action[]): Step {
  const run = withSent(state.run, "SIGCONT", "child", at);
  const kill: Action = { type: "kill", target: "child", signal: "SIGCONT" };
  return { state: { ...state, run }, actions: [kill, ...said] };
}

function onStop(spec: Spec, state: Running, { signal, at }: Stop, said: readonly Action[]): Step {
  switch (spec.onStop) {
    case "ignore":
    case "report":
      return { state, actions: said };
    case "continue":
      return wake(state, at, said);
    case "mirror":
      return { state, actions: [...said, { type: "stop-with-it", signal }] };
    case "kill": {
      const next = stop(spec, state.run, at, "stopped");
      return { state: next.state, actions: [...said, ...next.actions] };
    }
  }
}
