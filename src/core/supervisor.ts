import type { Instant } from "./duration.ts";
import { finishUnstarted } from "./ending.ts";
import type { Action, Ended, Event } from "./event.ts";
import { eventLineOf } from "./event-line.ts";
import type { Reason } from "./exit.ts";
import { nameOf, sendToRest, willOf, withSent } from "./ladder.ts";
import { ended, whileRemaining } from "./leftovers.ts";
import type { Sent, Stop } from "./report.ts";
import type { Signal } from "./signal.ts";
import type { Spec } from "./spec.ts";
import { meansEnd } from "./spec.ts";
import type { MainEnd, Received, Run, Running, State, Step, Stopping } from "./state.ts";
import { after, deadlineOf, isCopy, isDue, stay, withoutCopy } from "./state.ts";
import { forward, hardKill, onRunningDeadline, receive, sendIn, stop } from "./stopping.ts";
import type { Sweepable } from "./sweeping.ts";
import { finishSwept, takeOver, wasLeft, whileKilling, withKill } from "./sweeping.ts";

/** The first step of every run. */
export function start(spec: Spec): Step {
  const zero = 0 as Instant;
  const will = willOf(spec, zero, after(zero, spec.timeout));
  return { state: { phase: "starting" }, actions: [{ type: "spawn", will }] };
}

/** What an event means in a state. Pure; never looks at a clock but the event's. */
export function step(spec: Spec, state: State, event: Event): Step {
  const meant = meaningOf(spec, event);
  const next = meant === undefined ? stay(state) : react(spec, state, meant);
  if (spec.events === undefined || state.phase === "finished") return next;
  const startedAt = "run" in state ? state.run.startedAt : event.at;
  const line: Action = { type: "emit", line: eventLineOf(event, startedAt) };
  return { state: next.state, actions: [line, ...next.actions] };
}

/** What an event stands for where the spec says so; undefined: nothing. */
export function meaningOf({ parentSignal, rewrite }: Spec, event: Event): Event | undefined {
  if (event.type === "caller-gone" && parentSignal !== undefined) {
    return { type: "signal", at: event.at, signal: parentSignal };
  }
  if (event.type !== "signal") return event;
  const signal = rewrite.get(event.signal);
  if (signal === "SIG0") return undefined;
  return signal === undefined ? event : { ...event, signal };
}

function react(spec: Spec, state: State, event: Event): Step {
  switch (state.phase) {
    case "starting":
      return whileStarting(spec, state, event);
    case "running":
      return isOverdue(spec, state, event)
        ? andThen(onRunningDeadline(spec, state, event.at), spec, event)
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
  const limitAt = after(at, spec.timeout);
  const { mechanism } = holding;
  const actions: Action[] = [];
  if (spec.verbose && spec.sayHolding) {
    actions.push({ type: "say", message: { kind: "holding", mechanism } });
  }
  return { state: { phase: "running", run, limitAt, drained: undefined }, actions };
}

function whileRunning(spec: Spec, state: Running, event: Event): Step {
  const { run } = state;
  switch (event.type) {
    case "exited":
      return ended(spec, withBackstop(spec, run, event), event, reasonOf(spec, state, event));
    case "swept":
      // The guardian went on without us, who were stopped.
      return finishSwept(spec, actedFor(spec, run, event.at, "timeout"), event);
    case "spawn-failed":
      return finishUnstarted(spec, event.at, event.error, state.run.startedAt);
    case "guardian-gone":
      return takeOver(spec, { ...state, reason: "guardian", main: undefined }, event.at);
    case "deadline":
      return onRunningDeadline(spec, state, event.at);
    case "cancelled":
      return stop(spec, run, event.at, "cancel");
    case "caller-gone":
      return stop(spec, run, event.at, "parent");
    case "signal":
      return spec.expireOn.includes(event.signal)
        ? stop(spec, run, event.at, "timeout")
        : receive(spec, state, event);
    case "stopped":
    case "continued":
      return mark(spec, state, event);
    case "spawned":
    case "tree-empty":
      return stay(state);
  }
}

/** What ended by itself has no reason; but a stop signal that we passed on is one (S94). */
function reasonOf(spec: Spec, { run, drained }: Running, main: MainEnd): Reason | undefined {
  if (main.backstop) return "timeout";
  // HUP means "read your settings again" to many, who then live on; it was an end if it ended them.
  const died = main.status.kind === "signaled" ? main.status.signal : undefined;
  const isCause = ({ signal }: Sent) =>
    meansEnd(spec, signal) && (signal !== "SIGHUP" || signal === died);
  if (run.sent.some(isCause)) return "signal";
  // What is still held back was meant for all that there is.
  return drained !== undefined && wasLeft(run, main) ? "signal" : undefined;
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

/**
 * Nobody sends SIGSTOP but who wants it. What we passed on is meant, until a SIGCONT follows. And
 * in the background of our caller's terminal it would be stopped again at once: whoever brings us
 * to the foreground continues all of the group.
 */
function isMeant({ group }: Spec, { sent }: Run, signal: Signal): boolean {
  if (signal === "SIGSTOP") return true;
  if (group === "caller" && (signal === "SIGTTIN" || signal === "SIGTTOU")) return true;
  const last = sent.findLast((one) => one.signal === signal || one.signal === "SIGCONT");
  return last?.signal === signal;
}

function onStop(spec: Spec, state: Running, { signal, at }: Stop, said: readonly Action[]): Step {
  switch (spec.onStop) {
    case "ignore":
    case "report":
      return { state, actions: said };
    case "auto":
    case "continue":
      return isMeant(spec, state.run, signal) ? { state, actions: said } : wake(state, at, said);
    case "mirror":
      return { state, actions: [...said, { type: "stop-with-it", signal }] };
    case "kill": {
      const next = stop(spec, state.run, at, "stopped");
      return { state: next.state, actions: [...said, ...next.actions] };
    }
  }
}
