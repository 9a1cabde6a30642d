import type { Duration, Instant } from "./duration.ts";
import { NO_LIMIT } from "./duration.ts";
import type { Step } from "./ending.ts";
import { finish, finishUnstarted } from "./ending.ts";
import type { Action, Event } from "./event.ts";
import { eventLineOf } from "./event-line.ts";
import type { Reason } from "./exit.ts";
import {
  announce,
  nameOf,
  PATIENCE,
  SLACK,
  SWEEP_PATIENCE,
  send,
  sendToRest,
  willOf,
  withSent,
} from "./ladder.ts";
import type { Stop } from "./report.ts";
import type { Signal } from "./signal.ts";
import type { Spec } from "./spec.ts";
import { STOP_SIGNALS } from "./spec.ts";
import type { Killing, MainEnd, Remaining, Run, Running, State, Stopping } from "./state.ts";
import { after, deadlineOf, isDue } from "./state.ts";

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
      return ended(spec, run, event, reasonOf(spec, run, event.backstop));
    case "swept":
      // The guardian went on without us, who were stopped.
      return finishSwept(spec, { phase: "killing", run, reason: "timeout", ...NOTHING }, event);
    case "spawn-failed":
      return finishUnstarted(spec, event.at, event.error);
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
function reasonOf(spec: Spec, run: Run, backstop: boolean): Reason | undefined {
  if (backstop) return "timeout";
  const isStop = ({ signal }: { signal: Signal }) => STOP_SIGNALS.has(signal);
  return spec.clockOn.size > 0 && run.sent.some(isStop) ? "signal" : undefined;
}

const NOTHING = { main: undefined, lateAt: undefined } as const;

function whileStopping(spec: Spec, state: Stopping, event: Event): Step {
  switch (event.type) {
    case "exited":
      return ended(spec, state.run, event, state.reason, state);
    case "swept":
      return finishSwept(spec, { ...state, phase: "killing", ...NOTHING }, event);
    case "spawn-failed":
      return finishUnstarted(spec, event.at, event.error);
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
  const insists = spec.insist === "kill" && spec.clockOn.has(event.signal);
  if (insists && event.delivered !== true) return hardKill(spec, state, event.at);
  return forward(spec, state, event);
}

function whileRemaining(spec: Spec, state: Remaining, event: Event): Step {
  const { main, run, reason } = state;
  switch (event.type) {
    case "tree-empty": {
      const { at, proof, usage } = event;
      const over = { ...main, at, reason, killed: false, end: main.status, survivors: [] };
      return finish(spec, run, { ...over, proof, usage });
    }
    case "swept":
      return finishSwept(spec, { phase: "killing", run, reason, main, lateAt: undefined }, event);
    case "guardian-gone":
      return takeOver(spec, state, event.at);
    case "deadline":
      if (isDue(state.killAt, event.at)) return sweep(spec, state, event.at);
      return isDue(state.limitAt, event.at)
        ? endRest(spec, state, event.at, "timeout")
        : stay(state);
    case "cancelled":
      return endRest(spec, state, event.at, "cancel");
    case "caller-gone":
      return endRest(spec, state, event.at, "parent");
    case "signal": {
      if (spec.expireOn.includes(event.signal)) return endRest(spec, state, event.at, "timeout");
      return STOP_SIGNALS.has(event.signal)
        ? endRest(spec, state, event.at, "signal")
        : stay(state);
    }
    case "exited":
    case "spawned":
    case "spawn-failed":
    case "stopped":
    case "continued":
      return stay(state);
  }
}

/** Somebody asks for the end of what is left: the first signal, or the next rung. */
function endRest(spec: Spec, state: Remaining, at: Instant, reason: Reason): Step {
  if (state.killAt !== undefined) return sweep(spec, state, at);
  // The limit comes before a wish here, too.
  const cause = isDue(state.limitAt, at) ? "timeout" : reason;
  return remain(spec, state.run, state.main, cause, at);
}

function whileKilling(spec: Spec, state: Killing, event: Event): Step {
  switch (event.type) {
    case "swept":
      return finishSwept(spec, state, event);
    case "exited":
      // It ended before the sweep began; that one goes on where something is left.
      return event.proof === undefined
        ? stay({ ...state, main: event })
        : finish(spec, state.run, { ...over(event), reason: state.reason, killed: false });
    case "tree-empty":
      return state.main === undefined
        ? stay(state)
        : finish(spec, state.run, {
            ...over(state.main),
            ...event,
            reason: state.reason,
            killed: false,
          });
    case "spawn-failed":
      return finishUnstarted(spec, event.at, event.error);
    case "guardian-gone":
      // Without a time to be late at we have taken over already.
      return state.lateAt === undefined ? stay(state) : takeOver(spec, state, event.at);
    case "deadline":
      return isDue(state.lateAt, event.at) ? takeOver(spec, state, event.at) : stay(state);
    case "spawned":
    case "stopped":
    case "continued":
    case "signal":
    case "cancelled":
    case "caller-gone":
      return stay(state);
  }
}

/** The first signal, for whatever reason. */
function stop(spec: Spec, run: Run, at: Instant, reason: Reason): Step {
  return beginStop(spec, stoppingBy(spec, run, at, reason, spec.signal), spec.signal, at);
}

function stoppingBy(spec: Spec, run: Run, at: Instant, reason: Reason, signal: Signal): Stopping {
  const restAt = after(at, Math.ceil(spec.killAfter / 2) as Duration);
  const killAt = after(at, spec.killAfter);
  return { phase: "stopping", run, reason, signal, restAt, killAt };
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

type Received = Extract<Event, { type: "signal" }>;

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
    const stopping = stoppingBy(spec, state.run, at, "signal", signal);
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
function isForwarded(spec: Spec, run: Run, { signal, delivered }: Received): boolean {
  const isFirst = spec.group !== "own" || !run.sent.some((sent) => sent.signal === signal);
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

type Sweepable = {
  readonly run: Run;
  readonly reason: Reason | undefined;
  readonly main: MainEnd | undefined;
};

function sweep(spec: Spec, { run, reason, main }: Sweepable, at: Instant): Step {
  const lateAt = after(at, (SWEEP_PATIENCE + SLACK) as Duration);
  const target = spec.containment === "child" ? "child" : "tree";
  const state: Killing = {
    phase: "killing",
    run: withSent(run, "SIGKILL", target, at),
    reason,
    main,
    lateAt,
  };
  return { state, actions: [{ type: "sweep", patience: SWEEP_PATIENCE }] };
}

/** The tree is ours alone now. The host sweeps at once, and tells. */
function takeOver(spec: Spec, state: Sweepable, at: Instant): Step {
  const run = withSent(state.run, "SIGKILL", "tree", at);
  const reason = state.reason ?? "guardian";
  const next: Killing = { phase: "killing", run, reason, main: state.main, lateAt: undefined };
  const actions: Action[] = [{ type: "take-over", patience: SWEEP_PATIENCE }];
  if (spec.verbose) actions.push({ type: "say", message: { kind: "guardian-gone" } });
  return { state: next, actions };
}

/** The main child has ended: that was all, or its leftovers are dealt with as the policy says. */
function ended(
  spec: Spec,
  run: Run,
  main: Extract<Event, { type: "exited" }>,
  reason: Reason | undefined,
  stopping?: Stopping,
): Step {
  const isOver = main.proof !== undefined || isAlone(run);
  if (isOver) return finish(spec, run, { ...over(main), reason, killed: false });
  if (reason === undefined && spec.leftovers === "leave") {
    const { state, actions } = finish(spec, run, { ...over(main), reason, killed: false });
    return { state, actions: [{ type: "leave-tree" }, ...actions] };
  }
  if (reason === undefined && spec.leftovers === "wait") {
    const limitAt = after(run.startedAt, spec.timeout);
    return stay({ phase: "leftovers", run, reason, main, killAt: undefined, limitAt });
  }
  return remain(spec, run, main, reason, main.at, stopping);
}

/** Where nothing but the main child or its group is held, nobody knows of the rest. */
function isAlone({ holding: { mechanism } }: Run): boolean {
  return mechanism === "child" || mechanism === "group";
}

/** The first signal to what is left, once to each; SIGKILL follows when its time has come. */
function remain(
  spec: Spec,
  run: Run,
  main: MainEnd,
  reason: Reason | undefined,
  at: Instant,
  stopping?: Stopping,
): Step {
  const signal = stopping?.signal ?? spec.signal;
  const patience = spec.killAfter === NO_LIMIT ? PATIENCE : spec.killAfter;
  const killAt = stopping?.killAt ?? after(at, patience);
  const state: Remaining = { phase: "leftovers", run, reason, main, killAt, limitAt: undefined };
  const said = sayLeftovers(spec, main);
  if (signal === "SIGKILL") {
    const next = sweep(spec, state, at);
    return { state: next.state, actions: [...said, ...next.actions] };
  }
  const sent = sendToRest(run, signal, at);
  const will: Action = { type: "will", will: willOf(spec, at, killAt, true) };
  return { state: { ...state, run: sent.run }, actions: [will, ...sent.actions, ...said] };
}

function sayLeftovers(spec: Spec, { leftovers }: MainEnd): Action[] {
  if (!spec.verbose || leftovers.length === 0) return [];
  return [{ type: "say", message: { kind: "leftovers", processes: leftovers } }];
}

function over(main: MainEnd & { readonly at?: Instant }) {
  return { ...main, at: main.at ?? (0 as Instant), end: main.status, survivors: [] };
}

function finishSwept(spec: Spec, state: Killing, event: Extract<Event, { type: "swept" }>): Step {
  const { run, reason, main } = state;
  const end = main?.status ?? event.end;
  const killed = main === undefined && end?.kind === "signaled" && end.signal === "SIGKILL";
  const leftovers = main?.leftovers ?? [];
  const pid = main?.pid ?? event.pid;
  return finish(spec, run, { ...event, reason, killed, end, pid, leftovers });
}

function mark<S extends Running | Stopping>(
  spec: Spec,
  state: S,
  event: Extract<Event, { type: "stopped" | "continued" }>,
): Step {
  const isStopped = event.type === "stopped";
  const signal = isStopped ? event.signal : "SIGCONT";
  const stops = isStopped ? [...state.run.stops, { signal, at: event.at }] : state.run.stops;
  const next: S = { ...state, run: { ...state.run, isStopped, stops } };
  const said: Action[] = [];
  if (spec.verbose) {
    said.push({ type: "say", message: { kind: event.type, signal, command: nameOf(spec) } });
  }
  if (!isStopped) return { state: next, actions: said };
  if (next.phase === "stopping") return { state: next, actions: [...wakeLate(spec), ...said] };
  return onStop(spec, next, { at: event.at, signal }, said);
}

/** The first signal went out before we knew that the command was stopped: see `needsWaking`. */
function wakeLate(spec: Spec): Action[] {
  const wasWoken = spec.group === "own" || spec.alwaysWake;
  return wasWoken ? [] : [{ type: "kill", target: "child", signal: "SIGCONT" }];
}

function onStop(spec: Spec, state: Running, { signal, at }: Stop, said: readonly Action[]): Step {
  switch (spec.onStop) {
    case "ignore":
    case "report":
      return { state, actions: said };
    case "continue":
      return { state, actions: [...said, { type: "kill", target: "child", signal: "SIGCONT" }] };
    case "mirror":
      return { state, actions: [...said, { type: "stop-with-it", signal }] };
    case "kill": {
      const next = stop(spec, state.run, at, "stopped");
      return { state: next.state, actions: [...said, ...next.actions] };
    }
  }
}

function stay(state: State): Step {
  return { state, actions: [] };
}
