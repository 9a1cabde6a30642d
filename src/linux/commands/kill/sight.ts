import type { Discovery, Missed, Resolution } from "../../../core/kill/members.ts";
import { errnoName } from "../../../core/values/errno.ts";
import { isMissed, isSeen } from "../../../core/values/unseen.ts";
import { ESRCH } from "../../kernel/abi.ts";
import type { Stat } from "../../kernel/proc.ts";
import { childrenOf } from "../../kernel/proc.ts";
import { sys } from "../../kernel/window.ts";
import type { Book } from "./book.ts";
import { enter, foundOf, isAlive, lastPid, noteGhost, noteLook, statIn } from "./book.ts";

/** What a look has shown, and what not. `isCut`: there was no time for all. */
export type Sight = {
  readonly discoveries: Discovery[];
  readonly missed: Missed[];
  isCut: boolean;
};

/** Every loop over processes of others is one of these: it ends at an instant. */
export type Until = number;

const NUMBER = /^\d+$/;

export function emptySight(): Sight {
  return { discoveries: [], missed: [], isCut: false };
}

/** Adds the living children of members, and all below them. */
export function sightBelow(book: Book, ids: readonly number[], until: Until, sight: Sight): void {
  const queue = [...ids];
  const visited = new Set(ids);
  // Grows while it is walked.
  for (const under of queue) {
    const seen = lookBelow(book, under);
    for (const id of enterBelow(book, under, seen, until, sight)) {
      if (visited.has(id)) continue;
      visited.add(id);
      queue.push(id);
    }
    if (sight.isCut) break;
  }
}

/** The children of a member as numbers: nobody of them has been looked at yet. */
export type Below = {
  readonly pids: readonly number[];
  /** It lived when the list was read: what it had was in it. */
  readonly isWhole: boolean;
  readonly errno: number | undefined;
  /** The number that was given last before. */
  readonly at: number;
};

const NONE: Below = { pids: [], isWhole: false, errno: undefined, at: 0 };

/** Quick: between this and a signal nobody else is looked at. */
export function lookBelow(book: Book, under: number): Below {
  const parent = book.entries[under];
  if (parent === undefined || !book.hasProc) return NONE;
  const at = lastPid();
  const list = childrenOf(parent.pid);
  const isWhole = isAlive(parent);
  if (isSeen(list)) {
    // Had it been reaped, the number might have been another's when the list was read.
    const isIts = isWhole || statIn(book, parent.pid)?.startTime === parent.startTime;
    return isIts ? { pids: list, isWhole, errno: undefined, at } : NONE;
  }
  // A living process has such files: this kernel, or who mounted /proc, keeps them from us.
  if (isMissed(list) || isWhole) return { ...NONE, errno: list.errno };
  return NONE;
}

/**
 * Adds those who live of the children that were seen; their ids. When a parent dies they get
 * another one: then it must be one who may inherit them.
 */
export function enterBelow(
  book: Book,
  under: number,
  { pids, isWhole, errno, at }: Below,
  until: Until,
  sight: Sight,
): readonly number[] {
  const parent = book.entries[under]?.pid;
  const failures = sight.missed.length;
  const miss = (errno: number) => sight.missed.push({ id: under, errno: errnoName(errno) });
  if (errno !== undefined) miss(errno);
  const isMember = (pid: number) => book.entries.some((entry) => entry.pid === pid);
  const isChild = (stat: Stat) =>
    stat.parent === parent || book.reapers.has(stat.parent) || isMember(stat.parent);
  const ids: number[] = [];
  for (const pid of pids) {
    sight.isCut ||= sys.now() > until;
    if (sight.isCut) break;
    const entry = enter(book, pid, isChild);
    if (isMissed(entry)) miss(entry.errno);
    else if (!isSeen(entry)) noteGhost(book, pid, under);
    if (!isSeen(entry)) continue;
    ids.push(entry.id);
    sight.discoveries.push({ ...foundOf(entry), under });
  }
  // Of who had died before its children were read, they were somebody else's already.
  if (isWhole && !sight.isCut && sight.missed.length === failures) noteLook(book, under, at);
  return ids;
}

/** All living members of a process group. */
export function resolveGroup(book: Book, group: number, until: Until): Resolution {
  book.leaders.set(group, statIn(book, group)?.startTime);
  const sight = emptySight();
  const pids = lookIn(book, group, () => true, until, sight);
  const [missed] = sight.missed;
  if (missed !== undefined) return { kind: "unseen", errno: missed.errno };
  if (sight.discoveries.length > 0) {
    return { kind: "found", members: sight.discoveries, isKernel: false };
  }
  if (sight.isCut) return { kind: "failed", reason: "there was no time to look at its members" };
  const isShown = pids.some((pid) => statIn(book, pid) !== undefined);
  const isUnused = sys.kill(-group, 0) === -ESRCH;
  return isShown || isUnused
    ? { kind: "gone", isUnused }
    : { kind: "failed", reason: "its members are hidden from us in /proc" };
}

/** Adds the living members of a group that may have got new ones since it was resolved. */
export function sightGroup(book: Book, group: number, until: Until, sight: Sight): void {
  const leader = statIn(book, group);
  // Another leader: ours had all gone before the number came to another group.
  if (leader !== undefined && leader.startTime !== book.leaders.get(group)) return;
  const known = book.entries.filter((entry) => entry.group === group);
  const sessions = known.map(({ session }) => session);
  lookIn(book, group, ({ session }) => sessions.includes(session), until, sight);
}

/**
 * Adds those in a group who are right. Who was missed is missed by one whom we know. The numbers.
 */
function lookIn(
  book: Book,
  group: number,
  isRight: (stat: Stat) => boolean,
  until: Until,
  sight: Sight,
): readonly number[] {
  const id = book.entries.find((entry) => entry.group === group)?.id ?? NOBODY;
  const miss = (errno: number) => sight.missed.push({ id, errno: errnoName(errno) });
  const all = everyPid();
  if (typeof all === "number") miss(-all);
  // To ask for a group costs no look at /proc.
  const pids = typeof all === "number" ? [] : all.filter((pid) => sys.groupOf(pid) === group);
  for (const pid of pids) {
    sight.isCut ||= sys.now() > until;
    if (sight.isCut) break;
    const entry = enter(book, pid, (stat) => stat.group === group && isRight(stat));
    if (isSeen(entry)) sight.discoveries.push({ ...foundOf(entry), under: group });
    else if (isMissed(entry)) miss(entry.errno);
  }
  return pids;
}

const NOBODY = -1;

/** Every process that /proc names; minus errno. */
export function everyPid(): number[] | number {
  const names = sys.list("/proc");
  return typeof names === "number" ? names : names.filter((name) => NUMBER.test(name)).map(Number);
}
