import type { Queued } from "../report/event.ts";
import type { Sent } from "../report/report.ts";
import type { Reason } from "../spec/exit.ts";
import type { Spec } from "../spec/spec.ts";
import type { Duration, Instant } from "../values/duration.ts";
import { NO_LIMIT } from "../values/duration.ts";
import type { Signal } from "../values/signal.ts";
import { NEEDS_NO_CONT } from "../values/signal.ts";
import type { Action, Target } from "./action.ts";
import type { Run } from "./state.ts";

/** From the first signal to SIGKILL for what is left behind, where no option says otherwise. */
export const PATIENCE: Duration = 5_000_000 as Duration;
/** How long a sweep may take before what is left is called survivors. */
export const SWEEP_LIMIT: Duration = 4_000_000 as Duration;
/**
 * The same where nothing but members in state D (frozen ones included) is left that have got
 * SIGKILL: waiting longer does not help.
 */
export const STUCK_LIMIT: Duration = 2_000_000 as Duration;

/** From the first signal to SIGKILL, where there has to be one. */
export function graceOf({ killAfter }: Spec): Duration {
  return killAfter === NO_LIMIT ? PATIENCE : killAfter;
}

/** Actions, and the run with what they send written down. */
export type Sending = { readonly run: Run; readonly actions: readonly Action[] };

/** A signal that is sent: when, what came with it, and whether it shall end the command. */
export type Shot = {
  readonly signal: Signal;
  readonly at: Instant;
  readonly queued?: Queued | undefined;
  readonly isToEnd: boolean;
};

/** A signal on its way to the command, and what must follow it. */
export function send(spec: Spec, run: Run, { signal, at, queued, isToEnd }: Shot): Sending {
  const target = targetOf(spec, run);
  const isWaking = isToEnd && needsWaking(spec, run);
  const first: Action = { type: "kill", target, signal, ...(queued && { queued }) };
  const next = sendTo(target, run, first, at, isWaking);
  // Said afterwards: who does not read our stderr cannot delay a signal.
  return { run: next.run, actions: [...next.actions, ...announce(spec, signal)] };
}

/**
 * Where the command alone is held, or shares its group with others, it is signalled alone. In `run`
 * it is, too, but where its group is all that is held: the others in it would get no first signal.
 */
function targetOf({ group, singleChild }: Spec, { holding: { mechanism } }: Run): Target {
  if (mechanism === "child" || group === "caller" || singleChild) return "child";
  return group === "alone" && mechanism !== "group" ? "child" : "group";
}

/** Where nothing but the main child or its group is held, the rest is out of our reach. */
export function isAlone({ holding: { mechanism } }: Run): boolean {
  return mechanism === "child" || mechanism === "group";
}

/** Whom a signal to the rest does not reach; whether the command's group had none of the kind. */
export type Whom = Pick<Extract<Action, { type: "kill" }>, "except" | "isFirst">;

/** The same signal to every member that has not had it. SIGKILL to all is a sweep. */
export function sendToRest(run: Run, signal: Signal, at: Instant, whom: Whom = {}): Sending {
  const isSweep = signal === "SIGKILL" && whom.except === undefined;
  if (isSweep || isAlone(run)) return { run, actions: [] };
  return sendTo("rest", run, { type: "kill", target: "rest", signal, ...whom }, at, true);
}

/** Whether what the command leaves behind goes on: where it ended by itself, or as asked to. */
export function isLeft(
  { leftovers, leavesAfterStopSignal }: Spec,
  reason: Reason | undefined,
): boolean {
  const isMeant = reason === undefined || (reason === "signal" && leavesAfterStopSignal);
  return isMeant && leftovers === "leave";
}

function sendTo(
  target: Target,
  before: Run,
  first: Extract<Action, { type: "kill" }>,
  at: Instant,
  isWaking: boolean,
): Sending {
  const { signal } = first;
  const to = target === "rest" ? "tree" : target;
  const run = withSent(before, signal, to, at);
  if (!isWaking || NEEDS_NO_CONT.includes(signal)) return { run, actions: [first] };
  if (run.continuesStoppedOnly) return { run, actions: [first, { type: "wake", target }] };
  const wake: Action = { type: "kill", target, signal: "SIGCONT" };
  return { run: withSent(run, "SIGCONT", to, at), actions: [first, wake] };
}

/**
 * A stopped process cannot act on a signal until it is continued. GNU continues the group it made
 * and nobody under --foreground (S16, S17); we also continue a command that we saw stop, which GNU
 * would wait for without end (S22).
 */
function needsWaking(spec: Spec, run: Run): boolean {
  return spec.group === "own" || spec.continuesStoppedOnly || run.isStopped;
}

export function announce(spec: Spec, signal: Signal): Action[] {
  if (!spec.verbose) return [];
  return [{ type: "say", message: { kind: "killing", signal, command: nameOf(spec) } }];
}

/** One entry a kind and target, the latest last: it stays short, however often one is forwarded. */
export function withSent(run: Run, signal: Signal, target: Sent["target"], at: Instant): Run {
  const before = run.sent.find((sent) => sent.signal === signal && sent.target === target);
  const others = run.sent.filter((sent) => sent !== before);
  const entry: Sent =
    before === undefined
      ? { signal, target, at, count: 1 }
      : { ...before, count: before.count + 1 };
  return { ...run, sent: [...others, entry] };
}

/** What the guardian sent in our place. */
export function withBackstop(
  spec: Spec,
  run: Run,
  { backstop, at }: { readonly backstop: boolean; readonly at: Instant },
): Run {
  return backstop ? withSent(run, spec.signal, "tree", at) : run;
}

export function nameOf(spec: Spec): string {
  return spec.command[0] ?? "";
}
