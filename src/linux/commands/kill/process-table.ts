import type { EndedMember, Lifetime } from "../../../core/kill/descent.ts";
import { INIT } from "../../../core/kill/descent.ts";
import type { FoundProcess, Resolution } from "../../../core/kill/members.ts";
import { errnoName } from "../../../core/values/errno.ts";
import type { Unseen } from "../../../core/values/unseen.ts";
import { isMissed, isSeen, isUnknown, unseen } from "../../../core/values/unseen.ts";
import { EINVAL, EMFILE, ENOENT, EPERM, ESRCH, FOREVER } from "../../kernel/abi.ts";
import type { Stat } from "../../kernel/proc.ts";
import { hasEnded, processOf, statOf } from "../../kernel/proc.ts";
import { sys } from "../../kernel/window.ts";
import { isGuardian } from "../../run/guardian-title.ts";

/**
 * A process that curfew watches. `pidfd`: negative where the kernel gave none; then PID and start
 * time identify the process.
 */
export type Entry = FoundProcess & {
  readonly pidfd: number;
  readonly group: number;
  readonly session: number;
};

/** All processes that were found. A process stays in the table when it exits. */
export type ProcessTable = {
  /** By id: the position in the list. */
  readonly entries: Entry[];
  /** The id of a process by its PID and start time, which together no two processes share. */
  readonly ids: Map<string, number>;
  /** Start times of the leaders of process groups, zombies included. */
  readonly leaders: Map<number, number | undefined>;
  /** As in `DescentEvidence`. */
  readonly reapers: Set<number>;
  readonly parents: Set<number>;
  /** What is known of a member, by its id; of use when it has exited. */
  readonly lifetimes: Map<number, Lifetime>;
  /** The newest look at a member's children that counts, as `noteLook` says. */
  readonly looks: Map<number, { readonly at: number; readonly time: number }>;
  /** Children that had exited before curfew looked at them, with the ids of their parents. */
  readonly endedChildren: EndedMember[];
  readonly hasProc: boolean;
  /** How many processes this machine had started when curfew began. */
  readonly countAtStart: number;
  /** curfew has no free descriptor for another pidfd. */
  isFull: boolean;
};

const NO_GROUP = -1;
const NO_TIME = -1;
const NO_ENTRY = -1;
/** How many descriptors one `wait` tells apart. */
const AT_ONCE = 50;
/** Between two looks at the processes without a pidfd, in microseconds. */
const PAUSE = 10_000;

const GONE: Unseen = unseen(-ESRCH);
/** The number of a thread, not of a process. Compared by identity: it equals GONE otherwise. */
const THREAD: Unseen = unseen(-ESRCH);

export function openTable(hasProc: boolean): ProcessTable {
  const empty = { entries: [], ids: new Map(), leaders: new Map(), parents: new Set<number>() };
  return {
    ...empty,
    reapers: new Set([INIT]),
    lifetimes: new Map(),
    looks: new Map(),
    endedChildren: [],
    hasProc,
    countAtStart: processCount(),
    isFull: false,
  };
}

/** The process that has a PID, if there is one. */
export function resolve(table: ProcessTable, pid: number): Resolution {
  const entry = track(table, pid, () => true);
  if (isSeen(entry)) {
    noteReapers(table, pid);
    noteLook(table, entry.id, lastPid());
    const stat = statIn(table, pid);
    return { kind: "found", members: [foundOf(entry)], isKernel: stat?.isKernel ?? false };
  }
  if (entry === THREAD) return { kind: "failed", reason: threadReason(table, pid) };
  if (isMissed(entry)) return { kind: "unseen", errno: errnoName(entry.errno) };
  return { kind: "gone", isUnused: sys.kill(pid, 0) === -ESRCH };
}

/**
 * Why the number of a thread is refused, with the process that the user may have meant. kill(2)
 * would take the number and signal that whole process, but no list of processes shows it.
 */
function threadReason({ hasProc }: ProcessTable, thread: number): string {
  const process = hasProc ? processOf(thread) : undefined;
  return `it is a thread${process === undefined ? "" : ` of process ${process}`}, not a process`;
}

/** Notes the ancestors of a process, because they may adopt its orphans. */
function noteReapers(table: ProcessTable, pid: number): void {
  const parent = (at: number) => statIn(table, at)?.parent ?? 0;
  const first = parent(pid);
  table.parents.add(first);
  for (let at = first; at > 0; at = parent(at)) table.reapers.add(at);
}

/** Signals a member: 0, or minus errno. ESRCH: it has exited, even if its PID is in use again. */
export function send(table: ProcessTable, id: number, signal: number): number {
  const entry = table.entries[id];
  if (entry === undefined) return -ESRCH;
  const sent = entry.pidfd < 0 ? undefined : sys.pidfdKill(entry.pidfd, signal);
  if (sent === 0 || sent === -ESRCH) return sent;
  // A sandbox may refuse pidfd_send_signal(2); then kill(2) says whether the signal is permitted.
  return isAlive(entry) ? sys.kill(entry.pid, signal) : -ESRCH;
}

/** Adds to what is known of a member. */
export function note({ lifetimes }: ProcessTable, id: number, news: Lifetime): void {
  lifetimes.set(id, { ...lifetimes.get(id), ...news });
}

/**
 * How long a fork may take from the child's PID to the instant at which the child can be seen, in
 * microseconds: on a busy machine the parent can lose the processor in between.
 */
const FORK_TIME = 100_000;

/** Notes that curfew has seen all children that a member had at an instant. */
export function noteLook(table: ProcessTable, id: number, at: number): void {
  const { lifetimes, looks } = table;
  // A member that a fatal signal has reached starts no other process.
  if (lifetimes.get(id)?.endedAt !== undefined) return;
  const [before, time] = [looks.get(id), sys.now()];
  if (before !== undefined && time - before.time < FORK_TIME) return;
  looks.set(id, { at, time });
  if (before !== undefined) note(table, id, { previousLookAt: before.at });
}

/**
 * Notes a child that had exited before curfew looked at it. The child may have made a session or a
 * group, and may have started others. Its outputs and environment were probably its parent's.
 */
export function noteEndedChild(
  { entries, endedChildren, lifetimes }: ProcessTable,
  pid: number,
  under: number,
): void {
  const parent = entries[under];
  // A known member that has become a zombie is still in the list of children.
  if (parent === undefined || entries.some((entry) => entry.pid === pid)) return;
  const lifetime = { ...lifetimes.get(under), endedAt: lastPid() };
  endedChildren.push({ ...parent, pid, startTime: NO_TIME, lifetime });
}

/** Notes that members have exited: call it as soon as that is known. */
export function noteEnds(table: ProcessTable, ids: readonly number[]): void {
  const news = ids.filter((id) => table.lifetimes.get(id)?.endedAt === undefined);
  if (news.length === 0) return;
  const endedAt = lastPid();
  for (const id of news) note(table, id, { endedAt });
}

/**
 * After this many new processes and threads PIDs may have wrapped around: pid_max is at least 32768
 * unless it was lowered.
 */
const WRAP_COUNT = 10_000;

/** Whether PIDs may have wrapped around since curfew began. */
export function mayHaveWrapped({ countAtStart }: ProcessTable): boolean {
  return !(processCount() - countAtStart < WRAP_COUNT);
}

/** How many processes and threads this machine has started: proc_stat(5). */
function processCount(): number {
  const text = sys.readText("/proc/stat", 1 << 18);
  return Number(/^processes (\d+)$/m.exec(typeof text === "string" ? text : "")?.[1]);
}

/** The PID that the kernel has assigned last: proc_loadavg(5). */
export function lastPid(): number {
  const text = sys.readText("/proc/loadavg", 200);
  return typeof text === "string" ? Number(text.trim().split(" ").at(-1)) : 0;
}

/** The members that live, as far as curfew can tell. */
export function livingIn(table: ProcessTable, ids: readonly number[]): number[] {
  const entries = entriesOf(table, ids);
  const living = new Set(entries.filter(({ pidfd }) => pidfd < 0).filter(isAlive));
  const watched = entries.filter(({ pidfd }) => pidfd >= 0);
  for (let from = 0; from < watched.length; from += AT_ONCE) {
    for (const entry of stillIn(watched.slice(from, from + AT_ONCE), 0)) living.add(entry);
  }
  return entries.filter((entry) => living.has(entry)).map(({ id }) => id);
}

/** Waits until all members have exited or the deadline has passed; answers with the living ones. */
export function waitFor(
  table: ProcessTable,
  ids: readonly number[],
  deadline: number | undefined,
): number[] {
  let left = entriesOf(table, ids).filter(({ pidfd }) => pidfd >= 0);
  while (left.length > 0) {
    const some = left.slice(0, AT_ONCE);
    const still = stillIn(some, deadline ?? FOREVER);
    if (still.length === some.length && isOver(deadline)) break;
    left = [...still, ...left.slice(AT_ONCE)];
  }
  let living = livingIn(table, ids);
  while (living.length > 0 && !isOver(deadline)) {
    sys.wait([], Math.min(sys.now() + PAUSE, deadline ?? Number.POSITIVE_INFINITY));
    living = livingIn(table, ids);
  }
  return living;
}

/** Waits until one of the members has exited, or an instant has passed. */
export function waitForOne(table: ProcessTable, ids: readonly number[], until: number): void {
  const watched = entriesOf(table, ids).filter(({ pidfd }) => pidfd >= 0);
  const pidfds = watched.slice(0, AT_ONCE).map(({ pidfd }) => pidfd);
  // ppoll(2) refuses more descriptors than the limit of open files, which may have been lowered.
  if (sys.wait(pidfds, until) < 0) sys.wait([], until);
}

/** The process group of a member now. The member may have left the one that it was found in. */
export function groupIn(table: ProcessTable, id: number): number {
  const entry = table.entries[id];
  return (entry && statIn(table, entry.pid)?.group) ?? NO_GROUP;
}

export function isOver(deadline: number | undefined): boolean {
  return deadline !== undefined && sys.now() > deadline;
}

function entriesOf(table: ProcessTable, ids: readonly number[]): Entry[] {
  return ids.flatMap((id) => table.entries[id] ?? []);
}

export function foundOf({ id, pid, startTime, command, isGuardian }: Entry): FoundProcess {
  return { id, pid, startTime, command, ...(isGuardian === true && { isGuardian }) };
}

/** Which of at most `AT_ONCE` processes live after a wait. */
function stillIn(entries: readonly Entry[], deadline: number): Entry[] {
  const pidfds = entries.map(({ pidfd }) => pidfd);
  const ready = sys.wait(pidfds, deadline);
  // ppoll(2) has failed: it refuses more descriptors than the limit of open files.
  if (ready < 0) return entries.filter(isPidAlive);
  return entries.filter((_, index) => Math.floor(ready / 2 ** index) % 2 === 0);
}

/** A process lives while it has a thread: state Z only says that its first thread has exited. */
export function isAlive(entry: Entry): boolean {
  const ready = entry.pidfd < 0 ? -EMFILE : sys.wait([entry.pidfd], 0);
  return ready < 0 ? isPidAlive(entry) : ready === 0;
}

function isPidAlive({ pid, startTime }: Entry): boolean {
  if (startTime === 0) return sys.kill(pid, 0) !== -ESRCH;
  const stat = statOf(pid);
  return isMissed(stat) || (isSeen(stat) && stat.startTime === startTime && !hasEnded(stat));
}

/**
 * Adds the living process that has a PID to the table, if it is as expected. What curfew has read
 * of the process is its own: it was alive after the reading, so no other process had the PID in
 * between. Of a zombie nothing but its state is read.
 */
export function track(
  table: ProcessTable,
  pid: number,
  isExpected: (stat: Stat) => boolean,
): Entry | Unseen {
  const before = statFor(table, pid);
  if (isSeen(before) && (!isExpected(before) || hasEnded(before))) return GONE;
  if (isUnknown(before)) return before;
  const known = table.entries[table.ids.get(keyOf(pid, before)) ?? NO_ENTRY];
  if (known !== undefined) return isAlive(known) ? known : GONE;
  const pidfd = openProcess(table, pid);
  // pidfd_open(2) answers so for a thread that is not the first of its process.
  if (pidfd === -EINVAL || pidfd === -ENOENT) return THREAD;
  if (pidfd === -ESRCH) return GONE;
  const stat = statFor(table, pid);
  const entry = entryOf(table, pid, pidfd, stat);
  if ("unseen" in entry || !isAlive(entry) || (isSeen(stat) && !isExpected(stat))) {
    if (pidfd >= 0) sys.close(pidfd);
    return "unseen" in entry ? entry : GONE;
  }
  table.entries.push(entry);
  table.ids.set(keyOf(pid, stat), entry.id);
  return entry;
}

/** A process that /proc does not show (proc(5), hidepid) is known by its descriptor alone. */
function entryOf(
  table: ProcessTable,
  pid: number,
  pidfd: number,
  stat: Stat | Unseen,
): Entry | Unseen {
  if (isUnknown(stat)) return stat;
  if (table.hasProc && pidfd < 0 && !isSeen(stat)) {
    return sys.kill(pid, 0) === -ESRCH ? GONE : unseen(-EPERM);
  }
  const { startTime, command, group, session } = isSeen(stat) ? stat : HIDDEN;
  const entry = { id: table.entries.length, pid, startTime, command, group, session, pidfd };
  return isGuardian(pid, command) ? { ...entry, isGuardian: true } : entry;
}

const HIDDEN = { startTime: 0, command: "?", group: NO_GROUP, session: NO_GROUP };

/** In a /proc of another PID namespace the same numbers are other processes. */
function statFor(table: ProcessTable, pid: number): Stat | Unseen {
  return table.hasProc ? statOf(pid) : GONE;
}

export function statIn(table: ProcessTable, pid: number): Stat | undefined {
  const stat = statFor(table, pid);
  return isSeen(stat) ? stat : undefined;
}

function keyOf(pid: number, stat: Stat | Unseen): string {
  return `${pid}:${isSeen(stat) ? stat.startTime : 0}`;
}

function openProcess(table: ProcessTable, pid: number): number {
  if (table.isFull) return -EMFILE;
  const pidfd = sys.openProcess(pid);
  table.isFull = pidfd === -EMFILE;
  return pidfd;
}
