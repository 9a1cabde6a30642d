import type { Event, Exited } from "../report/event.ts";
import { recordOf } from "../report/event-record.ts";
import type { Sent } from "../report/report.ts";
import type { Reason } from "../spec/exit.ts";
import type { Spec } from "../spec/spec.ts";
import type { Instant } from "../values/duration.ts";
import type { Action } from "./action.ts";
import { finishUnstarted, wasLeft } from "./ending.ts";
import { isLeft, sendToRest, withBackstop, withSent } from "./ladder.ts";
import { ended, whileRemaining } from "./leftovers.ts";
import { asksForEnd, hasSent, isClocked, isSameRequest, mayEnd } from "./requests.ts";
import type { Received, Run, Running, State, Step, Stopping } from "./state.ts";
import { after, deadlineOf, isCopy, isDue, stay, withoutCopy } from "./state.ts";
import { forward, hardKill, onRunningDeadline, receive, sendFirst, stop } from "./stopping.ts";
import { mark, resumed } from "./stops.ts";
import type { Sweepable } from "./sweeping.ts";
import { finishSwept, takeOver, whileKilling, withKill } from "./sweeping.ts";
import type { Started } from "./will.ts";
import { isSameWill, isStarted, recipientsOf, willOf } from "./will.ts";

/** The first step of every run. */
export function start(spec: Spec): Step {
  const state = { phase: "starting" } as const;
  return { state, actions: [{ type: "spawn", will: willOf(spec, state) }] };
}

/** What an event means in a state. Pure; never looks at a clock but the event's. */
export function step(spec: Spec, state: State, event: Event): Step {
  if (event.type === "woken") return stay(wokenIn(state, event));
  const rewritten = rewrite(spec, event);
  const next =
    rewritten === undefined ? stay(state) : behind(spec, state, react(spec, state, rewritten));
  if (spec.events === undefined || state.phase === "finished") return next;
  const startedAt = "run" in state ? state.run.startedAt : event.at;
  return withLine(next, { type: "emit", ...recordOf(event, startedAt) });
}

/** Written down for the report, and no news to anybody. */
function wokenIn(state: State, { target, at }: Extract<Event, { type: "woken" }>): State {
  return "run" in state ? { ...state, run: withSent(state.run, "SIGCONT", target, at) } : state;
}

/** What the guardian has to know. Most runs begin and end, and nothing else: they pay nothing. */
function behind(spec: Spec, before: State, next: Step): Step {
  const { state, actions } = next;
  if (!isStarted(before) || !isStarted(state) || state === before) return next;
  return {
    state,
    actions: [...newWill(spec, before, state), ...actions, ...newRecipients(before, state)],
  };
}

/** Comes first: the guardian has its will before anything is done that the will depends on. */
function newWill(spec: Spec, before: Started, state: Started): readonly Action[] {
  const [old, will] = [willOf(spec, before), willOf(spec, state)];
  if (isSameWill(old, will)) return [];
  // To a guardian that stays with the leftovers the order to sweep says everything.
  if (state.phase === "killing" && old.staysForLeftovers) return [];
  return [{ type: "will", will }];
}

/** Comes last: if the supervisor dies before it has sent the signal, the guardian sends it. */
function newRecipients(before: Started, state: Started): readonly Action[] {
  const recipients = recipientsOf(state);
  if (recipients === undefined || recipients === recipientsOf(before)) return [];
  return [{ type: "recipients", recipients }];
}

/** A line may have to wait for a disk, and whoever is stopped writes nothing. */
function withLine({ state, actions }: Step, line: Action): Step {
  const isLater = ({ type }: Action) => AFTER_THE_LINE.includes(type);
  const at = actions.findIndex(isLater);
  const place = at < 0 ? actions.length : at;
  return { state, actions: [...actions.slice(0, place), line, ...actions.slice(place)] };
}

/** What is done after the line of an event is written: what is told, and what ends or stops us. */
const AFTER_THE_LINE: readonly Action["type"][] = ["say", "stop-with-it", "report", "exit"];

/** What an event stands for where the spec says so; undefined: nothing. */
export function rewrite({ parentSignal, rewrite }: Spec, event: Event): Event | undefined {
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
  const { continuesStoppedOnly } = spec;
  const run: Run = {
    startedAt: at,
    holding,
    sent: [],
    stops: [],
    isStopped: false,
    continuesStoppedOnly,
  };
  const limitAt = after(at, spec.timeout);
  const { mechanism } = holding;
  const actions: Action[] = [];
  if (spec.verbose && spec.sayHolding) {
    actions.push({ type: "say", message: { kind: "holding", mechanism } });
  }
  const clock = { limitAt, drained: undefined, restingSince: undefined };
  return { state: { phase: "running", run, ...clock }, actions };
}

function whileRunning(spec: Spec, state: Running, event: Event): Step {
  const { run } = state;
  switch (event.type) {
    case "exited":
      return ended(
        spec,
        withBackstop(spec, run, event),
        event,
        reasonOf(spec, state, event),
        state,
      );
    case "swept":
      // The guardian went on without us, who were stopped.
      return finishSwept(spec, actedFor(spec, run, event, "timeout"), event);
    case "spawn-failed":
      return finishUnstarted(spec, event.at, event.error, state.run.startedAt);
    case "guardian-gone":
      return takeOver(spec, { run, reason: undefined, main: undefined }, event);
    case "deadline":
      return onRunningDeadline(spec, state, event.at);
    case "cancelled":
      return stop(spec, run, event.at, event.expired ? "timeout" : "cancel");
    case "caller-gone":
      return stop(spec, run, event.at, "parent");
    case "signal":
      return spec.expireOn.includes(event.signal)
        ? stop(spec, run, event.at, "timeout")
        : receive(spec, state, event);
    case "stopped":
    case "continued":
      return mark(spec, state, event);
    case "resumed":
      return stay(resumed(state, event.at));
    case "spawned":
    case "tree-empty":
    case "looked":
    case "sweeping":
    case "woken":
      return stay(state);
  }
}

/** What ended by itself has no reason; but a stop signal that we passed on is one (S94). */
function reasonOf(spec: Spec, { run, drained }: Running, main: Exited): Reason | undefined {
  if (main.backstop) return "timeout";
  const died = main.status.kind === "signaled" ? main.status.signal : undefined;
  const isCause = ({ signal }: Sent) =>
    asksForEnd(spec, signal) || (signal === died && mayEnd(spec, signal));
  if (run.sent.some(isCause)) return "signal";
  // What is still held back was meant for all that there is.
  return drained !== undefined && wasLeft(run, main) ? "signal" : undefined;
}

/** The guardian has lived its whole will, while we were kept from ours. */
function actedFor(spec: Spec, before: Run, event: Swept, reason: Reason): Sweepable {
  const run = withKill(withBackstop(spec, before, event), event.at);
  return { run, reason, main: undefined };
}

type Swept = Extract<Event, { type: "swept" }>;

function whileStopping(spec: Spec, state: Stopping, event: Event): Step {
  switch (event.type) {
    case "exited":
      return ended(spec, withBackstop(spec, state.run, event), event, state.reason, state);
    case "swept":
      return finishSwept(spec, actedFor(spec, state.run, event, state.reason), event);
    case "spawn-failed":
      return finishUnstarted(spec, event.at, event.error, state.run.startedAt);
    case "guardian-gone":
      return takeOver(spec, { ...state, main: undefined }, event);
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
    case "looked":
    case "resumed":
    case "sweeping":
    case "woken":
      return stay(state);
  }
}

function onDeadline(spec: Spec, state: Stopping, at: Instant): Step {
  if (isDue(state.killAt, at)) return hardKill(spec, state, at);
  if (isDue(state.limitAt, at)) {
    const next: Stopping = { ...state, limitAt: undefined };
    return spec.signal === "SIGKILL"
      ? hardKill(spec, next, at)
      : sendFirst(spec, next, spec.signal, at);
  }
  if (!isDue(state.restAt, at)) return stay(state);
  if (isLeft(spec, state.reason)) return stay({ ...state, restAt: undefined });
  const { run, actions } = sendToRest(state.run, state.signal, at);
  return { state: { ...state, run, restAt: undefined }, actions };
}

/** Stops, or passes on: a signal once more is the next rung where the subcommand says so. */
function signalWhileStopping(spec: Spec, state: Stopping, event: Received): Step {
  if (spec.expireOn.includes(event.signal)) {
    // "Time is up" again: the next rung of the ladder, or the first signal once more (as GNU).
    return state.killAt === undefined
      ? sendFirst(spec, state, spec.signal, event.at)
      : hardKill(spec, state, event.at);
  }
  if (isCopy(state, event)) return stay(withoutCopy(state, event));
  if (isSameRequest(spec, event, state.run.asked?.at, state.run)) return stay(state);
  const insists =
    spec.onSecondStop === "kill" && isClocked(spec, event) && event.delivered !== true;
  if (!insists) return forward(spec, state, event);
  if (event.above !== true) return hardKill(spec, state, event.at);
  // Who started us says when the time is over: by SIGKILL. The command has heard the rest.
  return hasSent(state.run, event.signal) ? stay(state) : forward(spec, state, event);
}
