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
import { CLOCK_TICK, ESRCH } from "../../kernel/abi.ts";
import type { Stat } from "../../kernel/proc.ts";
import { hasEnded, statOf } from "../../kernel/proc.ts";
import { sys } from "../../kernel/window.ts";
import type { Until } from "./discovery.ts";
import { everyPid } from "./discovery.ts";
import type { ProcessTable } from "./process-table.ts";
import { foundOf, lastPid, mayHaveWrapped, statIn, track } from "./process-table.ts";
import { traitsOf } from "./traits.ts";

// A process that was born between the last look at its parent and that parent's exit has never been
// seen as a child. What still tells where it comes from is its session and its process group.

/** What the members have left behind when all of them have exited. */
export type Search = {
  /** Processes that certainly descend from a member, `under` that one. */
  readonly discoveries: Discovery[];
  /** Processes that may descend from a member. */
  readonly strays: Process[];
  /** Processes that run the program of a member. */
  readonly sameProgram: Process[];
  missed: string | undefined;
  isCut: boolean;
};

type Searching = {
  readonly table: ProcessTable;
  readonly evidence: DescentEvidence;
  /** A process that is older than curfew may be in the session or the group of a member. */
  readonly mayBeOlder: boolean;
  readonly until: Until;
};

const NOTHING: Search = {
  discoveries: [],
  strays: [],
  sameProgram: [],
  missed: undefined,
  isCut: false,
};

/** Start times are counted in clock ticks: a process that is born two ticks later is younger. */
const TWO_TICKS = 2 * CLOCK_TICK;

/** A busy machine has new processes in every scan. */
const MOST_SCANS = 5;

/** How long execve(2) of a new process may take, and the time between two looks: microseconds. */
const [EXEC_LIMIT, EXEC_TIME] = [100_000, 1000];

/** Looks for processes that the members, all of which have exited, have left behind. */
export function searchStrays(table: ProcessTable, ids: readonly number[], until: Until): Search {
  const own = sys.pid();
  const last = lastPid();
  const members = ids.flatMap((id): EndedMember[] => {
    const entry = table.entries[id];
    return entry && entry.pid !== own
      ? [{ ...entry, lifetime: table.lifetimes.get(id) ?? {} }]
      : [];
  });
  members.push(...table.endedChildren.filter(({ id }) => ids.includes(id)));
  // If /proc hides even curfew itself, it hides every process.
  const since = statIn(table, own)?.startTime ?? Number.POSITIVE_INFINITY;
  const hasWrapped = last < own || mayHaveWrapped(table);
  const evidence: DescentEvidence = {
    ...table,
    members,
    ownStartTime: since,
    ownPid: own,
    lastPid: last,
    hasWrapped,
  };
  const mayBeOlder = hasWrapped || mayHaveOlder(table, evidence);
  // curfew has the last PID: any other process is older.
  if (!mayBeOlder && last === own) return NOTHING;
  const searching: Searching = { table, evidence, mayBeOlder, until };
  const first = scanAll(searching);
  if (first.sameProgram.length === 0 || first.discoveries.length > 0) return first;
  // Orphans run a member's program, but may have been started elsewhere. If still more of them
  // appear although every known member has exited, they descend from a member that was missed.
  sys.wait([], sys.now() + TWO_TICKS);
  const second = scan(searching);
  const isNew = ({ pid }: Process) => first.sameProgram.every((like) => like.pid !== pid);
  if (second.sameProgram.some(isNew)) second.strays.push(...second.sameProgram);
  return second;
}

/**
 * Whether an older process may be in the session or the group of a member. A session's leader stays
 * its leader, so a first look shows it. The number of a group is free when its last member is gone.
 */
function mayHaveOlder(
  { entries, endedChildren }: ProcessTable,
  { members }: DescentEvidence,
): boolean {
  if (endedChildren.length > 0) return true;
  // A negative number stands for a session that /proc hides.
  return members.some(({ id, pid }) => {
    const session = entries[id]?.session ?? pid;
    return session === pid || session < 0 || isGroup(pid);
  });
}

/** Whether a process group has a number. kill(2) means something else by 0 and -1. */
function isGroup(number: number): boolean {
  return number <= 1 || sys.kill(-number, 0) !== -ESRCH;
}

/**
 * Scans until a process is found, or none was born during a scan: a process that forks and exits
 * at once is in no list for long. At most `MOST_SCANS` times.
 */
function scanAll(searching: Searching): Search {
  for (let times = 1; ; times += 1) {
    const before = lastPid();
    const search = scan(searching);
    const { discoveries, strays, sameProgram, missed, isCut } = search;
    const isOver = isCut || missed !== undefined || times === MOST_SCANS || lastPid() === before;
    if (isOver || discoveries.length + strays.length + sameProgram.length > 0) return search;
  }
}

function scan(searching: Searching): Search {
  const { evidence, mayBeOlder, until } = searching;
  const search: Search = { ...NOTHING, discoveries: [], strays: [], sameProgram: [] };
  const pids = everyPid();
  if (typeof pids === "number") search.missed = errnoName(-pids);
  const leaders = new Set(evidence.members.map(({ pid }) => pid));
  for (const pid of typeof pids === "number" ? [] : pids) {
    if (!mayBeOlder && pid <= evidence.ownPid) continue;
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
  const { table, evidence } = searching;
  const { pid, command } = stat;
  const leader = ancestorIn(searching, stat);
  if (leader !== undefined) {
    const entry = track(table, pid, (now) => ancestorIn(searching, now)?.id === leader.id);
    if (isSeen(entry)) search.discoveries.push({ ...foundOf(entry), under: leader.id });
    return;
  }
  const candidate = candidateOf(stat);
  if (!isYoungOrphan(evidence, candidate)) return;
  const traits = executedTraitsOf(pid, searching.until);
  const mayBe =
    mayComeFrom(evidence, candidate, traits) || mayHaveLeft(evidence, candidate, traits);
  if (mayBe) search.strays.push({ pid, command });
  else if (runsSameProgram(evidence, candidate)) search.sameProgram.push({ pid, command });
}

/**
 * The traits after execve(2): while it is under way, a process shows no environment. On a busy
 * machine it can lose the processor there.
 */
function executedTraitsOf(pid: number, until: Until): Traits {
  const limit = Math.min(sys.now() + EXEC_LIMIT, until);
  for (;;) {
    const traits = traitsOf(pid);
    if (traits.environ !== "executing" || sys.now() >= limit) return traits;
    sys.wait([], sys.now() + EXEC_TIME);
  }
}

function candidateOf(stat: Stat): Candidate {
  return { ...stat, parentSession: sys.sessionOf(stat.parent) };
}

function ancestorIn({ table, evidence }: Searching, stat: Stat): EndedMember | undefined {
  const startOf = (pid: number) => statIn(table, pid)?.startTime;
  return ancestorOf(evidence, candidateOf(stat), startOf);
}
