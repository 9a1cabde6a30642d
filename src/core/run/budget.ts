// Limits by the time of day: --until, and a deadline that a curfew above has handed down. The core
// counts by the monotonic clock, and moves these limits when the wall clock was set.
import type { Event } from "../report/event.ts";
import type { Clocks, WallLimits } from "../spec/budget.ts";
import type { Spec } from "../spec/spec.ts";
import type { Duration, Instant } from "../values/duration.ts";
import { NO_LIMIT } from "../values/duration.ts";
import { deadlineAfter, earlier } from "../values/instant.ts";
import type { WallTime } from "../values/wall-time.ts";

/** What the time of day means for a run that is about to start. */
export type Budget = {
  readonly limits: WallLimits;
  /** A limit has passed: nothing is to be started. */
  readonly isExpired: boolean;
  /** When the time limit passes, for the command's environment; `undefined`: there is none. */
  readonly handedDown: WallTime | undefined;
};

/** A run leaves at most this share of the time to the curfew above, as a divisor. */
const LEAST_SHARE = 4;

/**
 * The budget of a run that starts now. `isObeyed`: the process that has handed a deadline down
 * lives, and is above curfew.
 */
export function budgetOf(spec: Spec, clocks: Clocks, isObeyed: boolean): Budget {
  const { at, wall } = clocks;
  const ahead = (wall - at) as Duration;
  const instantOf = (time: WallTime) => (time - ahead) as Instant;
  const inherited = isObeyed ? spec.inherited?.at : undefined;
  const untilAt = spec.until === undefined ? undefined : instantOf(spec.until);
  const inheritedAt =
    inherited === undefined ? undefined : instantOf(ownShareOf(spec, wall, inherited));
  const limits = { untilAt, inheritedAt, ahead };
  const first = earlier(untilAt, inheritedAt);
  const limitAt = earlier(deadlineAfter(at, spec.timeout), first);
  const handedDown = limitAt === undefined ? undefined : ((limitAt + ahead) as WallTime);
  return {
    limits,
    isExpired: first !== undefined && first <= at,
    handedDown: spec.propagatesDeadline ? handedDown : undefined,
  };
}

/** Our own limit, which leaves the curfew above time to see how the run has ended. */
function ownShareOf({ killAfter }: Spec, now: WallTime, deadline: WallTime): WallTime {
  const share = Math.floor(Math.max(0, deadline - now) / LEAST_SHARE);
  return (deadline - (killAfter === NO_LIMIT ? 0 : Math.min(killAfter, share))) as WallTime;
}

/** What a run notes about the time of day, its stdin and its heartbeat. */
export type RunBudget = {
  /** The limits by the time of day, while they count. They never rest. */
  readonly wall?: WallLimits | undefined;
  /** When the first of them passes by the wall clock, as of the start. */
  readonly until?: WallTime | undefined;
  /** The last writer of stdin is gone, where curfew was to watch for that. */
  readonly stdin?: ClosedStdin | undefined;
  /** When curfew says how the run stands, if nothing is written before. */
  readonly beatAt?: Instant | undefined;
};

/** What is known of a stdin whose last writer is gone. */
export type ClosedStdin =
  /** The command has not read all of it. `since`: when the number of unread bytes changed last. */
  | {
      readonly isEnded: false;
      readonly unread: number;
      readonly since: Instant;
      readonly lookAt: Instant;
    }
  /** It is over. `signalAt`: when the command is sent the first signal, unless it exits before. */
  | {
      readonly isEnded: true;
      readonly signalAt: Instant | undefined;
      readonly killAt: Instant | undefined;
      readonly sweepAt: Instant;
    };

/** What a run notes at its start, where it has a budget. */
export function budgetAtStart(
  { heartbeat }: Spec,
  { at, limits }: Extract<Event, { type: "spawned" }>,
): RunBudget {
  return { wall: limits, until: wallTimeOf(limits), beatAt: deadlineAfter(at, heartbeat) };
}

/** The earliest limit by the time of day. */
export function wallLimitOf(limits: WallLimits | undefined): Instant | undefined {
  return limits && earlier(limits.untilAt, limits.inheritedAt);
}

/** When the earliest of them passes, by the wall clock. */
export function wallTimeOf(limits: WallLimits | undefined): WallTime | undefined {
  const at = wallLimitOf(limits);
  return at === undefined || limits === undefined ? undefined : ((at + limits.ahead) as WallTime);
}

/** The limits after the wall clock was set. */
export function withClockSet(limits: WallLimits, { at, wall }: Clocks): WallLimits {
  const ahead = (wall - at) as Duration;
  const moved = (limit: Instant | undefined) =>
    limit === undefined ? undefined : ((limit + limits.ahead - ahead) as Instant);
  return { untilAt: moved(limits.untilAt), inheritedAt: moved(limits.inheritedAt), ahead };
}

/** The limits where --until comes later by a time. An inherited deadline stays. */
export function withLaterUntil(limits: WallLimits, by: Duration): WallLimits {
  const { untilAt } = limits;
  return untilAt === undefined ? limits : { ...limits, untilAt: (untilAt + by) as Instant };
}

/** When the host has to look again, or the first signal is due. */
export function stdinDeadlineOf({ stdin }: RunBudget): Instant | undefined {
  return stdin?.isEnded === true ? stdin.signalAt : stdin?.lookAt;
}

/** When the first signal is due. */
export function stdinSignalAtOf(budget: RunBudget | undefined): Instant | undefined {
  const stdin = budget?.stdin;
  return stdin?.isEnded === true ? stdin.signalAt : undefined;
}

/** When SIGKILL is due. */
export function stdinKillAtOf(budget: RunBudget | undefined): Instant | undefined {
  const stdin = budget?.stdin;
  return stdin?.isEnded === true ? stdin.killAt : undefined;
}
