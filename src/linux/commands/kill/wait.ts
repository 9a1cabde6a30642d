import { sys } from "../../kernel/window.ts";
import type { Findings, Until } from "./discovery.ts";
import { noFindings, readChildren, trackChildren } from "./discovery.ts";
import type { ProcessTable } from "./process-table.ts";
import { isOver, livingIn, note, noteEnds, waitFor, waitForOne } from "./process-table.ts";
import { traitsOf } from "./traits.ts";

// A process may answer a signal by starting another process, and exit before curfew has seen its
// child. So curfew looks while it waits: often at first, because most processes answer at once.

/** The pause between two looks is this fraction of the time since the first look, */
const FRACTION = 1 / 400;
/** but at least and at most so many microseconds, */
const SHORTEST_PAUSE = 30;
const LONGEST_PAUSE = 50_000;
/**
 * and at least this many times as long as the look: the processes need the processor, too. The
 * first factor holds for the first moment, in microseconds, the second one after it.
 */
const [FIRST_FACTOR, FACTOR] = [0.5, 4];
const FIRST_MOMENT = 10_000;
/**
 * A process of this age, in microseconds, has executed its program. Before execve(2) a new process
 * has the signal handlers of its parent, which may swallow a signal.
 */
const EXECUTED_AGE = 10_000;

/** The ids of the members whose children are looked for, and the PIDs that were seen there. */
type Watched = { readonly ids: Set<number>; readonly pids: Set<number> };

/**
 * Waits until all members have exited or the deadline has passed. Answers with the living ones, and
 * with the processes that were found below others meanwhile.
 */
export function waitWatching(
  table: ProcessTable,
  members: readonly number[],
  below: readonly number[],
  deadline: Until | undefined,
): { readonly living: readonly number[]; readonly findings: Findings } {
  const findings = noFindings();
  if (below.length === 0) return { living: waitFor(table, members, deadline), findings };
  const until = deadline ?? Number.POSITIVE_INFINITY;
  const watched: Watched = { ids: new Set(below), pids: new Set() };
  const begin = sys.now();
  for (let executedAt = begin; ; ) {
    const from = sys.now();
    const before = findings.discoveries.length;
    look(table, watched, until, findings);
    const living = livingIn(table, members);
    const to = sys.now();
    if (findings.discoveries.length > before) executedAt = to + EXECUTED_AGE;
    if ((living.length === 0 && to >= executedAt) || isOver(deadline)) return { living, findings };
    const pause = Math.min(Math.max((to - begin) * FRACTION, SHORTEST_PAUSE), LONGEST_PAUSE);
    const rest = (to - begin > FIRST_MOMENT ? FACTOR : FIRST_FACTOR) * (to - from);
    waitForOne(table, living, Math.min(to + Math.max(pause, rest), until));
  }
}

/** Looks once at the children of all watched members, and at those that are found there. */
function look(table: ProcessTable, { ids, pids }: Watched, until: Until, findings: Findings): void {
  // The loop adds to the set that it goes through.
  for (const id of ids) {
    if (sys.now() > until) return;
    const { previousLookAt } = table.lifetimes.get(id) ?? {};
    const seen = readChildren(table, id);
    const fresh = seen.pids.filter((pid) => !pids.has(pid));
    for (const pid of fresh) pids.add(pid);
    for (const found of trackChildren(table, id, { ...seen, pids: fresh }, until, findings)) {
      if (ids.has(found)) continue;
      ids.add(found);
      // The process is younger than the last look, and so are its children.
      const traits = traitsOf(table.entries[found]?.pid ?? 0);
      note(table, found, previousLookAt === undefined ? traits : { ...traits, previousLookAt });
    }
    if (seen.isWhole) continue;
    // Its children cannot be read, which is noted now, or the member has exited.
    ids.delete(id);
    if (seen.errno === undefined) noteEnds(table, [id]);
  }
}
