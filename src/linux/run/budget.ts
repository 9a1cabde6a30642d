import type { Event } from "../../core/report/event.ts";
import type { Budget } from "../../core/run/budget.ts";
import { budgetOf } from "../../core/run/budget.ts";
import {
  DEADLINE,
  DEADLINE_FROM,
  followsWallClock,
  type ProcessIdentity,
} from "../../core/spec/budget.ts";
import type { Spec } from "../../core/spec/spec.ts";
import type { Instant } from "../../core/values/duration.ts";
import { isSeen } from "../../core/values/unseen.ts";
import type { WallTime } from "../../core/values/wall-time.ts";
import { formatEpochSeconds } from "../../core/values/wall-time.ts";
import { NO_DESCRIPTOR } from "../kernel/abi.ts";
import { hasOwnProc, statOf } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import { isAncestor } from "./ancestors.ts";
import type { RunContext } from "./context.ts";

/** The size of what a timer has to read: timerfd_create(2). */
const TIMER_SIZE = 8;

/** A descriptor that tells when the wall clock was set, where that moves the end of the run. */
export function openWallWatch(spec: Spec): number {
  return followsWallClock(spec) ? Math.max(NO_DESCRIPTOR, sys.watchWallClock()) : NO_DESCRIPTOR;
}

/** The budget of a run that starts now, where the time of day means something to it. */
export function openBudget(spec: Spec, at: Instant): Budget {
  const isObeyed = spec.inherited !== undefined && isAbove(spec.inherited.from);
  return budgetOf(spec, { at, wall: sys.wallClock() as WallTime }, isObeyed);
}

/** Whether a process lives, is the one that is meant, and is above curfew. */
function isAbove({ pid, startTime }: ProcessIdentity): boolean {
  if (!hasOwnProc()) return false;
  const stat = statOf(pid);
  return isSeen(stat) && stat.startTime === startTime && isAncestor(pid);
}

/**
 * What has become of the budget: the wall clock was set, or the inherited deadline is void. That is
 * asked only when an instant has passed (`isLate`), which may be that deadline.
 */
export function budgetNews(
  run: RunContext,
  budget: Budget,
  at: Instant,
  isLate: boolean,
): Event | undefined {
  const { state, wallWatch, spec } = run;
  if (wallWatch >= 0 && sys.wait([wallWatch], 0) > 0) {
    sys.readNow(wallWatch, TIMER_SIZE);
    state.clockSets += 1;
  }
  // Each generation is told.
  if (run.clockSets !== state.clockSets) {
    run.clockSets = state.clockSets;
    return { type: "clock-set", at, wall: sys.wallClock() as WallTime };
  }
  const { limits } = budget;
  if (!isLate || limits.inheritedAt === undefined || spec.inherited === undefined) return undefined;
  if (isAbove(spec.inherited.from)) return undefined;
  run.budget = { ...budget, limits: { ...limits, inheritedAt: undefined } };
  return { type: "deadline-void", at };
}

/** Variables for the command, and names of those that get the guardian's PID and start time. */
export type HandedDown = {
  readonly variables: readonly string[];
  readonly above: readonly string[];
};

/**
 * What tells the command when the time limit passes, and which process that holds for: curfew, or
 * the guardian where the command cannot see curfew. Undefined: nothing, for instance because /proc
 * does not say when curfew was started.
 */
export function handedDown(
  { confinement, ownPid }: RunContext,
  { handedDown: time }: Budget,
): HandedDown | undefined {
  if (time === undefined) return undefined;
  const deadline = `${DEADLINE}=${formatEpochSeconds(time)}`;
  if (confinement.namespaces !== 0) return { variables: [deadline], above: [DEADLINE_FROM] };
  const own = hasOwnProc() ? statOf(ownPid) : undefined;
  if (own === undefined || !isSeen(own)) return undefined;
  return { variables: [deadline, `${DEADLINE_FROM}=${ownPid}:${own.startTime}`], above: [] };
}
