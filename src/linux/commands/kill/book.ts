import type {
  EndedMember,
  Environ,
  Lifetime,
  Outputs,
  Traits,
} from "../../../core/kill/descent.ts";
import { INIT } from "../../../core/kill/descent.ts";
import type { FoundProcess, Resolution } from "../../../core/kill/members.ts";
import { errnoName } from "../../../core/values/errno.ts";
import type { Unseen } from "../../../core/values/unseen.ts";
import { isMissed, isSeen, isUnknown, unseen } from "../../../core/values/unseen.ts";
import { EINVAL, EMFILE, ENOENT, EPERM, ESRCH, FOREVER } from "../../kernel/abi.ts";
import type { Stat } from "../../kernel/proc.ts";
import { hasEnded, processOf, statOf } from "../../kernel/proc.ts";
import { sys } from "../../kernel/window.ts";

/** A process we watch. `pidfd`: negative where none was to be had; then number and start time. */
export type Entry = FoundProcess & {
  readonly pidfd: number;
  readonly group: number;
  readonly session: number;
};

/** All processes that were found, by the number they were given: nobody leaves it. */
export type Book = {
  readonly entries: Entry[];
  /** By number and start time, which together no two processes have. */
  readonly ids: Map<string, number>;
  /** Start times of the leaders of process groups, zombies included. */
  readonly leaders: Map<number, number | undefined>;
  /** As `Kin` has them. */
  readonly reapers: Set<number>;
  readonly parents: Set<number>;
  /** What is known of a member when it has ended, by its id. */
  readonly lives: Map<number, Lifetime>;
  /** Children that had ended before they were looked at: in their parents' name. */
  readonly ghosts: EndedMember[];
  readonly hasProc: boolean;
  /** How many processes had been started on this machine when we began. */
  readonly begunAt: number;
  isFull: boolean;
};

const NO_GROUP = -1;
const NO_TIME = -1;
const NO_ENTRY = -1;
/** What one wait tells apart. */
const AT_ONCE = 50;
/** Between two looks at those who have no descriptor. */
const PAUSE = 10_000;

const GONE: Unseen = unseen(-ESRCH);
/** A number that is no process's; found by its identity. */
const THREAD: Unseen = unseen(-ESRCH);

export function openBook(hasProc: boolean): Book {
  const empty = { entries: [], ids: new Map(), leaders: new Map(), parents: new Set<number>() };
  return {
    ...empty,
    reapers: new Set([INIT]),
    lives: new Map(),
    ghosts: [],
    hasProc,
    begunAt: births(),
    isFull: false,
  };
}

/** The process of a number, if it lives. */
export function resolve(book: Book, pid: number): Resolution {
  const entry = enter(book, pid, () => true);
  if (isSeen(entry)) {
    noteHeirs(book, pid);
    noteLook(book, entry.id, lastPid());
    const stat = statIn(book, pid);
    return { kind: "found", members: [foundOf(entry)], isKernel: stat?.isKernel ?? false };
  }
  if (entry === THREAD) return { kind: "failed", reason: threadReason(book, pid) };
  if (isMissed(entry)) return { kind: "unseen", errno: errnoName(entry.errno) };
  return { kind: "gone", isUnused: sys.kill(pid, 0) === -ESRCH };
}

/**
 * Why the number of a thread is refused, with the process that the user may have meant. kill(2)
 * would take the number and signal that whole process, but no list of processes shows it.
 */
function threadReason({ hasProc }: Book, thread: number): string {
  const process = hasProc ? processOf(thread) : undefined;
  return `it is a thread${process === undefined ? "" : ` of process ${process}`}, not a process`;
}

/** Who is above a process: its orphans may go there. */
function noteHeirs(book: Book, pid: number): void {
  const parent = (at: number) => statIn(book, at)?.parent ?? 0;
  const first = parent(pid);
  book.parents.add(first);
  for (let at = first; at > 0; at = parent(at)) book.reapers.add(at);
}

/** 0, or minus errno. ESRCH: it has ended, whoever has its number now. */
export function send(book: Book, id: number, signal: number): number {
  const entry = book.entries[id];
  if (entry === undefined) return -ESRCH;
  const sent = entry.pidfd < 0 ? undefined : sys.pidfdKill(entry.pidfd, signal);
  if (sent === 0 || sent === -ESRCH) return sent;
  // A sandbox may refuse the call; whether the signal is permitted the other one says.
  return isAlive(entry) ? sys.kill(entry.pid, signal) : -ESRCH;
}

/** Writes down what is known of a member. */
export function note({ lives }: Book, id: number, news: Lifetime): void {
  lives.set(id, { ...lives.get(id), ...news });
}

/** Writes down that all children of a member were seen that can be. */
export function noteLook(book: Book, id: number, at: number): void {
  const { lastLookAt, endedAt } = book.lives.get(id) ?? {};
  // Who has to die starts no more.
  if (endedAt !== undefined || lastLookAt === at) return;
  note(
    book,
    id,
    lastLookAt === undefined ? { lastLookAt: at } : { previousLookAt: lastLookAt, lastLookAt: at },
  );
}

/**
 * Writes down a child that had ended before it was looked at. It may have made a session or a
 * group, and started others; what it had it had from its parent.
 */
export function noteGhost({ entries, ghosts, lives }: Book, pid: number, under: number): void {
  const parent = entries[under];
  // Zombies that we know are children yet.
  if (parent === undefined || entries.some((entry) => entry.pid === pid)) return;
  const lifetime = { ...lives.get(under), endedAt: lastPid() };
  ghosts.push({ ...parent, pid, startTime: NO_TIME, lifetime });
}

/** Writes down that members have ended, as soon as that is known. */
export function noteEnds(book: Book, ids: readonly number[]): void {
  const news = ids.filter((id) => book.lives.get(id)?.endedAt === undefined);
  if (news.length === 0) return;
  const endedAt = lastPid();
  for (const id of news) note(book, id, { endedAt });
}

/** What a process shows of where it comes from, and hands down to its children. */
export function traitsOf(pid: number): Traits {
  return { outputs: outputsOf(pid), environ: environOf(pid) };
}

/** So much of it tells one from another. */
const ENVIRON = 1 << 14;

function environOf(pid: number): Environ {
  const text = sys.readText(`/proc/${pid}/environ`, ENVIRON);
  return typeof text === "string" ? text.split("\0").filter(Boolean) : undefined;
}

/** Where a process' standard output and standard error go. */
function outputsOf(pid: number): Outputs {
  return [1, 2].map((descriptor) => {
    const link = sys.readLink(`/proc/${pid}/fd/${descriptor}`);
    if (typeof link === "string") return link;
    return isMissed(unseen(link)) ? undefined : "";
  });
}

/**
 * So many new processes may have used up the numbers: pid_max is at least 32768 where it was not
 * lowered.
 */
const TURN = 10_000;

/** Whether numbers may have begun anew since we began. */
export function mayHaveWrapped({ begunAt }: Book): boolean {
  return !(births() - begunAt < TURN);
}

/** Processes and threads that were started on this machine: proc_stat(5). */
function births(): number {
  const text = sys.readText("/proc/stat", 1 << 18);
  return Number(/^processes (\d+)$/m.exec(typeof text === "string" ? text : "")?.[1]);
}

/** The number that was given last: proc_loadavg(5). */
export function lastPid(): number {
  const text = sys.readText("/proc/loadavg", 200);
  return typeof text === "string" ? Number(text.trim().split(" ").at(-1)) : 0;
}

/** Those of these members who live, as far as we know. */
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

/** Waits until one of these has ended, or an instant has passed. */
export function waitForOne(book: Book, ids: readonly number[], until: number): void {
  const watched = entriesOf(book, ids).filter(({ pidfd }) => pidfd >= 0);
  const pidfds = watched.slice(0, AT_ONCE).map(({ pidfd }) => pidfd);
  // ppoll(2) refuses more than the limit of open files, which may change.
  if (sys.wait(pidfds, until) < 0) sys.wait([], until);
}

/** The group a member is in now; it may have left the one it was found in. */
export function groupIn(book: Book, id: number): number {
  const entry = book.entries[id];
  return (entry && statIn(book, entry.pid)?.group) ?? NO_GROUP;
}

export function isOver(deadline: number | undefined): boolean {
  return deadline !== undefined && sys.now() > deadline;
}

function entriesOf(book: Book, ids: readonly number[]): Entry[] {
  return ids.flatMap((id) => book.entries[id] ?? []);
}

export function foundOf({ id, pid, startTime, command }: Entry): FoundProcess {
  return { id, pid, startTime, command };
}

/** At most as many as one wait tells apart: who of them lives after it. */
function stillIn(entries: readonly Entry[], deadline: number): Entry[] {
  const pidfds = entries.map(({ pidfd }) => pidfd);
  const ready = sys.wait(pidfds, deadline);
  // The kernel did not tell: ppoll(2) refuses more than the limit of open files, which may change.
  if (ready < 0) return entries.filter(isNumberAlive);
  return entries.filter((_, index) => Math.floor(ready / 2 ** index) % 2 === 0);
}

/** Alive is who has a thread left: the state says Z already when the first thread has ended. */
export function isAlive(entry: Entry): boolean {
  const ready = entry.pidfd < 0 ? -EMFILE : sys.wait([entry.pidfd], 0);
  return ready < 0 ? isNumberAlive(entry) : ready === 0;
}

function isNumberAlive({ pid, startTime }: Entry): boolean {
  if (startTime === 0) return sys.kill(pid, 0) !== -ESRCH;
  const stat = statOf(pid);
  return isMissed(stat) || (isSeen(stat) && stat.startTime === startTime && !hasEnded(stat));
}

/**
 * The living process of a number, if it is right. What is read of it is its own: it was alive after
 * the reading, so its number was nobody else's in between. Of the dead that were not reaped no more
 * is asked than their state.
 */
export function enter(book: Book, pid: number, isRight: (stat: Stat) => boolean): Entry | Unseen {
  const before = lookAt(book, pid);
  if (isSeen(before) && (!isRight(before) || hasEnded(before))) return GONE;
  if (isUnknown(before)) return before;
  const known = book.entries[book.ids.get(keyOf(pid, before)) ?? NO_ENTRY];
  if (known !== undefined) return isAlive(known) ? known : GONE;
  const pidfd = openProcess(book, pid);
  // pidfd_open(2): the number of a thread that leads no process.
  if (pidfd === -EINVAL || pidfd === -ENOENT) return THREAD;
  if (pidfd === -ESRCH) return GONE;
  const stat = lookAt(book, pid);
  const entry = entryOf(book, pid, pidfd, stat);
  if ("unseen" in entry || !isAlive(entry) || (isSeen(stat) && !isRight(stat))) {
    if (pidfd >= 0) sys.close(pidfd);
    return "unseen" in entry ? entry : GONE;
  }
  book.entries.push(entry);
  book.ids.set(keyOf(pid, stat), entry.id);
  return entry;
}

/** A process that /proc does not show (proc(5), hidepid) is known by its descriptor alone. */
function entryOf(book: Book, pid: number, pidfd: number, stat: Stat | Unseen): Entry | Unseen {
  if (isUnknown(stat)) return stat;
  if (book.hasProc && pidfd < 0 && !isSeen(stat)) {
    return sys.kill(pid, 0) === -ESRCH ? GONE : unseen(-EPERM);
  }
  const { startTime, command, group, session } = isSeen(stat) ? stat : HIDDEN;
  return { id: book.entries.length, pid, startTime, command, group, session, pidfd };
}

const HIDDEN = { startTime: 0, command: "?", group: NO_GROUP, session: NO_GROUP };

/** Numbers of a /proc that is not ours mean other processes. */
function lookAt(book: Book, pid: number): Stat | Unseen {
  return book.hasProc ? statOf(pid) : GONE;
}

export function statIn(book: Book, pid: number): Stat | undefined {
  const stat = lookAt(book, pid);
  return isSeen(stat) ? stat : undefined;
}

function keyOf(pid: number, stat: Stat | Unseen): string {
  return `${pid}:${isSeen(stat) ? stat.startTime : 0}`;
}

function openProcess(book: Book, pid: number): number {
  if (book.isFull) return -EMFILE;
  const pidfd = sys.openProcess(pid);
  book.isFull = pidfd === -EMFILE;
  return pidfd;
}
