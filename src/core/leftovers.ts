import type { Instant } from "./duration.ts";
import { finish } from "./ending.ts";
import type { Action, Event } from "./event.ts";
import type { Reason } from "./exit.ts";
import { graceOf, isAlone, sendToRest, withBackstop } from "./ladder.ts";
import type { Spec } from "./spec.ts";
import { meansEnd } from "./spec.ts";
import type { MainEnd, Received, Remaining, Run, Running, Step, Stopping } from "./state.ts";
import { after, isCopy, isDue, stay, withoutCopy } from "./state.ts";
import type { Sweepable } from "./sweeping.ts";
import { finishSwept, overOf, sweep, takeOver, withKill } from "./sweeping.ts";

/** The main child has ended: that was all, or its leftovers are dealt with as the policy says. */
export function ended(
  spec: Spec,
  run: Run,
  main: Extract<Event, { type: "exited" }>,
  reason: Reason | undefined,
  before: Running | Stopping,
): Step {
  const isOver = main.proof !== undefined || isAlone(run);
  const isLeft = reason === undefined && spec.leftovers === "leave";
  if (isOver || isLeft) {
    const last = finish(spec, run, overOf({ run, reason }, main, main.at));
    if (isOver) return last;
    return { state: last.state, actions: [{ type: "leave-tree" }, ...last.actions] };
  }
  if (reason === undefined && spec.leftovers === "wait") {
    const rest = { relayed: undefined, killAt: undefined, limitAt: before.limitAt };
    return stay({ phase: "leftovers", run, reason, main, ...rest });
  }
  const stopping = before.phase === "stopping" ? before : undefined;
  return remain(spec, run, main, reason, main.at, stopping);
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
  const killAt = stopping?.killAt ?? after(at, graceOf(spec));
  const rest = { relayed: stopping?.relayed, killAt, limitAt: undefined };
  const state: Remaining = { phase: "leftovers", run, reason, main, ...rest };
  const said = sayLeftovers(spec, main);
  if (signal === "SIGKILL") {
    const next = sweep(state, at);
    return { state: next.state, actions: [...said, ...next.actions] };
  }
  const sent = sendToRest(run, signal, at);
  return { state: { ...state, run: sent.run }, actions: [...sent.actions, ...said] };
}

function sayLeftovers(spec: Spec, { leftovers }: MainEnd): Action[] {
  if (!spec.verbose || leftovers.length === 0) return [];
  return [{ type: "say", message: { kind: "leftovers", processes: leftovers } }];
}

/** The main child has ended, something of the tree is left. */
export function whileRemaining(spec: Spec, state: Remaining, event: Event): Step {
  switch (event.type) {
    case "tree-empty": {
      const { at, proof, usage } = event;
      return finish(spec, state.run, { ...overOf(state, state.main, at), proof, usage });
    }
    case "swept":
      return finishSwept(spec, sweptFor(spec, state, event), event);
    case "guardian-gone":
      return takeOver(spec, state, event);
    case "deadline":
      if (isDue(state.killAt, event.at)) return sweep(state, event.at);
      return isDue(state.limitAt, event.at)
        ? endRest(spec, state, event.at, "timeout")
        : stay(state);
    case "cancelled":
      return endRest(spec, state, event.at, event.expired ? "timeout" : "cancel");
    case "caller-gone":
      return endRest(spec, state, event.at, "parent");
    case "signal": {
      if (spec.expireOn.includes(event.signal)) return endRest(spec, state, event.at, "timeout");
      if (isCopy(state, event)) return stay(withoutCopy(state, event));
      if (!meansEnd(spec, event.signal) || !spec.clockOn.has(event.signal)) return stay(state);
      return begunBy(endRest(spec, state, event.at, "signal"), event);
    }
    case "exited":
    case "spawned":
    case "spawn-failed":
    case "stopped":
    case "continued":
    case "resumed":
    case "sweeping":
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

/** Its plain copy is to come yet. */
function begunBy({ state, actions }: Step, { signal, relayed }: Received): Step {
  const isBegun = relayed === true && state.phase === "leftovers";
  return isBegun ? { state: { ...state, relayed: signal }, actions } : { state, actions };
}

/** Somebody asks for the end of what is left: the first signal, or the next rung. */
function endRest(spec: Spec, state: Remaining, at: Instant, reason: Reason): Step {
  if (state.killAt !== undefined) return sweep(state, at);
  // The limit comes before a wish here, too.
  const cause = isDue(state.limitAt, at) ? "timeout" : reason;
  return remain(spec, state.run, state.main, cause, at);
}
