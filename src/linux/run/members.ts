import type { Process } from "../../core/spec/tree.ts";
import type { Duration } from "../../core/values/duration.ts";
import { NO_LIMIT } from "../../core/values/duration.ts";
import { isMissed, isSeen } from "../../core/values/unseen.ts";
import { hasEnded, hasOwnProc, statOf } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import type { RunContext } from "./context.ts";
import { withSpares } from "./spare-descriptors.ts";

/** A report names no more: it is to be read. */
export const MOST_NAMES = 64;

/** No limit to the number of members. */
const ALL = 0;

/** Stands for no process group. */
export const NO_GROUP = -1;

/** The root of the tree as far as we can see it, and what below it is not of the tree. */
export function rootOf({
  ownPid,
  inherited,
}: RunContext): readonly [root: number, except: readonly number[]] {
  const guardian = sys.guardianPid();
  return guardian > 0 ? [guardian, []] : [ownPid, inherited];
}

/**
 * Every member that can be seen, parents first, and 0 where we could not look at somebody; none
 * where /proc is not ours.
 */
export function membersOf(run: RunContext, most: number = ALL): readonly number[] {
  if (!hasOwnProc()) return [];
  const isWhole = (members: readonly number[]) => !members.includes(NAMELESS.pid);
  return withSpares(run, isWhole, () => sys.members(...rootOf(run), walkTime(run), most));
}

/**
 * So many of them. All are looked at only where their end is waited for: those that are ended are
 * looked at then, and those that are left prove nothing.
 */
export function someMembersOf(run: RunContext, most: number): readonly number[] {
  return membersOf(run, run.spec.leftovers === "wait" ? ALL : most);
}

/** A tree that forks without a pause keeps who looks at it busy: no walk goes on for longer. */
const WALK_LIMIT = 500_000;
/** Who is not reached gets no signal but SIGKILL: on a busy machine thousands take their time. */
const SIGNAL_LIMIT = 2_000_000;
/** Who waits for a processor meanwhile has seen nobody yet: then SIGKILL is a little late. */
const LEAST = 50_000;

/** So long a walk over the tree may take: SIGKILL is due at the end of `killAfter`. */
export function walkTime({ spec: { killAfter } }: RunContext): number {
  return partOf(killAfter, WALK_LIMIT);
}

/** So long one that signals it. */
export function signalTime({ spec: { killAfter } }: RunContext): number {
  return partOf(killAfter, SIGNAL_LIMIT);
}

function partOf(killAfter: Duration, limit: number): number {
  return killAfter === NO_LIMIT ? limit : Math.max(LEAST, Math.min(limit, killAfter / 2));
}

/** Stands for those who may be there, but could not be looked at. */
export const NAMELESS: Process = { pid: 0, command: "?" };

/** A process that lives, as far as we know. */
export function processOf(pid: number): Process | undefined {
  if (pid === NAMELESS.pid) return NAMELESS;
  const stat = statOf(pid);
  if (isMissed(stat)) return { pid, command: NAMELESS.command };
  return isSeen(stat) && !hasEnded(stat) ? { pid, command: stat.command } : undefined;
}
