import type { Process } from "../../core/spec/tree.ts";
import type { Duration } from "../../core/values/duration.ts";
import { NO_LIMIT } from "../../core/values/duration.ts";
import { isMissed, isSeen } from "../../core/values/unseen.ts";
import { hasEnded, hasOwnProc, statOf } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import type { RunContext } from "./context.ts";
import { withSpares } from "./spare-descriptors.ts";

/** A report names at most this many processes, so that people can read it. */
export const MOST_NAMES = 64;

/** No limit to the number of members. */
const ALL = 0;

/** Stands for no process group. */
export const NO_GROUP = -1;

/** The root of the tree, and children of the root that do not belong to the tree. */
export function rootOf({
  ownPid,
  inherited,
}: RunContext): readonly [root: number, except: readonly number[]] {
  const guardian = sys.guardianPid();
  return guardian > 0 ? [guardian, []] : [ownPid, inherited];
}

/**
 * The members of the tree, parents first. A 0 stands for members that curfew could not look at. No
 * member at all without a /proc of curfew's PID namespace.
 */
export function membersOf(run: RunContext): readonly number[] {
  return walk(run, ALL).pids;
}

/**
 * The first members of the tree. With `--leftovers wait` all members, because each has to be looked
 * at until it exits; otherwise a part is enough to know that something is left. `isLate`: there was
 * no time to find all that were asked for.
 */
export function someMembersOf(
  run: RunContext,
  most: number,
): { readonly pids: readonly number[]; readonly isLate: boolean } {
  return walk(run, run.spec.leftovers === "wait" ? ALL : most);
}

/** Stands for members that there was no time for: no number that a signal may be sent to. */
const UNREACHED = -1;

function walk(run: RunContext, most: number): ReturnType<typeof someMembersOf> {
  if (!hasOwnProc()) return { pids: [], isLate: false };
  const isWhole = (members: readonly number[]) => !members.includes(NAMELESS.pid);
  const found = withSpares(run, isWhole, () => {
    return sys.members(...rootOf(run), walkTime(run), most);
  });
  const pids = found.filter((pid) => pid !== UNREACHED);
  return { pids, isLate: pids.length < found.length };
}

/** A walk over the tree takes at most so long: a tree may fork without a pause. */
const WALK_LIMIT = 500_000;
/**
 * A walk that signals has more time, because a member that it does not reach gets SIGKILL only, and
 * because thousands of members take their time on a busy machine.
 */
const SIGNAL_LIMIT = 2_000_000;
/** A walk has at least so long, although SIGKILL may be late then: curfew may get no processor. */
const LEAST = 50_000;

/** How long a walk over the tree may take, in microseconds: SIGKILL is due after `killAfter`. */
export function walkTime({ spec: { killAfter } }: RunContext): number {
  return partOf(killAfter, WALK_LIMIT);
}

/** The same for a walk that sends a signal. */
export function signalTime({ spec: { killAfter } }: RunContext): number {
  return partOf(killAfter, SIGNAL_LIMIT);
}

function partOf(killAfter: Duration, limit: number): number {
  return killAfter === NO_LIMIT ? limit : Math.max(LEAST, Math.min(limit, killAfter / 2));
}

/** Stands for processes that may exist and could not be looked at. */
export const NAMELESS: Process = { pid: 0, command: "?" };

/** A living process with its name; undefined: it has exited. */
export function processOf(pid: number): Process | undefined {
  if (pid === NAMELESS.pid) return NAMELESS;
  const stat = statOf(pid);
  if (isMissed(stat)) return { pid, command: NAMELESS.command };
  return isSeen(stat) && !hasEnded(stat) ? { pid, command: stat.command } : undefined;
}
