import type { Event, Exited } from "../report/event.ts";
import type { Reason } from "../spec/exit.ts";
import type { Spec } from "../spec/spec.ts";
import type { Instant } from "../values/duration.ts";
import type { Action } from "./action.ts";
import { factsOf, finish, wasLeft } from "./ending.ts";
import { graceOf, isAlone, isLeft, sendToRest, withBackstop } from "./ladder.ts";
import {
  lookAgain,
  lookedAt,
  timesOf,
  UNSEEN,
  WAITING,
  whomOf,
  withSignalled,
} from "./lingering.ts";
import { isClocked, isSameRequest, mayEnd } from "./requests.ts";
import type { Received, Remaining, Run, Running, Step, Stopping } from "./state.ts";
import { after, earlier, isCopy, isDue, stay, withoutCopy } from "./state.ts";
import type { Sweepable } from "./sweeping.ts";
import { finishSwept, sweep, takeOver, withKill } from "./sweeping.ts";

/** The main child has ended: that was all, or its leftovers are dealt with as the policy says. */
export function ended(
  spec: Spec,
  run: Run,
  main: Exited,
  reason: Reason | undefined,
  before: Running | Stopping,
): Step {
  const isOver = main.proof !== undefined || isAlone(run);
  if (isOver || isLeft(spec, reason)) {
    const last = finish(spec, factsOf(run, reason, main, main.at));
    if (isOver) return last;
    return { state: last.state, actions: [{ type: "leave-tree" }, ...last.actions] };
  }
  const stopping = before.phase === "stopping" ? before : undefined;
  const relayed = stopping?.relayed;
  const limitAt = reason === undefined ? before.limitAt : undefined;
  const times = isWaiting(spec, reason)
    ? { killAt: undefined, lingering: spec.spare.length > 0 ? WAITING : undefined }
    : timesOf(spec, main.at, reason, stopping);
  const state: Remaining = { phase: "leftovers", run, reason, main, relayed, limitAt, ...times };
  const next = lookedAt(spec, state, main.look ?? UNSEEN, main.at);
  return isWaiting(spec, reason) ? next : saying(spec, next, main);
}

/** They are waited for, and get no signal. */
function isWaiting({ leftovers }: Spec, reason: Reason | undefined): boolean {
  return reason === undefined && leftovers === "wait";
}

/** Behind what is sent; a sweep takes its time, and is announced. */
function saying(spec: Spec, { state, actions }: Step, main: Exited): Step {
  const said = sayLeftovers(spec, main);
  const isSweep = state.phase === "killing";
  return { state, actions: isSweep ? [...said, ...actions] : [...actions, ...said] };
}

/** The first signal to what is left, once to each; SIGKILL follows when its time has come. */
function endNow(spec: Spec, before: Remaining, reason: Reason | undefined, at: Instant): Step {
  const { signal } = before.lingering ?? spec;
  const graceAt = after(at, graceOf(spec));
  // Nobody has had a signal yet: SIGKILL has its time.
  const isFirst = before.lingering?.othersAt !== undefined;
  const killAt = isFirst ? graceAt : earlier(before.killAt, graceAt);
  const rest = { relayed: undefined, killAt, limitAt: undefined, lingering: undefined };
  const run = withoutSpared(before.run);
  const state: Remaining = { ...before, reason, ...rest, run };
  if (signal === "SIGKILL") return sweep(state, at);
  const sent = sendToRest(run, signal, at, whomOf(before));
  const asked = { at, above: false };
  return { state: { ...state, run: { ...sent.run, asked } }, actions: sent.actions };
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
export function whileRemaining(spec: Spec, state: Remaining, event: Event): Step {
  switch (event.type) {
    case "tree-empty": {
      const { at, proof, usage } = event;
      const { run, reason, main } = state;
      const hadLeftovers = run.left?.isSignalled ?? wasLeft(run, main);
      return finish(spec, { ...factsOf(run, reason, main, at), hadLeftovers, proof, usage });
    }
    case "looked":
      return lookedAt(spec, state, event.look, event.at);
    case "swept":
      return finishSwept(spec, sweptFor(spec, state, event), event);
    case "guardian-gone":
      return takeOver(spec, state, event);
    case "deadline":
      return onDeadline(spec, state, event.at);
    case "cancelled":
      return endRest(spec, state, event.at, event.expired ? "timeout" : "cancel");
    case "caller-gone":
      return endRest(spec, state, event.at, "parent");
    case "signal": {
      if (spec.expireOn.includes(event.signal)) return endRest(spec, state, event.at, "timeout");
      if (isCopy(state, event)) return stay(withoutCopy(state, event));
      return asked(spec, state, event);
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
function sweptFor(
  spec: Spec,
  state: Remaining,
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
function onDeadline(spec: Spec, state: Remaining, at: Instant): Step {
  const { killAt, limitAt, lingering, run } = state;
  // A sweep would end the spared, too.
  const isSparing = lingering?.isLast === false && (run.left?.spared.length ?? 0) > 0;
  // We were kept from sending the first signal: it comes first.
  const isLate = lingering?.othersAt !== undefined && state.reason === undefined;
  if (isDue(killAt, at) && !isSparing && !isLate) return sweep(state, at);
  if (isDue(limitAt, at)) {
    return killAt === undefined
      ? endRest(spec, state, at, "timeout")
      : endNow(spec, state, undefined, at);
  }
  return lookAgain(state, at);
}

/** Another request is the next rung; not from a curfew above, which has SIGKILL for that. */
function asked(spec: Spec, state: Remaining, event: Received): Step {
  if (!mayEnd(spec, event.signal) || !isClocked(spec, event)) return stay(state);
  const isKnown = event.above === true && state.killAt !== undefined && !isUntold(state);
  if (isKnown || isSameRequest(spec, event, state.run.asked?.at)) return stay(state);
  return begunBy(endRest(spec, state, event.at, "signal"), event);
}

/** Its plain copy is to come yet. */
function begunBy({ state, actions }: Step, { signal, relayed }: Received): Step {
  const isBegun = relayed === true && state.phase === "leftovers";
  return isBegun ? { state: { ...state, relayed: signal }, actions } : { state, actions };
}

/** Somebody asks for the end of what is left: the first signal, or the next rung. */
function endRest(spec: Spec, state: Remaining, at: Instant, reason: Reason): Step {
  if (state.killAt === undefined) {
    // The limit comes before a wish here, too.
    const cause = isDue(state.limitAt, at) ? "timeout" : reason;
    return saying(spec, endNow(spec, state, cause, at), state.main);
  }
  return isUntold(state) ? endNow(spec, state, undefined, at) : sweep(state, at);
}

/** Those that linger have not had a signal yet. The command had ended by itself. */
function isUntold({ lingering, reason }: Remaining): boolean {
  return lingering !== undefined && reason === undefined;
}
