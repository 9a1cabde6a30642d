import type { Found, Resolution, Sighting } from "../core/kill-members.ts";
import type { Stat } from "./proc.ts";
import { childrenOf, hasEnded, isSeen, statOf } from "./proc.ts";
import { sys } from "./syscalls.ts";

/** A process we watch. `pidfd`: negative where none was to be had; then number and start time. */
type Entry = Found & { readonly pidfd: number; readonly group: number; readonly session: number };

/** All processes that were found, by the number they were given: nobody leaves it. */
export type Book = {
  readonly entries: Entry[];
  /** By number and start time, which together no two processes have. */
  readonly ids: Map<string, number>;
  /** Start times of the leaders of process groups, zombies included. */
  readonly leaders: Map<number, number | undefined>;
  readonly hasProc: boolean;
  /** Given back when the limit of open files is reached: /proc must stay readable. */
  readonly spare: number[];
  isFull: boolean;
};

export const ESRCH = 3;
const EINVAL = 22;
const ENOENT = 2;
const EMFILE = 24;
const NO_GROUP = -1;
const NO_ENTRY = -1;
const FOREVER = -1;
const NUMBER = /^\d+$/;
/** What one wait tells apart. */
const AT_ONCE = 50;
/** Between two looks at those who have no descriptor. */
const PAUSE = 10_000;

export function openBook(hasProc: boolean): Book {
  const spare = [sys.openProcess(sys.pid()), sys.openProcess(sys.pid())];
  const empty = { entries: [], ids: new Map(), leaders: new Map() };
  return { ...empty, hasProc, spare: spare.filter((pidfd) => pidfd >= 0), isFull: false };
}

/** The process of a number, if it lives. */
export function resolve(book: Book, pid: number): Resolution {
  const entry = enter(book, pid, () => true);
  if (typeof entry === "object") return { kind: "found", members: [foundOf(entry)] };
  // pidfd_open(2): the number of a thread that leads no process.
  const isThread = entry === EINVAL || entry === ENOENT;
  return isThread ? { kind: "failed", reason: "it is a thread, no process" } : { kind: "gone" };
}

/** All living members of a process group. */
export function resolveGroup(book: Book, group: number): Resolution {
  book.leaders.set(group, statIn(book, group)?.startTime);
  const members = membersOf(book, group, () => true);
  if (members.length > 0) return { kind: "found", members: members.map(foundOf) };
  const isUnseen = sys.kill(-group, 0) !== -ESRCH && statsIn(group).length === 0;
  return isUnseen
    ? { kind: "failed", reason: "its members are hidden from us in /proc" }
    : { kind: "gone" };
}

/** The living members of a group that may have got new ones since it was resolved. */
export function sightGroup(book: Book, group: number): Sighting[] {
  const leader = statIn(book, group);
  // Another leader: ours had all gone before the number came to another group.
  if (leader !== undefined && leader.startTime !== book.leaders.get(group)) return [];
  const known = book.entries.filter((entry) => entry.group === group);
  const sessions = known.map(({ session }) => session);
  const members = membersOf(book, group, ({ session }) => sessions.includes(session));
  return members.map((entry) => ({ ...foundOf(entry), under: group }));
}

/** The living children of a member, and theirs if `isDeep`. */
export function sightBelow(book: Book, ids: readonly number[], isDeep: boolean): Sighting[] {
  if (!book.hasProc) return [];
  const sightings: Sighting[] = [];
  const queue = [...ids];
  const visited = new Set(ids);
  // Grows while it is walked.
  for (const under of queue) {
    const found = childrenIn(book, under);
    sightings.push(...found.map((entry) => ({ ...foundOf(entry), under })));
    const fresh = isDeep ? found.filter(({ id }) => !visited.has(id)) : [];
    for (const { id } of fresh) {
      visited.add(id);
      queue.push(id);
    }
  }
  return sightings;
}

/** 0, or minus errno. ESRCH: it has ended, whoever has its number now. */
export function send(book: Book, id: number, signal: number): number {
  const entry = book.entries[id];
  if (entry === undefined) return -ESRCH;
  if (entry.pidfd >= 0) {
    const sent = sys.pidfdKill(entry.pidfd, signal);
    // A filter may refuse that call: then by its number, while that is its own.
    if (sent === 0 || sent === -ESRCH) return sent;
  }
  return isAlive(entry) ? sys.kill(entry.pid, signal) : -ESRCH;
}

/** Those of these members who live. */
export function livingIn(book: Book, ids: readonly number[]): number[] {
  const entries = entriesOf(book, ids);
  const living = new Set(entries.filter(({ pidfd }) => pidfd < 0).filter(isAlive));
  const watched = entries.filter(({ pidfd }) => pidfd >= 0);
  for (let from = 0; from < watched.length; from += AT_ONCE) {
    for (const entry of stillIn(watched.slice(from, from + AT_ONCE), 0)) living.add(entry);
  }
  return entries.filter((entry) => living.has(entry)).map(({ id }) => id);
}

/** Waits until all of these have ended, or the deadline has passed; says who lives. */
export function waitFor(
  book: Book,
  ids: readonly number[],
  deadline: number | undefined,
): number[] {
  let left = entriesOf(book, ids).filter(({ pidfd }) => pidfd >= 0);
  while (left.length > 0) {
    const some = left.slice(0, AT_ONCE);
    const still = stillIn(some, deadline ?? FOREVER);
    if (still.length === some.length && isOver(deadline)) break;
    left = [...still, ...left.slice(AT_ONCE)];
  }
  let living = livingIn(book, ids);
  while (living.length > 0 && !isOver(deadline)) {
    sys.wait([], Math.min(sys.now() + PAUSE, deadline ?? Number.POSITIVE_INFINITY));
    living = livingIn(book, ids);
  }
  return living;
}

/** The group a member is in now; it may have left the one it was found in. */
export function groupIn(book: Book, id: number): number {
  const entry = book.entries[id];
  return (entry && statIn(book, entry.pid)?.group) ?? NO_GROUP;
}

function isOver(deadline: number | undefined): boolean {
  return deadline !== undefined && sys.now() > deadline;
}

function entriesOf(book: Book, ids: readonly number[]): Entry[] {
  return ids.flatMap((id) => book.entries[id] ?? []);
}

function foundOf({ id, pid, startTime, command }: Entry): Found {
  return { id, pid, startTime, command };
}

/** At most as many as one wait tells apart: who of them lives after it. */
function stillIn(entries: readonly Entry[], deadline: number): Entry[] {
  const pidfds = entries.map(({ pidfd }) => pidfd);
  const ready = sys.wait(pidfds, deadline);
  return entries.filter((_, index) => Math.floor(ready / 2 ** index) % 2 === 0);
}

/** Alive is who has a thread left: the state says Z already when the first thread has ended. */
function isAlive(entry: Entry): boolean {
  if (entry.pidfd >= 0) return sys.wait([entry.pidfd], 0) === 0;
  if (entry.startTime === 0) return sys.kill(entry.pid, 0) !== -ESRCH;
  const stat = statOf(entry.pid);
  return isSeen(stat) && stat.startTime === entry.startTime && !hasEnded(stat);
}

function childrenIn(book: Book, under: number): Entry[] {
  const parent = book.entries[under];
  if (parent === undefined) return [];
  const children = listOf(parent.pid).flatMap((pid) => {
    const entry = enter(book, pid, (stat) => stat.parent === parent.pid);
    return typeof entry === "object" ? [entry] : [];
  });
  // Had it ended, the number might have been another's when the list was read.
  return children.length > 0 && isAlive(parent) ? children : [];
}

function listOf(pid: number): readonly number[] {
  const children = childrenOf(pid);
  return isSeen(children) ? children : [];
}

function membersOf(book: Book, group: number, isRight: (stat: Stat) => boolean): Entry[] {
  return statsIn(group).flatMap(({ pid }) => {
    const entry = enter(book, pid, (stat) => stat.group === group && isRight(stat));
    return typeof entry === "object" ? [entry] : [];
  });
}

function statsIn(group: number): Stat[] {
  const names = sys.list("/proc");
  if (typeof names === "number") return [];
  const pids = names.filter((name) => NUMBER.test(name)).map(Number);
  return pids
    .map(statOf)
    .filter(isSeen)
    .filter((stat) => stat.group === group);
}

/**
 * The living process of a number, if it is right; else an errno. What is read of it is its own: it
 * was alive after the reading, so its number was nobody else's in between.
 */
function enter(book: Book, pid: number, isRight: (stat: Stat) => boolean): Entry | number {
  const before = statIn(book, pid);
  const known = book.entries[book.ids.get(keyOf(pid, before)) ?? NO_ENTRY];
  if (known !== undefined) {
    const isSame = before === undefined || isRight(before);
    return isSame && isAlive(known) ? known : ESRCH;
  }
  const pidfd = openProcess(book, pid);
  if (pidfd === -ESRCH || pidfd === -EINVAL || pidfd === -ENOENT) return -pidfd;
  const stat = statIn(book, pid);
  const { startTime = 0, command = "?", group = NO_GROUP, session = NO_GROUP } = stat ?? {};
  const entry = { id: book.entries.length, pid, startTime, command, group, session, pidfd };
  // Without a stat it has just ended, or /proc does not show it to us: proc(5), hidepid.
  const isWrong = stat === undefined ? book.hasProc && pidfd < 0 : !isRight(stat);
  if (isWrong || !isAlive(entry)) {
    if (pidfd >= 0) sys.close(pidfd);
    return ESRCH;
  }
  book.entries.push(entry);
  book.ids.set(keyOf(pid, stat), entry.id);
  return entry;
}

/** Numbers of a /proc that is not ours mean other processes. */
function statIn(book: Book, pid: number): Stat | undefined {
  const stat = book.hasProc ? statOf(pid) : undefined;
  return stat !== undefined && isSeen(stat) ? stat : undefined;
}

function keyOf(pid: number, stat: Stat | undefined): string {
  return `${pid}:${stat?.startTime ?? 0}`;
}

function openProcess(book: Book, pid: number): number {
  if (book.isFull) return -EMFILE;
  const pidfd = sys.openProcess(pid);
  if (pidfd === -EMFILE) {
    book.isFull = true;
    for (const spare of book.spare.splice(0)) sys.close(spare);
  }
  return pidfd;
}
