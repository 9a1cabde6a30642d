import type { Discovery, Missed, Resolution } from "../../../core/kill/members.ts";
import { errnoName } from "../../../core/values/errno.ts";
import { isMissed, isSeen } from "../../../core/values/unseen.ts";
import { ESRCH } from "../../kernel/abi.ts";
import type { Stat } from "../../kernel/proc.ts";
import { childrenOf } from "../../kernel/proc.ts";
import { sys } from "../../kernel/window.ts";
import type { ProcessTable } from "./process-table.ts";
import {
  foundOf,
  isAlive,
  lastPid,
  noteEndedChild,
  noteLook,
  statIn,
  track,
} from "./process-table.ts";

/**
 * The processes that a look has found, and the members that could not be looked at. `isCut`: the
 * time was over before the look was complete.
 */
export type Findings = {
  readonly discoveries: Discovery[];
  readonly missed: Missed[];
  isCut: boolean;
};

/** The instant when a loop over other processes ends: they may start new ones without a pause. */
export type Until = number;

const NUMBER = /^\d+$/;

export function noFindings(): Findings {
  return { discoveries: [], missed: [], isCut: false };
}

/** Finds the living descendants of members. */
export function walkBelow(
  table: ProcessTable,
  ids: readonly number[],
  until: Until,
  findings: Findings,
): void {
  const queue = [...ids];
  const visited = new Set(ids);
  // The loop adds to the queue that it goes through.
  for (const under of queue) {
    const seen = readChildren(table, under);
    for (const id of trackChildren(table, under, seen, until, findings)) {
      if (visited.has(id)) continue;
      visited.add(id);
      queue.push(id);
    }
    if (findings.isCut) break;
  }
}

/** The PIDs of a member's children, which have not been looked at yet. */
export type ChildList = {
  readonly pids: readonly number[];
  /** The member lived when the list was read, so the list has all its children. */
  readonly isWhole: boolean;
  readonly errno: number | undefined;
  /** The PID that the kernel had assigned last before the list was read. */
  readonly at: number;
};

const NONE: ChildList = { pids: [], isWhole: false, errno: undefined, at: 0 };

/** Reads no more than the list, because this is done right before and after a signal. */
export function readChildren(table: ProcessTable, under: number): ChildList {
  const parent = table.entries[under];
  if (parent === undefined || !table.hasProc) return NONE;
  const at = lastPid();
  const list = childrenOf(parent.pid);
  const isWhole = isAlive(parent);
  if (isSeen(list)) {
    // If the member was reaped, another process may have had its PID when the list was read.
    const isIts = isWhole || statIn(table, parent.pid)?.startTime === parent.startTime;
    return isIts ? { pids: list, isWhole, errno: undefined, at } : NONE;
  }
  // A living process has this file: the kernel, or an option of the mount of /proc, hides it.
  if (isMissed(list) || isWhole) return { ...NONE, errno: list.errno };
  return NONE;
}

/**
 * Adds the living children in a list to the table, and answers with their ids. A child whose parent
 * has exited meanwhile has another parent: one that may adopt the child.
 */
export function trackChildren(
  table: ProcessTable,
  under: number,
  { pids, isWhole, errno, at }: ChildList,
  until: Until,
  findings: Findings,
): readonly number[] {
  const parent = table.entries[under]?.pid;
  const failures = findings.missed.length;
  const miss = (errno: number) => findings.missed.push({ id: under, errno: errnoName(errno) });
  if (errno !== undefined) miss(errno);
  const isMember = (pid: number) => table.entries.some((entry) => entry.pid === pid);
  const isChild = (stat: Stat) =>
    stat.parent === parent || table.reapers.has(stat.parent) || isMember(stat.parent);
  const ids: number[] = [];
  for (const pid of pids) {
    findings.isCut ||= sys.now() > until;
    if (findings.isCut) break;
    const entry = track(table, pid, isChild);
    if (isMissed(entry)) miss(entry.errno);
    else if (!isSeen(entry)) noteEndedChild(table, pid, under);
    if (!isSeen(entry)) continue;
    ids.push(entry.id);
    findings.discoveries.push({ ...foundOf(entry), under });
  }
  // A member that had exited before the list was read had lost its children to another parent.
  if (isWhole && !findings.isCut && findings.missed.length === failures) noteLook(table, under, at);
  return ids;
}

/** The living members of a process group. */
export function resolveGroup(table: ProcessTable, group: number, until: Until): Resolution {
  table.leaders.set(group, statIn(table, group)?.startTime);
  const findings = noFindings();
  const pids = trackGroup(table, group, () => true, until, findings);
  const [missed] = findings.missed;
  if (missed !== undefined) return { kind: "unseen", errno: missed.errno };
  if (findings.discoveries.length > 0) {
    return { kind: "found", members: findings.discoveries, isKernel: false };
  }
  if (findings.isCut) return { kind: "failed", reason: "there was no time to look at its members" };
  const isShown = pids.some((pid) => statIn(table, pid) !== undefined);
  const isUnused = sys.kill(-group, 0) === -ESRCH;
  return isShown || isUnused
    ? { kind: "gone", isUnused }
    : { kind: "failed", reason: "its members are hidden from us in /proc" };
}

/** Finds the members that a process group has got since it was resolved. */
export function walkGroup(
  table: ProcessTable,
  group: number,
  until: Until,
  findings: Findings,
): void {
  const leader = statIn(table, group);
  // With another leader it is another group, which got its number when the first group was gone.
  if (leader !== undefined && leader.startTime !== table.leaders.get(group)) return;
  const known = table.entries.filter((entry) => entry.group === group);
  const sessions = known.map(({ session }) => session);
  trackGroup(table, group, ({ session }) => sessions.includes(session), until, findings);
}

/**
 * Adds the processes of a group that are as expected; answers with the PIDs of all of them. What
 * could not be looked at is noted at a known member of the group.
 */
function trackGroup(
  table: ProcessTable,
  group: number,
  isExpected: (stat: Stat) => boolean,
  until: Until,
  findings: Findings,
): readonly number[] {
  const id = table.entries.find((entry) => entry.group === group)?.id ?? NO_MEMBER;
  const miss = (errno: number) => findings.missed.push({ id, errno: errnoName(errno) });
  const all = everyPid();
  if (typeof all === "number") miss(-all);
  // getpgid(2) is cheaper than a look at /proc.
  const pids = typeof all === "number" ? [] : all.filter((pid) => sys.groupOf(pid) === group);
  for (const pid of pids) {
    findings.isCut ||= sys.now() > until;
    if (findings.isCut) break;
    const entry = track(table, pid, (stat) => stat.group === group && isExpected(stat));
    if (isSeen(entry)) findings.discoveries.push({ ...foundOf(entry), under: group });
    else if (isMissed(entry)) miss(entry.errno);
  }
  return pids;
}

const NO_MEMBER = -1;

/** The PIDs of all processes that /proc shows; minus errno. */
export function everyPid(): number[] | number {
  const names = sys.list("/proc");
  return typeof names === "number" ? names : names.filter((name) => NUMBER.test(name)).map(Number);
}
