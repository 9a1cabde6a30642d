import type { Duration, Instant } from "./duration.ts";
import type { SpawnError } from "./error.ts";
import type { Action, Event, Target } from "./event.ts";
import type { Reason } from "./exit.ts";
import { exitOf, exitOfSpawnError } from "./exit.ts";
import type { Sent } from "./report.ts";
import { reportOf } from "./report.ts";
import type { Signal } from "./signal.ts";
import type { Spec } from "./spec.ts";

/** What is known of a command that was started. */
export type Run = {
  readonly pid: number;
  readonly startedAt: Instant;
  /** The kinds of signals sent so far, the latest last. */
  readonly sent: readonly Sent[];
  readonly isStopped: boolean;
};

/** Where we are, with the data of that phase only. */
export type State =
  | { readonly phase: "starting" }
  | { readonly phase: "running"; readonly run: Run; readonly limitAt: Instant | undefined }
  | {
      readonly phase: "stopping";
      readonly run: Run;
      readonly reason: Reason;
      readonly killAt: Instant | undefined;
    }
  | { readonly phase: "killing"; readonly run: Run; readonly reason: Reason }
  | { readonly phase: "finished" };

type Running = Extract<State, { phase: "running" }>;
type Stopping = Extract<State, { phase: "stopping" }>;
type Killing = Extract<State, { phase: "killing" }>;

/** The next state and what to do on the way, in this order. */
export type Step = { readonly state: State; readonly actions: readonly Action[] };

/** The first step of every run. */
export function start(): Step {
  return { state: { phase: "starting" }, actions: [{ type: "spawn" }] };
}

/** When the state wants to be woken; `undefined`: never. The host wakes it strictly later. */
export function deadlineOf(state: State): Instant | undefined {
  switch (state.phase) {
    case "running":
      return state.limitAt;
    case "stopping":
      return state.killAt;
    case "starting":
    case "killing":
    case "finished":
      return undefined;
  }
}

/** What an event means in a state. Pure; never looks at a clock but the event's. */
export function step(spec: Spec, state: State, event: Event): Step {
  switch (state.phase) {
    case "starting":
      return whileStarting(spec, state, event);
    case "running":
      return isOverdue(spec, state, event)
        ? andThen(expire(spec, state, event.at), spec, event)
        : whileRunning(spec, state, event);
    case "stopping":
      return isOverdue(spec, state, event)
        ? andThen(hardKill(spec, state, event.at), spec, event)
        : whileStopping(spec, state, event);
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
    (event.type === "signal" && !spec.expireOn.includes(event.signal));
  return asks && isDue(deadlineOf(state), event.at);
}

function andThen(first: Step, spec: Spec, event: Event): Step {
  const second = step(spec, first.state, event);
  return { state: second.state, actions: [...first.actions, ...second.actions] };
}

/** The host answers the spawn before it tells of anything else; signals wait in the kernel. */
function whileStarting(spec: Spec, state: State, event: Event): Step {
  switch (event.type) {
    case "spawned":
      return { state: running(spec, event.at, event.pid), actions: [] };
    case "spawn-failed":
      return finishUnstarted(spec, event.at, event.error);
    case "exited":
    case "stopped":
    case "continued":
    case "signal":
    case "cancelled":
    case "deadline":
      return stay(state);
  }
}

function running(spec: Spec, at: Instant, pid: number): Running {
  const run: Run = { pid, startedAt: at, sent: [], isStopped: false };
  return { phase: "running", run, limitAt: after(at, spec.timeout) };
}

function whileRunning(spec: Spec, state: Running, event: Event): Step {
  switch (event.type) {
    case "exited":
      return finish(spec, state.run, event, { reason: undefined, killed: false });
    case "deadline":
      return isDue(state.limitAt, event.at) ? expire(spec, state, event.at) : stay(state);
    case "cancelled":
      return stop(spec, state.run, event.at, "cancel");
    case "signal":
      return spec.expireOn.includes(event.signal)
        ? expire(spec, state, event.at)
        : forwardFirst(spec, state, event);
    case "stopped":
    case "continued":
      return mark(spec, state, event);
    case "spawned":
    case "spawn-failed":
      return stay(state);
  }
}

function whileStopping(spec: Spec, state: Stopping, event: Event): Step {
  switch (event.type) {
    case "exited":
      return finish(spec, state.run, event, { reason: state.reason, killed: false });
    case "deadline":
      return isDue(state.killAt, event.at) ? hardKill(spec, state, event.at) : stay(state);
    case "signal":
      return spec.expireOn.includes(event.signal)
        ? expireAgain(spec, state, event.at)
        : forward(spec, state, event);
    case "stopped":
    case "continued":
      return mark(spec, state, event);
    case "cancelled":
    case "spawned":
    case "spawn-failed":
      return stay(state);
  }
}

function whileKilling(spec: Spec, state: Killing, event: Event): Step {
  switch (event.type) {
    case "exited":
      return finish(spec, state.run, event, { reason: state.reason, killed: true });
    case "stopped":
    case "continued":
    case "signal":
    case "cancelled":
    case "deadline":
    case "spawned":
    case "spawn-failed":
      return stay(state);
  }
}

function expire(spec: Spec, state: Running, at: Instant): Step {
  return stop(spec, state.run, at, "timeout");
}

/** A second "time is up": the next rung of the ladder, or the first signal once more (as GNU). */
function expireAgain(spec: Spec, state: Stopping, at: Instant): Step {
  return state.killAt === undefined
    ? send(spec, state, spec.signal, at)
    : hardKill(spec, state, at);
}

/** The first signal, for whatever reason. */
function stop(spec: Spec, run: Run, at: Instant, reason: Reason): Step {
  const state: Stopping = { phase: "stopping", run, reason, killAt: after(at, spec.killAfter) };
  return spec.signal === "SIGKILL" ? hardKill(spec, state, at) : send(spec, state, spec.signal, at);
}

type Received = Extract<Event, { type: "signal" }>;

/** The first forwarded signal starts the clock of "kill after", where there is one (S20). */
function forwardFirst(spec: Spec, state: Running, event: Received): Step {
  const killAt = after(event.at, spec.killAfter);
  if (killAt === undefined || !isForwarded(spec, state.run, event.signal)) {
    return forward(spec, state, event);
  }
  return forward(spec, { phase: "stopping", run: state.run, reason: "signal", killAt }, event);
}

function forward<S extends Running | Stopping>(spec: Spec, state: S, event: Received): Step {
  const isOurs = isForwarded(spec, state.run, event.signal) && event.delivered !== true;
  return isOurs ? send(spec, state, event.signal, event.at) : stay(state);
}

/**
 * Only the first signal of a kind counts where we signal a group that we are in, for GNU ignores it
 * from then on (S27); under --foreground it passes on every one.
 */
function isForwarded(spec: Spec, run: Run, signal: Signal): boolean {
  const isFirst = spec.group === "caller" || !run.sent.some((sent) => sent.signal === signal);
  return isFirst && spec.forward.has(signal);
}

function hardKill(spec: Spec, { run, reason }: Stopping, at: Instant): Step {
  // The rest of our group, and we with it, follow when the command has been reaped: see exitOf.
  const killing: Killing = { phase: "killing", run: withSent(run, "SIGKILL", at), reason };
  const kill: Action = { type: "kill", target: "child", signal: "SIGKILL" };
  return { state: killing, actions: [kill, ...announce(spec, "SIGKILL")] };
}

function send<S extends Running | Stopping>(
  spec: Spec,
  state: S,
  signal: Signal,
  at: Instant,
): Step {
  const target: Target = spec.group === "own" ? "group" : "child";
  const actions: Action[] = [{ type: "kill", target, signal }];
  if (needsWaking(spec, state.run, signal)) {
    actions.push({ type: "kill", target, signal: "SIGCONT" });
  }
  // Said afterwards: who does not read our stderr cannot delay a signal.
  actions.push(...announce(spec, signal));
  return { state: { ...state, run: withSent(state.run, signal, at) }, actions };
}

/** Signals after which a SIGCONT is senseless. */
const WITHOUT_CONT: readonly Signal[] = ["SIG0", "SIGKILL", "SIGCONT"];

/**
 * A stopped process cannot act on a signal until it is continued. GNU continues the group it made
 * and nobody under --foreground (S16, S17); we also continue a command that we saw stop, which GNU
 * would wait for without end (S22).
 */
function needsWaking(spec: Spec, run: Run, signal: Signal): boolean {
  return !WITHOUT_CONT.includes(signal) && (spec.group === "own" || run.isStopped);
}

function announce(spec: Spec, signal: Signal): Action[] {
  if (!spec.verbose) return [];
  return [{ type: "say", message: { kind: "killing", signal, command: nameOf(spec) } }];
}

function mark<S extends Running | Stopping>(
  spec: Spec,
  state: S,
  event: Extract<Event, { type: "stopped" | "continued" }>,
): Step {
  const isStopped = event.type === "stopped";
  const signal = isStopped ? event.signal : "SIGCONT";
  const next = { ...state, run: { ...state.run, isStopped } };
  if (!spec.verbose) return stay(next);
  const message = { kind: event.type, signal, command: nameOf(spec) } as const;
  return { state: next, actions: [{ type: "say", message }] };
}

type Cause = { readonly reason: Reason | undefined; readonly killed: boolean };

function finish(
  spec: Spec,
  run: Run,
  { at, status }: Extract<Event, { type: "exited" }>,
  { reason, killed }: Cause,
): Step {
  const exit = exitOf(spec, { reason, killed, status });
  const actions: Action[] = [];
  if (status.kind === "signaled" && status.coreDumped) {
    actions.push({ type: "say", message: { kind: "dumped-core" } });
  }
  if (spec.verbose && reason !== undefined) {
    // Those of our group are about to end with us: see exitOf.
    actions.push({
      type: "say-leftovers",
      inGroup: !(exit.kind === "signal" && exit.scope === "group"),
    });
  }
  if (spec.metrics) {
    const { startedAt, sent } = run;
    const course = { spec, startedAt, endedAt: at, sent, reason, end: status, exit };
    actions.push({ type: "report", report: reportOf(course) });
  }
  actions.push({ type: "exit", exit });
  return { state: { phase: "finished" }, actions };
}

function finishUnstarted(spec: Spec, at: Instant, error: SpawnError): Step {
  const exit = exitOfSpawnError(error);
  const actions: Action[] = [{ type: "say", message: error }];
  if (spec.metrics) {
    const none = { sent: [], reason: undefined };
    const course = { spec, startedAt: at, endedAt: at, ...none, end: error, exit };
    actions.push({ type: "report", report: reportOf(course) });
  }
  actions.push({ type: "exit", exit });
  return { state: { phase: "finished" }, actions };
}

function stay(state: State): Step {
  return { state, actions: [] };
}

/** One entry a kind, the latest last: it stays short, however often a signal is forwarded. */
function withSent(run: Run, signal: Signal, at: Instant): Run {
  const before = run.sent.find((sent) => sent.signal === signal);
  const others = run.sent.filter((sent) => sent !== before);
  const entry: Sent =
    before === undefined ? { signal, at, count: 1 } : { ...before, count: before.count + 1 };
  return { ...run, sent: [...others, entry] };
}

function isDue(deadline: Instant | undefined, at: Instant): boolean {
  return deadline !== undefined && at > deadline;
}

/** `undefined` for no limit. */
function after(at: Instant, delay: Duration): Instant | undefined {
  return delay === 0 ? undefined : ((at + delay) as Instant);
}

function nameOf(spec: Spec): string {
  return spec.command[0] ?? "";
}
