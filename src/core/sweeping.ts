import type { Duration, Instant } from "./duration.ts";
import type { Finish } from "./ending.ts";
import { finish, finishUnstarted } from "./ending.ts";
import type { Action, Event } from "./event.ts";
import type { Reason } from "./exit.ts";
import { SLACK, SWEEP_LIMIT, withSent } from "./ladder.ts";
import type { Spec } from "./spec.ts";
import type { Killing, MainEnd, Run, Step } from "./state.ts";
import { after, isDue, stay } from "./state.ts";

/** What a sweep has to know of a state. */
export type Sweepable = {
  readonly run: Run;
  readonly reason: Reason | undefined;
  readonly main: MainEnd | undefined;
};

/** SIGKILL to everything; the guardian does it, and answers. */
export function sweep(spec: Spec, { run, reason, main }: Sweepable, at: Instant): Step {
  const lateAt = after(at, (SWEEP_LIMIT + SLACK) as Duration);
  const target = spec.containment === "child" ? "child" : "tree";
  const state: Killing = {
    phase: "killing",
    run: withSent(run, "SIGKILL", target, at),
    reason,
    main,
    lateAt,
  };
  return { state, actions: [{ type: "sweep", patience: SWEEP_LIMIT }] };
}

/** SIGKILL was sent to whoever was there. */
export function withKill(run: Run, at: Instant): Run {
  return withSent(run, "SIGKILL", "tree", at);
}

/** The tree is ours alone now. The host sweeps at once, and tells. */
export function takeOver(spec: Spec, state: Sweepable, at: Instant): Step {
  const run = withKill(state.run, at);
  const reason = state.reason ?? "guardian";
  const next: Killing = { phase: "killing", run, reason, main: state.main, lateAt: undefined };
  const actions: Action[] = [{ type: "take-over", patience: SWEEP_LIMIT }];
  // Also unasked, where it decides the exit code.
  if (spec.verbose || isLoss(state.reason)) actions.push(GUARDIAN_GONE);
  return { state: next, actions };
}

/** A sweep is under way. */
export function whileKilling(spec: Spec, state: Killing, event: Event): Step {
  switch (event.type) {
    case "swept":
      return sayLate(spec, state, finishSwept(spec, state, event), event);
    case "exited":
      // It ended before the sweep began; that one goes on where something is left.
      return event.proof === undefined
        ? stay({ ...state, main: event })
        : finish(spec, state.run, overOf(state, event, event.at));
    case "tree-empty":
      return state.main === undefined
        ? stay(state)
        : finish(spec, state.run, {
            ...overOf(state, state.main, event.at),
            proof: event.proof,
            usage: event.usage,
          });
    case "spawn-failed":
      return finishUnstarted(spec, event.at, event.error, state.run.startedAt);
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

const GUARDIAN_GONE: Action = { type: "say", message: { kind: "guardian-gone" } };

/** Nothing but the loss of the guardian is the reason of the end. */
function isLoss(reason: Reason | undefined): boolean {
  return reason === undefined || reason === "guardian";
}

/** What a sweep found is all that there is to say. */
export function finishSwept(
  spec: Spec,
  state: Sweepable,
  event: Extract<Event, { type: "swept" }>,
): Step {
  const { run, reason, main } = state;
  const end = main?.status ?? event.end;
  const killed = main === undefined && end?.kind === "signaled" && end.signal === "SIGKILL";
  const leftovers = main?.leftovers ?? [];
  const pid = main?.pid ?? event.pid;
  const hadLeftovers = main !== undefined && wasLeft(run, main);
  return finish(spec, run, { ...event, reason, killed, end, pid, leftovers, hadLeftovers });
}

/** The loss of the guardian, which did not matter before: the main child's end went with it. */
function sayLate(
  spec: Spec,
  state: Killing,
  next: Step,
  { end, survivors }: Extract<Event, { type: "swept" }>,
): Step {
  const { reason, main, lateAt } = state;
  const isOurs = lateAt === undefined && !spec.verbose && !isLoss(reason);
  const isUnseen = main === undefined && end === undefined && reason !== "timeout";
  const isOther = spec.failOnSurvivors && survivors.length > 0;
  if (!isOurs || !isUnseen || isOther) return next;
  return { state: next.state, actions: [GUARDIAN_GONE, ...next.actions] };
}

/** Where nothing but the main child or its group is held, nobody knows of the rest. */
export function isAlone({ holding: { mechanism } }: Run): boolean {
  return mechanism === "child" || mechanism === "group";
}

/** Whether something was left: also what cannot be named, where there is a proof if not. */
export function wasLeft(run: Run, { proof, leftovers }: MainEnd): boolean {
  return leftovers.length > 0 || (proof === undefined && !isAlone(run));
}

/** What is known when the main child had ended by itself, or by a signal that it took. */
export function overOf({ run, reason }: Ran, main: MainEnd, at: Instant): Finish {
  return {
    at,
    reason,
    killed: false,
    pid: main.pid,
    end: main.status,
    proof: main.proof,
    leftovers: main.leftovers,
    hadLeftovers: wasLeft(run, main),
    survivors: [],
    usage: main.usage,
  };
}

type Ran = { readonly run: Run; readonly reason: Reason | undefined };
