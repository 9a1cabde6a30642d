import type { Spec } from "../spec/spec.ts";
import type { Duration, Instant } from "../values/duration.ts";
import { deadlineAfter, earlier } from "../values/instant.ts";
import type { Recipients, Settle, Will } from "./action.ts";
import type { RunBudget } from "./budget.ts";
import { graceOf, leavesRest, SWEEP_LIMIT, SWEEP_SLACK } from "./ladder.ts";
import { mayEnd } from "./requests.ts";
import type { Run, State } from "./state.ts";
import { limitOf } from "./state.ts";

/** A process that ends so soon after the command, or after one such process, is no leftover. */
export const SETTLE_QUIET: Duration = 2_000 as Duration;
/** How long processes may go on ending one after another. */
export const SETTLE_LIMIT: Duration = 100_000 as Duration;
/**
 * How much later than the supervisor the guardian sends the first signal. A busy machine delays the
 * supervisor by less.
 */
export const SIGNAL_SLACK: Duration = 2_000_000 as Duration;

/** A state in which there is a guardian, or will be one. */
type Unfinished = Exclude<State, { phase: "draining" | "finished" }>;

/**
 * What the guardian does without the supervisor in a state. While the spawn is not answered its
 * instants count from the spawn. `limits`: those by the time of day of a run that starts `at`.
 */
export function willOf(spec: Spec, state: Unfinished): Will {
  switch (state.phase) {
    case "starting":
      return willBy(
        spec,
        byLimit(spec, deadlineAfter(0 as Instant, spec.timeout)),
        alwaysStays(spec),
      );
    case "running": {
      const isAsked = wasAskedToEnd(spec, state.run) && !leavesRest(spec, "signal");
      const stays = alwaysStays(spec) || isAsked;
      const instants = byLimit(spec, limitOf(state));
      const { budget } = state.run;
      return willBy(spec, budget ? withStdinEnd(spec, budget, instants) : instants, stays);
    }
    case "leftovers": {
      const { killAt } = state;
      const limitAt = limitOf(state);
      if (killAt === undefined) {
        const instants = byLimit(spec, limitAt);
        const { budget } = state.run;
        return willBy(spec, budget ? withStdinEnd(spec, budget, instants) : instants, true);
      }
      // A limit that passes meanwhile starts a grace period of its own.
      const endAt = earlier(killAt, limitAt && plus(limitAt, graceOf(spec))) ?? killAt;
      return willBy(spec, byKill(endAt), true);
    }
    case "stopping": {
      const { killAt } = state;
      const instants = killAt === undefined ? byLimit(spec, limitOf(state)) : byKill(killAt);
      return willBy(spec, instants, true);
    }
    case "sweeping":
      return willBy(spec, NEVER, true);
  }
}

/** The will of a spawn. `wallLimit`: the time until the first limit by the time of day. */
export function willAtStart(spec: Spec, wallLimit: Instant | undefined): Will {
  const limitAt = deadlineAfter(0 as Instant, spec.timeout);
  return willBy(spec, byLimit(spec, earlier(limitAt, wallLimit)), alwaysStays(spec));
}

/**
 * Which processes have been sent the signal that asks for the end, so that the guardian leaves them
 * out. Undefined: the guardian will not have to send it.
 */
export function recipientsOf(state: Started): Recipients | undefined {
  switch (state.phase) {
    case "running":
      // The limit is a new request, except where a curfew above has already asked for the end.
      return state.run.lastRequest?.above === true ? firstRecipients(state.run) : "none";
    case "stopping":
      return isRestSignalled(state.run) ? "tree" : firstRecipients(state.run);
    case "leftovers": {
      const isSignalled = state.killAt !== undefined && state.lingering === undefined;
      return isSignalled && isRestSignalled(state.run) ? "tree" : "none";
    }
    case "sweeping":
      return undefined;
  }
}

/** A terminal signals the command's whole group, without curfew. */
function firstRecipients({ sent }: Run): Recipients {
  const isCommandAlone = sent.length > 0 && sent.every(({ target }) => target === "child");
  return isCommandAlone ? "command" : "group";
}

function isRestSignalled({ sent }: Run): boolean {
  return sent.some(({ target }) => target === "tree");
}

/** A state in which there is a guardian that can be given a new will. */
export type Started = Exclude<State, { phase: "starting" | "draining" | "finished" }>;

export function isStarted(state: State): state is Started {
  return "run" in state;
}

/** Whether a guardian that has one of the wills need not be given the other. */
export function isSameWill(one: Will, other: Will): boolean {
  const isSameTime = one.signalAt === other.signalAt && one.sweepAt === other.sweepAt;
  return isSameTime && one.staysForLeftovers === other.staysForLeftovers;
}

type Instants = Pick<Will, "signalAt" | "sweepAt">;

const NEVER: Instants = { signalAt: undefined, sweepAt: undefined };

function byKill(killAt: Instant): Instants {
  return { signalAt: undefined, sweepAt: plus(killAt, SWEEP_SLACK) };
}

/**
 * After the limit the guardian does what the supervisor would have done. Its first signal comes
 * while the command still has time to act on it.
 */
function byLimit(spec: Spec, limitAt: Instant | undefined): Instants {
  if (limitAt === undefined) return NEVER;
  if (spec.signal === "SIGKILL") return byKill(limitAt);
  const grace = graceOf(spec);
  const slack = Math.min(SIGNAL_SLACK, Math.max(SWEEP_SLACK, grace / 2)) as Duration;
  const later = Math.max(grace, slack) as Duration;
  return { signalAt: plus(limitAt, slack), sweepAt: plus(plus(limitAt, later), SWEEP_SLACK) };
}

/** The same with the end that follows the end of stdin, where that comes first. */
function withStdinEnd(spec: Spec, { stdin }: RunBudget, instants: Instants): Instants {
  if (stdin?.isEnded !== true) return instants;
  const { signalAt } = byLimit(spec, stdin.signalAt);
  return {
    signalAt: earlier(instants.signalAt, signalAt),
    sweepAt: earlier(instants.sweepAt, plus(stdin.sweepAt, SWEEP_SLACK)),
  };
}

function plus(at: Instant, duration: Duration): Instant {
  return (at + duration) as Instant;
}

function willBy(spec: Spec, instants: Instants, staysForLeftovers: boolean): Will {
  const settle: Settle = { quiet: SETTLE_QUIET, limit: SETTLE_LIMIT };
  const sweepLimit = (SWEEP_LIMIT - SWEEP_SLACK) as Duration;
  const times = { grace: graceOf(spec), sweepLimit, ...instants, settle };
  return { signal: spec.signal, ...times, staysForLeftovers };
}

/** Whether the guardian stays with leftovers although the command ended by itself. */
function alwaysStays({ leftovers, report, events }: Spec): boolean {
  return leftovers !== "leave" || report !== undefined || events !== undefined;
}

/**
 * Whether curfew has passed on a signal that may ask for the end, which then ends leftovers too.
 */
function wasAskedToEnd(spec: Spec, { sent }: Run): boolean {
  return sent.some(({ signal }) => mayEnd(spec, signal));
}
