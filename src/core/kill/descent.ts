import type { FoundProcess } from "./members.ts";

/** What stdout and stderr refer to; empty: closed; `undefined`: curfew may not look. */
export type Outputs = readonly (string | undefined)[];

/**
 * When a member lived. An instant is the PID that the kernel had assigned last: PIDs are assigned
 * in sequence, so a process was born between two instants if its PID lies between them.
 */
export type Lifetime = {
  /**
   * A look at its children that is so old that the last look has seen every child that had its PID
   * by then: a child has its PID before it can be seen.
   */
  readonly previousLookAt?: number;
  /** When curfew knew that it had exited. */
  readonly endedAt?: number;
  readonly outputs?: Outputs;
  readonly environ?: Environ;
};

/**
 * The environment that a process was started with. `undefined`: curfew may not look. `executing`:
 * its execve(2) is under way, and has not yet said which environment it will have.
 */
export type Environ = readonly string[] | "executing" | undefined;

/** What a process inherits, and so tells where it comes from. */
export type Traits = { readonly outputs: Outputs; readonly environ: Environ };

/** A member that has exited, and what curfew had noted about it. */
export type EndedMember = FoundProcess & { readonly session: number; readonly lifetime: Lifetime };

/** What an unknown process is compared with, to tell whether it descends from an exited member. */
export type DescentEvidence = {
  readonly members: readonly EndedMember[];
  /** Processes that may adopt orphans: init, and the ancestors of the targets. */
  readonly reapers: ReadonlySet<number>;
  /** The parents of the targets. */
  readonly parents: ReadonlySet<number>;
  /** When curfew itself was started, in clock ticks since boot. */
  readonly ownStartTime: number;
  readonly ownPid: number;
  readonly lastPid: number;
  /** PIDs may have wrapped around since then, so they do not tell the order of births. */
  readonly hasWrapped: boolean;
};

/** A process of unknown origin. */
export type Candidate = {
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
 * The member that a process certainly descends from. A process is in a session only by birth or
 * because it made it. It may also join a group, as the parts of a pipeline do; but then its parent
 * is alive, or it is older than curfew. `startOf`: the start time of the process that has a PID
 * now. The kernel assigns no PID that is still a session's or a group's, so a process with that PID
 * must be the member itself.
 */
export function ancestorOf(
  evidence: DescentEvidence,
  candidate: Candidate,
  startOf: (pid: number) => number | undefined,
): EndedMember | undefined {
  const leaderOf = (number: number) => {
    const leader = evidence.members.find(({ pid }) => pid === number);
    const start = leader && startOf(number);
    return start === undefined || start === leader?.startTime ? leader : undefined;
  };
  const isOrphan = isYoungOrphan(evidence, candidate) && hasLostParent(candidate);
  return leaderOf(candidate.session) ?? (isOrphan ? leaderOf(candidate.group) : undefined);
}

/** Whether it was born after curfew's start and has been adopted. */
export function isYoungOrphan(
  { reapers, parents, ownStartTime }: DescentEvidence,
  candidate: Candidate,
): boolean {
  if (candidate.startTime < ownStartTime || !reapers.has(candidate.parent)) return false;
  if (hasLostParent(candidate)) return true;
  // It is in a session of its own or in its parent's: either an orphan or a plain child. Where a
  // target is a child of init, init has plain children, and the two cannot be told apart.
  return candidate.parent === INIT && !parents.has(INIT);
}

/** It neither made its session nor inherited it from its parent: a process in between exited. */
function hasLostParent({ pid, session, parentSession }: Candidate): boolean {
  return session !== pid && session !== parentSession;
}

/**
 * Whether a young orphan may descend from a member. Either the member may be its parent: it was
 * born after the last complete look at the member's children and before the member exited, is in
 * its session, and has one of its outputs or its environment. Or it runs a member's program and has
 * a member's outputs: then a process in between may have been its parent.
 */
export function mayComeFrom(
  evidence: DescentEvidence,
  candidate: Candidate,
  { outputs, environ }: Traits,
): boolean {
  const { members } = evidence;
  const isParent = (member: EndedMember) => {
    const its = member.lifetime.outputs;
    if (member.session !== candidate.session || !wasBornMeanwhile(evidence, member, candidate.pid))
      return false;
    const isSame = (output: string | undefined) => output === undefined || its?.includes(output);
    return its === undefined || outputs.some(isSame) || isAkin(environ, member.lifetime.environ);
  };
  const isLike = ({ lifetime }: EndedMember) =>
    lifetime.outputs?.every((output, place) => Boolean(output) && output === outputs[place]);
  return members.some(isParent) || (hasProgram(evidence, candidate) && members.some(isLike));
}

/**
 * Whether a young orphan may have left the session of a member, as daemons do: it and the leader of
 * its session were born after the last complete look at the member's children and before the member
 * exited, and it has the member's environment.
 */
export function mayHaveLeft(
  evidence: DescentEvidence,
  candidate: Candidate,
  { environ }: Traits,
): boolean {
  const { pid, session } = candidate;
  const isParent = (member: EndedMember) =>
    wasBornMeanwhile(evidence, member, pid) &&
    (session === pid || wasBornMeanwhile(evidence, member, session)) &&
    isAkin(environ, member.lifetime.environ);
  return evidence.members.some(isParent);
}

function wasBornMeanwhile(
  { ownPid, lastPid, hasWrapped }: DescentEvidence,
  { lifetime }: EndedMember,
  pid: number,
): boolean {
  return (
    hasWrapped || isBetween(pid, lifetime.previousLookAt ?? ownPid, lifetime.endedAt ?? lastPid)
  );
}

/** Variables that a shell changes. */
const CHANGED = /^(?:PWD|OLDPWD|SHLVL|_)=/;

/** Whether it has, or may be about to have, every variable that a member was started with. */
function isAkin(environ: Environ, its: Environ): boolean {
  const all = its === undefined || its === "executing" ? [] : its;
  const kept = all.filter((entry) => !CHANGED.test(entry));
  if (environ === undefined || kept.length === 0) return false;
  if (environ === "executing") return true;
  const has = new Set(environ);
  return kept.every((entry) => has.has(entry));
}

/**
 * Whether it runs the program of a member and may have lost its parent in the tree. That is not so
 * if its session is older than curfew and no member's.
 */
export function runsSameProgram(evidence: DescentEvidence, candidate: Candidate): boolean {
  return hasProgram(evidence, candidate) && !hasForeignSession(evidence, candidate);
}

function hasProgram({ members }: DescentEvidence, candidate: Candidate): boolean {
  return members.some(({ command }) => command === candidate.command);
}

function hasForeignSession(
  { members, ownPid, hasWrapped }: DescentEvidence,
  { session }: Candidate,
): boolean {
  return !hasWrapped && session < ownPid && members.every((member) => member.session !== session);
}

/** PIDs begin again at the lowest after the greatest. */
function isBetween(pid: number, after: number, last: number): boolean {
  return after <= last ? pid > after && pid <= last : pid > after || pid <= last;
}
