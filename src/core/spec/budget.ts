import type { Duration, Instant } from "../values/duration.ts";
import { NO_LIMIT } from "../values/duration.ts";
import type { WallTime } from "../values/wall-time.ts";

/** The part of a `Spec` about an end that is not counted from the start of the command. */
export type Budgeting = {
  /** When the time limit passes, by the wall clock; `undefined`: the option was not given. */
  readonly until: WallTime | undefined;
  /** Whether the command's environment says when the time limit passes. */
  readonly propagatesDeadline: boolean;
  /** Whether a deadline in curfew's own environment means nothing. */
  readonly ignoresDeadline: boolean;
  /** The deadline in curfew's own environment, where it counts. */
  readonly inherited: InheritedDeadline | undefined;
  /** Whether the run ends when nothing can come from stdin any more. */
  readonly endsWithStdin: boolean;
  /** How long nothing may be printed before curfew says how the run stands; `NO_LIMIT`: forever. */
  readonly heartbeat: Duration;
  /** Whether any of these asks for something: a run without all of them looks at none of them. */
  readonly isBudgeted: boolean;
};

/** A deadline that a curfew above has handed down, and the process that it holds for. */
export type InheritedDeadline = {
  readonly at: WallTime;
  /** curfew obeys it only while this process lives and is above curfew. */
  readonly from: ProcessIdentity;
};

/** A process. Its PID alone may be another process's later. */
export type ProcessIdentity = {
  readonly pid: number;
  /** In clock ticks since boot: field 22 of /proc/PID/stat. */
  readonly startTime: number;
};

/** What both clocks show at the same moment. */
export type Clocks = { readonly at: Instant; readonly wall: WallTime };

/** The limits by the time of day, as instants while the wall clock is as far ahead as noted. */
export type WallLimits = {
  readonly untilAt: Instant | undefined;
  readonly inheritedAt: Instant | undefined;
  /** How far the wall clock is ahead of the monotonic one. */
  readonly ahead: Duration;
};

export const BUDGET_DEFAULTS: Budgeting = {
  until: undefined,
  propagatesDeadline: false,
  ignoresDeadline: false,
  inherited: undefined,
  endsWithStdin: false,
  heartbeat: NO_LIMIT,
  isBudgeted: false,
};

/** The variables of the environment that hand a deadline down. */
export const DEADLINE = "CURFEW_DEADLINE";
export const DEADLINE_FROM = "CURFEW_DEADLINE_FROM";

/** Whether an option asks for anything that only few runs note. */
export function asksForBudget(spec: Budgeting): boolean {
  if (spec.until !== undefined || spec.inherited !== undefined) return true;
  return spec.propagatesDeadline || spec.endsWithStdin || spec.heartbeat !== NO_LIMIT;
}

/** Whether a run has to know the time of day. */
export function needsWallClock({ until, inherited, propagatesDeadline }: Budgeting): boolean {
  return until !== undefined || inherited !== undefined || propagatesDeadline;
}

/** Whether a change of the wall clock moves the end of a run. */
export function followsWallClock({ until, inherited }: Budgeting): boolean {
  return until !== undefined || inherited !== undefined;
}
