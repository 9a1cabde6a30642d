import type { Event, Exited } from "../report/event.ts";
import type { Reason } from "../spec/exit.ts";
import type { Spec } from "../spec/spec.ts";
import type { WaitStatus } from "../spec/status.ts";
import { EXIT_FAILED } from "../spec/status.ts";
import type { Duration, Instant } from "../values/duration.ts";
import type { Action } from "./action.ts";
import { factsOf, finish, finishUnstarted, notedBy, wasLeft } from "./ending.ts";
import { SWEEP_LIMIT, withSent } from "./ladder.ts";
import type { Run, Step, SweepingPhase } from "./state.ts";
import { isDue, stay } from "./state.ts";

/** What a sweep has to know of a state. */
export type Sweepable = {
  readonly run: Run;
  readonly reason: Reason | undefined;
  readonly main: Exited | undefined;
  /** The main child is known to have died of our SIGKILL, or of nothing that anybody saw. */
  readonly isKilled?: boolean;
};

/** A guardian that was told to sweep begins at once; a busy machine keeps it for less than this. */
const BEGIN_LIMIT = 2_000_000 as Duration;
/** How much longer than a sweep may take we wait for the guardian's word on it. */
const ANSWER_LIMIT = 100_000 as Duration;
/** What is left for a sweep of our own, however late we are: SIGKILL to all takes less. */
const LAST_SWEEP = 100_000 as Duration;

/** SIGKILL to everything; the guardian does it, and answers. */
export function sweep({ run, reason, main }: Sweepable, at: Instant): Step {
  const state: SweepingPhase = {
    phase: "sweeping",
    run: withKill(run, at),
    reason,
    main,
    lateAt: (at + BEGIN_LIMIT) as Instant,
    giveUpAt: (at + SWEEP_LIMIT) as Instant,
    lost: undefined,
    isKilled: false,
  };
  return { state, actions: [{ type: "sweep", limit: SWEEP_LIMIT }] };
}

/** SIGKILL was sent to whoever was there, as far as we hold it. */
export function withKill(run: Run, at: Instant): Run {
  return withSent(run, "SIGKILL", run.holding.mechanism === "child" ? "child" : "tree", at);
}

/** The guardian was ended by somebody else: the tree is ours alone. The host sweeps at once. */
export function takeOver(
  spec: Spec,
  state: Sweepable & { readonly giveUpAt?: Instant },
  { at, killed = false }: Extract<Event, { type: "guardian-gone" }>,
): Step {
  const reason = state.reason ?? (killed ? "guardian-killed" : "guardian");
  const giveUpAt = state.giveUpAt ?? ((at + SWEEP_LIMIT) as Instant);
  // Also unasked, where it decides the exit code.
  const isSaid = spec.verbose || isGuardianLoss(state.reason);
  return sweepByUs({ ...state, reason, giveUpAt, lost: "gone" }, at, isSaid);
}

/** The guardian lives, but is kept from its sweep, or from telling of it: it is ended, too. */
function onLate(spec: Spec, state: SweepingPhase, at: Instant): Step {
  if (!isDue(state.lateAt, at)) return stay(state);
  return sweepByUs({ ...state, lost: "late" }, at, spec.verbose);
}

type TakeOver = Sweepable & { readonly giveUpAt: Instant; readonly lost: "gone" | "late" };

function sweepByUs(
  { reason, main, giveUpAt, lost, isKilled = false, ...state }: TakeOver,
  at: Instant,
  isSaid: boolean,
): Step {
  const run = withKill(state.run, at);
  const limit = Math.max(LAST_SWEEP, giveUpAt - at) as Duration;
  const actions: Action[] = [{ type: "take-over", limit }];
  if (isSaid) actions.push(sayLost(lost));
  return {
    state: { phase: "sweeping", run, reason, main, lateAt: undefined, giveUpAt, lost, isKilled },
    actions,
  };
}

function sayLost(lost: "gone" | "late"): Action {
  return { type: "say", message: { kind: lost === "gone" ? "guardian-gone" : "guardian-late" } };
}

/** A sweep is under way. */
export function stepSweeping(spec: Spec, state: SweepingPhase, event: Event): Step {
  switch (event.type) {
    case "swept":
      return withLossSaid(
        spec,
        state,
        finishSwept(spec, withUnseenEnd(state, event), event),
        event,
      );
    case "exited":
      // It ended before the sweep began; that one goes on where something is left.
      return event.proof === undefined
        ? stay({ ...state, main: event, isKilled: isKill(event.status) })
        : finish(spec, {
            ...factsOf(state.run, state.reason, event, event.at),
            isKilled: isKill(event.status),
          });
    case "tree-empty":
      return state.main === undefined
        ? stay(state)
        : finish(spec, {
            ...factsOf(state.run, state.reason, state.main, event.at),
            isKilled: state.isKilled,
            proof: event.proof,
            usage: event.usage,
          });
    case "spawn-failed":
      return finishUnstarted(spec, event.at, event.error, state.run.startedAt);
    case "guardian-gone":
      // Without a time to be late at we have taken over already.
      return state.lateAt === undefined ? stay(state) : takeOver(spec, state, event);
    case "deadline":
      return onLate(spec, state, event.at);
    case "sweeping":
      return state.lateAt === undefined ? stay(state) : stay(withBegun(state));
    case "spawned":
    case "looked":
    case "stopped":
    case "continued":
    case "resumed":
    case "signal":
    case "cancelled":
    case "caller-gone":
    case "woken":
      return stay(state);
  }
}

/** It has begun: what it says next is how it went. */
function withBegun(state: SweepingPhase): SweepingPhase {
  return { ...state, lateAt: (state.giveUpAt + ANSWER_LIMIT) as Instant };
}

/** Nothing but the loss of the guardian is the reason of the end. */
function isGuardianLoss(reason: Reason | undefined): boolean {
  return reason === undefined || reason === "guardian" || reason === "guardian-killed";
}

/** Of SIGKILL, once that was ordered: it was ours, as far as anybody can tell. */
function isKill(end: WaitStatus | undefined): boolean {
  return end?.kind === "signaled" && end.signal === "SIGKILL";
}

/** What a sweep found is all that there is to say. */
export function finishSwept(
  spec: Spec,
  state: Sweepable,
  event: Extract<Event, { type: "swept" }>,
): Step {
  const { run, reason, main } = state;
  const end = main?.status ?? event.end;
  const pid = main?.pid ?? event.pid;
  // Our SIGKILL was sent to it, although we may not end it.
  const survives = event.survivors.some((survivor) => survivor.pid === pid);
  const isOurs = main === undefined && (isKill(end) || survives);
  const { at: endedAt, proof, survivors, usage } = event;
  return finish(spec, {
    ...notedBy(run),
    endedAt,
    reason,
    isKilled: isOurs || state.isKilled === true,
    child: { pid, end },
    proof,
    leftovers: main?.leftovers ?? [],
    hadLeftovers: main !== undefined && wasLeft(run, main),
    survivors,
    usage,
  });
}

function isFailure({ actions }: Step): boolean {
  const exit = actions.find((action) => action.type === "exit")?.exit;
  return exit?.code === EXIT_FAILED;
}

/** A late guardian was ended with what it knew of the main child, which SIGKILL had reached. */
function withUnseenEnd(
  state: SweepingPhase,
  { end }: Extract<Event, { type: "swept" }>,
): SweepingPhase {
  const isUnseen = state.lost === "late" && state.main === undefined && end === undefined;
  return isUnseen ? { ...state, isKilled: true } : state;
}

/** The guardian is lost, which did not matter before: the main child's end went with it. */
function withLossSaid(
  spec: Spec,
  { reason, main, lost }: SweepingPhase,
  next: Step,
  { end, survivors }: Extract<Event, { type: "swept" }>,
): Step {
  if (lost === undefined || spec.verbose || isGuardianLoss(reason)) return next;
  const isUnseen = main === undefined && end === undefined && isFailure(next);
  const isOther = spec.failOnSurvivors && survivors.length > 0;
  if (!isUnseen || isOther) return next;
  return { state: next.state, actions: [sayLost(lost), ...next.actions] };
}
