import type { ControlEvent, Event, Queued } from "../report/event.ts";
import type { Sent } from "../report/report.ts";
import type { Reason } from "../spec/exit.ts";
import type { Spec } from "../spec/spec.ts";
import type { Duration, Instant } from "../values/duration.ts";
import { NO_LIMIT } from "../values/duration.ts";
import type { Signal } from "../values/signal.ts";
import { NEEDS_NO_CONT } from "../values/signal.ts";
import type { Action, Target } from "./action.ts";
import type { Run } from "./state.ts";

/** The grace period of leftovers, where no option sets one: from the first signal to SIGKILL. */
export const DEFAULT_GRACE: Duration = 5_000_000 as Duration;
/**
 * How long a sweep may take, from when SIGKILL was due. What is left after it is called survivors.
 */
export const SWEEP_LIMIT: Duration = 4_000_000 as Duration;
/**
 * How much later than the supervisor the guardian begins its sweep. SIGKILL twice does no harm, so
 * this is short.
 */
export const SWEEP_SLACK: Duration = 500_000 as Duration;
/**
 * The same where every member that is left has been sent SIGKILL and is in state D, frozen ones
 * included. Waiting longer does not help.
 */
export const STUCK_LIMIT: Duration = 2_000_000 as Duration;

/** The grace period of a spec, also where --kill-after says that SIGKILL never follows. */
export function graceOf({ killAfter }: Spec): Duration {
  return killAfter === NO_LIMIT ? DEFAULT_GRACE : killAfter;
}

/** The actions that send a signal, and the run that has noted what they send. */
export type Delivered = { readonly run: Run; readonly actions: readonly Action[] };

/** A signal to send: when, what came with it, and whether it is to end the command. */
export type Delivery = {
  readonly signal: Signal;
  readonly at: Instant;
  readonly queued?: Queued | undefined;
  readonly isToEnd: boolean;
};

/** Sends a signal to the command, and the SIGCONT that must follow it. */
export function sendToCommand(
  spec: Spec,
  run: Run,
  { signal, at, queued, isToEnd }: Delivery,
): Delivered {
  const target = targetOf(spec, run);
  const isWaking = isToEnd && needsWaking(spec, run);
  const first: Action = { type: "kill", target, signal, ...(queued && { queued }) };
  const next = deliver(target, run, first, at, isWaking);
  // The message comes last, so that a full pipe behind stderr cannot delay the signal.
  return { run: next.run, actions: [...next.actions, ...announceSignal(spec, signal)] };
}

/**
 * The main child alone, where nothing else is held or where its group has other members too. Under
 * `run` also the main child alone, except where the group is all that is held: the other members
 * would get no first signal.
 */
function targetOf({ group, singleChild }: Spec, run: Run): Target {
  if (run.holding.mechanism === "child" || group === "caller" || singleChild) return "child";
  return group === "alone" && !isRestOutOfReach(run) ? "child" : "group";
}

/** Whether curfew can reach no more than the main child or its group. */
export function isRestOutOfReach({ holding: { mechanism, findsRest } }: Run): boolean {
  return (mechanism === "child" || mechanism === "group") && findsRest !== true;
}

/** Which members a signal to the rest leaves out, and whether the command's group had it before. */
export type RestOptions = Pick<Extract<Action, { type: "kill" }>, "except" | "isFirst">;

/** Sends a signal to every member that has not had it. SIGKILL to all members is a sweep. */
export function sendToRest(
  run: Run,
  signal: Signal,
  at: Instant,
  options: RestOptions = {},
): Delivered {
  const isSweep = signal === "SIGKILL" && options.except === undefined;
  if (isSweep || isRestOutOfReach(run)) return { run, actions: [] };
  return deliver("rest", run, { type: "kill", target: "rest", signal, ...options }, at, true);
}

/** Whether leftovers keep running: --leftovers leave, and no limit or loss ended the command. */
export function leavesRest(
  { leftovers, leavesAfterStopSignal }: Spec,
  reason: Reason | undefined,
): boolean {
  const isRegular = reason === undefined || (reason === "signal" && leavesAfterStopSignal);
  return isRegular && leftovers === "leave";
}

function deliver(
  target: Target,
  before: Run,
  first: Extract<Action, { type: "kill" }>,
  at: Instant,
  isWaking: boolean,
): Delivered {
  const { signal } = first;
  const to = target === "rest" ? "tree" : target;
  const run = withSent(before, signal, to, at);
  if (!isWaking || NEEDS_NO_CONT.includes(signal)) return { run, actions: [first] };
  if (run.continuesStoppedOnly) return { run, actions: [first, { type: "wake", target }] };
  const wake: Action = { type: "kill", target, signal: "SIGCONT" };
  return { run: withSent(run, "SIGCONT", to, at), actions: [first, wake] };
}

/**
 * Whether SIGCONT must follow a signal. A stopped process cannot act on a signal until it is
 * continued. GNU continues the group that it made, and no process under --foreground (S16, S17).
 * curfew also continues a command that it has seen stop, for which GNU waits forever (S22).
 */
function needsWaking(spec: Spec, run: Run): boolean {
  return spec.group === "own" || spec.continuesStoppedOnly || run.isStopped;
}

export function announceSignal(spec: Spec, signal: Signal): Action[] {
  if (!spec.verbose) return [];
  return [{ type: "say", message: { kind: "killing", signal, command: commandName(spec) } }];
}

/**
 * The run that has noted a signal: one entry for each signal and target, the latest last. The list
 * stays short, however often a signal is forwarded.
 */
export function withSent(run: Run, signal: Signal, target: Sent["target"], at: Instant): Run {
  return withEntry(run, { signal, target, at, count: 1 });
}

function withEntry(run: Run, entry: Sent): Run {
  const before = run.sent.find(
    ({ signal, target, isByControl }) =>
      signal === entry.signal && target === entry.target && isByControl === entry.isByControl,
  );
  const others = run.sent.filter((sent) => sent !== before);
  const next = before === undefined ? entry : { ...before, count: before.count + 1 };
  return { ...run, sent: [...others, next] };
}

/** Sends the signal of a control line to the command alone. It starts no clock. */
export function sendByControl(
  run: Run,
  { signal, at }: Extract<ControlEvent, { type: "control-kill" }>,
): Delivered {
  const entry: Sent = { signal, target: "child", at, count: 1, isByControl: true };
  return { run: withEntry(run, entry), actions: [{ type: "kill", target: "child", signal }] };
}

/** The run that has noted the signal which the guardian sent because the supervisor did not. */
export function withBackstop(spec: Spec, run: Run, event: Backstop): Run {
  return withSent(run, spec.signal, event.target, backstopTime(event));
}

/** When the guardian sent it. */
export function backstopTime({ at, ago }: Backstop): Instant {
  return (at - ago) as Instant;
}

export type Backstop = Extract<Event, { type: "backstop" }>;

export function commandName(spec: Spec): string {
  return spec.command[0] ?? "";
}
