import type { Found } from "./members.ts";

/**
 * Where standard output and standard error go; empty: they are closed; undefined: hidden from us.
 */
export type Outputs = readonly (string | undefined)[];

/** Numbers are given in a row, so that two of them stand for the time in between. */
export type Life = {
  /**
   * The number given last when its children were looked at for the last time but one. A child has
   * its number before it can be seen: one that was not seen in the last look may be that old.
   */
  readonly seenAt?: number;
  /** The same of the last look. */
  readonly lookedAt?: number;
  /** The number given last when it was known to have ended. */
  readonly endedAt?: number;
  readonly outputs?: Outputs;
  readonly environ?: Environ;
};

/** What a process began with, name by name; undefined: hidden from us. */
export type Environ = readonly string[] | undefined;

/** What a process shows of where it comes from. */
export type Traits = { readonly outputs: Outputs; readonly environ: Environ };

/** A member that has ended, and what had been written down of it. */
export type Relative = Found & { readonly session: number; readonly life: Life };

/** What a process that nobody knows may have in common with members that have all ended. */
export type Kin = {
  readonly members: readonly Relative[];
  /**
   * Who may become the parent of orphans: the init process, and ancestors of what was asked for.
   */
  readonly heirs: ReadonlySet<number>;
  /** The parents of what was asked for. */
  readonly parents: ReadonlySet<number>;
  /** Our own start: who is younger was born meanwhile. */
  readonly since: number;
  readonly own: number;
  readonly last: number;
  /** Numbers do not say who was born meanwhile. */
  readonly hasTurned: boolean;
};

export type Stranger = {
  readonly pid: number;
  readonly command: string;
  readonly session: number;
  readonly group: number;
  readonly parent: number;
  readonly parentSession: number;
  readonly startTime: number;
};

export const INIT = 1;

/**
 * The member that a process surely comes from. Nobody gets into a session but by birth. Into a
 * group others may come, such as the parts of a pipeline, but they have their parent, or were
 * there. `startOf`: of who has a number now. Nobody gets one that is a session's or a group's;
 * where somebody has it, it must be the member.
 */
export function ancestorOf(
  kin: Kin,
  stranger: Stranger,
  startOf: (pid: number) => number | undefined,
): Relative | undefined {
  const leaderOf = (number: number) => {
    const leader = kin.members.find(({ pid }) => pid === number);
    const start = leader && startOf(number);
    return start === undefined || start === leader?.startTime ? leader : undefined;
  };
  const isOrphan = isYoungOrphan(kin, stranger) && hasLostParent(stranger);
  return leaderOf(stranger.session) ?? (isOrphan ? leaderOf(stranger.group) : undefined);
}

/** Born since we began, and below one who inherits orphans. */
export function isYoungOrphan({ heirs, parents, since }: Kin, stranger: Stranger): boolean {
  if (stranger.startTime < since || !heirs.has(stranger.parent)) return false;
  if (hasLostParent(stranger)) return true;
  // In a session of its own, or that of its parent: either an orphan, or a child like others. What
  // was asked for may be a child of the init process: then it has such children.
  return stranger.parent === INIT && !parents.has(INIT);
}

/** It neither made its session nor has it from its parent: somebody in between has ended. */
function hasLostParent({ pid, session, parentSession }: Stranger): boolean {
  return session !== pid && session !== parentSession;
}

/**
 * Whether a young orphan may come from a member. Either the member may have started it: it was born
 * when that one's children had been seen last and before it had ended, has its session, and writes
 * where that one wrote or has its environment. Or it has the program of one, and writes where one
 * wrote: then it may come from somebody in between.
 */
export function mayComeFrom(kin: Kin, stranger: Stranger, { outputs, environ }: Traits): boolean {
  const { members } = kin;
  const isParent = (member: Relative) => {
    const its = member.life.outputs;
    if (member.session !== stranger.session || !isMeanwhile(kin, member, stranger.pid))
      return false;
    const isSame = (output: string | undefined) => output === undefined || its?.includes(output);
    return its === undefined || outputs.some(isSame) || isAkin(environ, member.life.environ);
  };
  const isLike = ({ life }: Relative) =>
    life.outputs?.every((output, place) => Boolean(output) && output === outputs[place]);
  return members.some(isParent) || (hasProgram(kin, stranger) && members.some(isLike));
}

/**
 * Whether a young orphan may have left the session of a member, as daemons do: both it
 * and its session's leader, if that is another, were born when the member's children had been seen
 * last and before it had ended, and it has its environment.
 */
export function mayHaveLeft(kin: Kin, stranger: Stranger, { environ }: Traits): boolean {
  const { pid, session } = stranger;
  const isParent = (member: Relative) =>
    isMeanwhile(kin, member, pid) &&
    (session === pid || isMeanwhile(kin, member, session)) &&
    isAkin(environ, member.life.environ);
  return kin.members.some(isParent);
}

function isMeanwhile({ own, last, hasTurned }: Kin, { life }: Relative, pid: number): boolean {
  return hasTurned || isBetween(pid, life.seenAt ?? own, life.endedAt ?? last);
}

/** What a shell changes on its way. */
const CHANGED = /^(?:PWD|OLDPWD|SHLVL|_)=/;

/** Whether it has all that a member began with. */
function isAkin(environ: Environ, its: Environ): boolean {
  const kept = its?.filter((entry) => !CHANGED.test(entry)) ?? [];
  if (environ === undefined || kept.length === 0) return false;
  const has = new Set(environ);
  return kept.every((entry) => has.has(entry));
}

/**
 * Whether it has the program of a member, and could have lost its parent in the tree: it is not
 * where that is of a session that was there before we began and is no member's.
 */
export function isLikeMember(kin: Kin, stranger: Stranger): boolean {
  return hasProgram(kin, stranger) && !hasForeignSession(kin, stranger);
}

function hasProgram({ members }: Kin, stranger: Stranger): boolean {
  return members.some(({ command }) => command === stranger.command);
}

function hasForeignSession({ members, own, hasTurned }: Kin, { session }: Stranger): boolean {
  return !hasTurned && session < own && members.every((member) => member.session !== session);
}

/** Numbers begin anew behind the greatest. */
function isBetween(pid: number, after: number, last: number): boolean {
  return after <= last ? pid > after && pid <= last : pid > after || pid <= last;
}
