import type { Event, Exited } from "../report/event.ts";
import type { Reason } from "../spec/exit.ts";
import type { Spec } from "../spec/spec.ts";
import type { Instant } from "../values/duration.ts";
import type { Action } from "./action.ts";
import { factsOf, finish, wasLeft } from "./ending.ts";
import { graceOf, isRestOutOfReach, leavesRest, sendToRest, withBackstop } from "./ladder.ts";
import {
  afterLook,
  NO_LOOK,
  onLingeringDeadline,
  restOptionsOf,
  scheduleOf,
  WAIT_WITHOUT_END,
  withSignalled,
} from "./lingering.ts";
import { isClocked, isSameRequest, mayEnd } from "./requests.ts";
import type {
  LeftoversPhase,
  ReceivedSignal,
  Run,
  RunningPhase,
  Step,
  StoppingPhase,
} from "./state.ts";
import { after, earlier, isCopy, isDue, stay, withoutCopy } from "./state.ts";
import type { Sweepable } from "./sweeping.ts";
import { finishSwept, sweep, takeOver, withKill } from "./sweeping.ts";

/** The main child has ended: that was all, or its leftovers are dealt with as the policy says. */
export function onExited(
  spec: Spec,
  run: Run,
  main: Exited,
  reason: Reason | undefined,
  before: RunningPhase | StoppingPhase,
): Step {
  const isOver = main.proof !== undefined || isRestOutOfReach(run);
  if (isOver || leavesRest(spec, reason)) {
    const last = finish(spec, factsOf(run, reason, main, main.at));
    if (isOver) return last;
    return { state: last.state, actions: [{ type: "leave-tree" }, ...last.actions] };
  }
  const stopping = before.phase === "stopping" ? before : undefined;
  const relayed = stopping?.relayed;
  const limitAt = reason === undefined ? before.limitAt : undefined;
  const times = waitsForLeftovers(spec, reason)
    ? { killAt: undefined, lingering: spec.spare.length > 0 ? WAIT_WITHOUT_END : undefined }
    : scheduleOf(spec, main.at, reason, stopping);
  const state: LeftoversPhase = {
    phase: "leftovers",
    run,
    reason,
    main,
    relayed,
    limitAt,
    ...times,
  };
  const next = afterLook(spec, state, main.look ?? NO_LOOK, main.at);
  return waitsForLeftovers(spec, reason) ? next : withAnnouncement(spec, next, main);
}

/** They are waited for, and get no signal. */
function waitsForLeftovers({ leftovers }: Spec, reason: Reason | undefined): boolean {
  return reason === undefined && leftovers === "wait";
}

/** Behind what is sent; a sweep takes its time, and is announced. */
function withAnnouncement(spec: Spec, { state, actions }: Step, main: Exited): Step {
  const said = sayLeftovers(spec, main);
  const isSweep = state.phase === "sweeping";
  return { state, actions: isSweep ? [...said, ...actions] : [...actions, ...said] };
}

/** The first signal to what is left, once to each; SIGKILL follows when its time has come. */
function signalLeftovers(
  spec: Spec,
  before: LeftoversPhase,
  reason: Reason | undefined,
  at: Instant,
): Step {
  const { signal } = before.lingering ?? spec;
  const graceAt = after(at, graceOf(spec));
  // Nobody has had a signal yet: SIGKILL has its time.
  const isFirst = before.lingering?.othersAt !== undefined;
  const killAt = isFirst ? graceAt : earlier(before.killAt, graceAt);
  const rest = { relayed: undefined, killAt, limitAt: undefined, lingering: undefined };
  const run = withoutSpared(before.run);
  const state: LeftoversPhase = { ...before, reason, ...rest, run };
  if (signal === "SIGKILL") return sweep(state, at);
  const sent = sendToRest(run, signal, at, restOptionsOf(before));
  const lastRequest = { at, above: false };
  return { state: { ...state, run: { ...sent.run, lastRequest } }, actions: sent.actions };
}

/** An end that somebody asks for spares nobody. */
function withoutSpared(run: Run): Run {
  const next = withSignalled(run, []);
  return next.left === undefined ? run : { ...next, left: { ...next.left, spared: [] } };
}

function sayLeftovers(spec: Spec, { leftovers }: Exited): Action[] {
  if (!spec.verbose || leftovers.length === 0) return [];
  return [{ type: "say", message: { kind: "leftovers", processes: leftovers } }];
}

/** The main child has ended, something of the tree is left. */
export function stepLeftovers(spec: Spec, state: LeftoversPhase, event: Event): Step {
  switch (event.type) {
    case "tree-empty": {
      const { at, proof, usage } = event;
      const { run, reason, main } = state;
      const hadLeftovers = run.left?.isSignalled ?? wasLeft(run, main);
      return finish(spec, { ...factsOf(run, reason, main, at), hadLeftovers, proof, usage });
    }
    case "looked":
      return afterLook(spec, state, event.look, event.at);
    case "swept":
      return finishSwept(spec, sweptByWill(spec, state, event), event);
    case "guardian-gone":
      return takeOver(spec, state, event);
    case "deadline":
      return onDeadline(spec, state, event.at);
    case "cancelled":
      return endLeftovers(spec, state, event.at, event.expired ? "timeout" : "cancel");
    case "caller-gone":
      return endLeftovers(spec, state, event.at, "parent");
    case "signal": {
      if (spec.expireOn.includes(event.signal))
        return endLeftovers(spec, state, event.at, "timeout");
      if (isCopy(state, event)) return stay(withoutCopy(state, event));
      return onSignal(spec, state, event);
    }
    case "exited":
    case "spawned":
    case "spawn-failed":
    case "stopped":
    case "continued":
    case "resumed":
    case "sweeping":
    case "woken":
      return stay(state);
  }
}

/** By the guardian's will, not by ours: the limit had passed while we were kept from seeing it. */
function sweptByWill(
  spec: Spec,
  state: LeftoversPhase,
  event: Extract<Event, { type: "swept" }>,
): Sweepable {
  const { main, reason, killAt } = state;
  // What it had sent before the main child ended is written down already.
  const backstop = event.backstop && !main.backstop;
  const run = withKill(withBackstop(spec, state.run, { backstop, at: event.at }), event.at);
  const isOurs = reason !== undefined || killAt !== undefined;
  return { run, main, reason: isOurs ? reason : "timeout" };
}

/** The limit ends a wait for the last one (S94); those that linger it only hurries. */
function onDeadline(spec: Spec, state: LeftoversPhase, at: Instant): Step {
  const { killAt, limitAt, lingering, run } = state;
  // A sweep would end the spared, too.
  const isSparing = lingering?.isLast === false && (run.left?.spared.length ?? 0) > 0;
  // We were kept from sending the first signal: it comes first.
  const isLate = lingering?.othersAt !== undefined && state.reason === undefined;
  if (isDue(killAt, at) && !isSparing && !isLate) return sweep(state, at);
  if (isDue(limitAt, at)) {
    return killAt === undefined
      ? endLeftovers(spec, state, at, "timeout")
      : signalLeftovers(spec, state, undefined, at);
  }
  return onLingeringDeadline(state, at);
}

/** Another request is the next rung; not from a curfew above, which has SIGKILL for that. */
function onSignal(spec: Spec, state: LeftoversPhase, event: ReceivedSignal): Step {
  if (!mayEnd(spec, event.signal) || !isClocked(spec, event)) return stay(state);
  const isKnown = event.above === true && state.killAt !== undefined && !isUnsignalled(state);
  if (isKnown || isSameRequest(spec, event, state.run.lastRequest?.at)) return stay(state);
  return withRelayed(endLeftovers(spec, state, event.at, "signal"), event);
}

/** Its plain copy is to come yet. */
function withRelayed({ state, actions }: Step, { signal, relayed }: ReceivedSignal): Step {
  const isBegun = relayed === true && state.phase === "leftovers";
  return isBegun ? { state: { ...state, relayed: signal }, actions } : { state, actions };
}

/** Somebody asks for the end of what is left: the first signal, or the next rung. */
function endLeftovers(spec: Spec, state: LeftoversPhase, at: Instant, reason: Reason): Step {
  if (state.killAt === undefined) {
    // The limit comes before a wish here, too.
    const cause = isDue(state.limitAt, at) ? "timeout" : reason;
    return withAnnouncement(spec, signalLeftovers(spec, state, cause, at), state.main);
  }
  return isUnsignalled(state) ? signalLeftovers(spec, state, undefined, at) : sweep(state, at);
}

/** Those that linger have not had a signal yet. The command had ended by itself. */
function isUnsignalled({ lingering, reason }: LeftoversPhase): boolean {
  return lingering !== undefined && reason === undefined;
}
