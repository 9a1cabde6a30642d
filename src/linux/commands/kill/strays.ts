import type {
  Candidate,
  DescentEvidence,
  EndedMember,
  Traits,
} from "../../../core/kill/descent.ts";
import {
  ancestorOf,
  isYoungOrphan,
  mayComeFrom,
  mayHaveLeft,
  runsSameProgram,
} from "../../../core/kill/descent.ts";
import type { Discovery } from "../../../core/kill/members.ts";
import type { Process } from "../../../core/spec/tree.ts";
import { errnoName } from "../../../core/values/errno.ts";
import { isMissed, isSeen } from "../../../core/values/unseen.ts";
import { ESRCH } from "../../kernel/abi.ts";
import type { Stat } from "../../kernel/proc.ts";
import { hasEnded, statOf } from "../../kernel/proc.ts";
import { sys } from "../../kernel/window.ts";
import type { Book } from "./book.ts";
import { enter, foundOf, lastPid, mayHaveWrapped, statIn, traitsOf } from "./book.ts";
import type { Until } from "./sight.ts";
import { everyPid } from "./sight.ts";

// A process that was born between the last look at its parent and that one's end has lost its
// parent before anybody saw it. What it still has is its session and its process group.

/** What is left of members that have all ended. */
export type Search = {
  /** Who surely comes from a member, `under` that one. */
  readonly discoveries: Discovery[];
  /** Who may come from one. */
  readonly strays: Process[];
  /** Who has the program of one. */
  readonly likes: Process[];
  missed: string | undefined;
  isCut: boolean;
};

type Searching = {
  readonly book: Book;
  readonly evidence: DescentEvidence;
  /** Whether who is older than we can be in the session or in the group of a member. */
  readonly hasOld: boolean;
  readonly until: Until;
};

const NOBODY: Search = { discoveries: [], strays: [], likes: [], missed: undefined, isCut: false };

/** Two ticks of the clock that start times are counted in: who is born after them is younger. */
const NEXT_TICKS = 20_000;

const SCANS = 5;

/** An execution is over after so many looks, so long apart. */
const [EXEC_LOOKS, EXEC_TIME] = [5, 1000];

/** Looks for those whom members, all ended now, have left behind. */
export function searchStrays(book: Book, ids: readonly number[], until: Until): Search {
  const own = sys.pid();
  const last = lastPid();
  const members = ids.flatMap((id): EndedMember[] => {
    const entry = book.entries[id];
    return entry && entry.pid !== own ? [{ ...entry, lifetime: book.lives.get(id) ?? {} }] : [];
  });
  members.push(...book.ghosts.filter(({ id }) => ids.includes(id)));
  // Where not even we can be looked at nobody else can.
  const since = statIn(book, own)?.startTime ?? Number.POSITIVE_INFINITY;
  const hasWrapped = last < own || mayHaveWrapped(book);
  const evidence: DescentEvidence = {
    ...book,
    members,
    ownStartTime: since,
    ownPid: own,
    lastPid: last,
    hasWrapped,
  };
  const hasOld = hasWrapped || mayBeLed(book, evidence);
  // No number was given since ours: whoever is not known is older.
  if (!hasOld && last === own) return NOBODY;
  const searching: Searching = { book, evidence, hasOld, until };
  const first = scanAll(searching);
  if (first.likes.length === 0 || first.discoveries.length > 0) return first;
  // Somebody runs the same program and has lost its parent: others of it may be started elsewhere.
  // Where still more come although all whom we know have ended, it is whom we have lost.
  sys.wait([], sys.now() + NEXT_TICKS);
  const second = scan(searching);
  const isNew = ({ pid }: Process) => first.likes.every((like) => like.pid !== pid);
  if (second.likes.some(isNew)) second.strays.push(...second.likes);
  return second;
}

/**
 * Whether somebody older may be in the session or in the group of a member. A leader stays one, and
 * so its session is seen at a first look; a group goes with the last one in it.
 */
function mayBeLed({ entries, ghosts }: Book, { members }: DescentEvidence): boolean {
  if (ghosts.length > 0) return true;
  // What /proc hides of a process is no number that it could have.
  return members.some(({ id, pid }) => {
    const session = entries[id]?.session ?? pid;
    return session === pid || session < 0 || isGroup(pid);
  });
}

/** Kill(2) asks nobody, or everybody, by the first numbers. */
function isGroup(number: number): boolean {
  return number <= 1 || sys.kill(-number, 0) !== -ESRCH;
}

/**
 * Scans until there is somebody, or nobody at all was born meanwhile: who forks and exits is in no
 * list for long. `SCANS` times at most, for there is always somebody on a busy machine.
 */
function scanAll(searching: Searching): Search {
  for (let times = 1; ; times += 1) {
    const before = lastPid();
    const search = scan(searching);
    const { discoveries, strays, likes, missed, isCut } = search;
    const isOver = isCut || missed !== undefined || times === SCANS || lastPid() === before;
    if (isOver || discoveries.length + strays.length + likes.length > 0) return search;
  }
}

function scan(searching: Searching): Search {
  const { evidence, hasOld, until } = searching;
  const search: Search = { ...NOBODY, discoveries: [], strays: [], likes: [] };
  const pids = everyPid();
  if (typeof pids === "number") search.missed = errnoName(-pids);
  const leaders = new Set(evidence.members.map(({ pid }) => pid));
  for (const pid of typeof pids === "number" ? [] : pids) {
    if (!hasOld && pid <= evidence.ownPid) continue;
    search.isCut = sys.now() > until;
    if (search.isCut) break;
    const session = sys.sessionOf(pid);
    const isKin = leaders.has(session) || leaders.has(sys.groupOf(pid));
    if (
      pid === evidence.ownPid ||
      session < 0 ||
      !(isKin || pid > evidence.ownPid || evidence.hasWrapped)
    )
      continue;
    const stat = statOf(pid);
    if (isMissed(stat)) search.missed ??= errnoName(stat.errno);
    if (isSeen(stat) && !hasEnded(stat)) sort(searching, stat, search);
  }
  return search;
}

function sort(searching: Searching, stat: Stat, search: Search): void {
  const { book, evidence } = searching;
  const { pid, command } = stat;
  const leader = ancestorIn(searching, stat);
  if (leader !== undefined) {
    const entry = enter(book, pid, (now) => ancestorIn(searching, now)?.id === leader.id);
    if (isSeen(entry)) search.discoveries.push({ ...foundOf(entry), under: leader.id });
    return;
  }
  const candidate = candidateOf(stat);
  if (!isYoungOrphan(evidence, candidate)) return;
  const traits = executedTraitsOf(pid);
  const mayBe =
    mayComeFrom(evidence, candidate, traits) || mayHaveLeft(evidence, candidate, traits);
  if (mayBe) search.strays.push({ pid, command });
  else if (runsSameProgram(evidence, candidate)) search.likes.push({ pid, command });
}

/** Its traits as they are when it has executed its program: meanwhile it has no environment. */
function executedTraitsOf(pid: number): Traits {
  let traits = traitsOf(pid);
  for (let times = 0; traits.environ?.length === 0 && times < EXEC_LOOKS; times += 1) {
    sys.wait([], sys.now() + EXEC_TIME);
    traits = traitsOf(pid);
  }
  return traits;
}

function candidateOf(stat: Stat): Candidate {
  return { ...stat, parentSession: sys.sessionOf(stat.parent) };
}

function ancestorIn({ book, evidence }: Searching, stat: Stat): EndedMember | undefined {
  const startOf = (pid: number) => statIn(book, pid)?.startTime;
  return ancestorOf(evidence, candidateOf(stat), startOf);
}
