import { sys } from "../../kernel/window.ts";
import type { Book } from "./book.ts";
import { isOver, livingIn, note, noteEnds, traitsOf, waitFor, waitForOne } from "./book.ts";
import type { Sight, Until } from "./sight.ts";
import { emptySight, enterBelow, lookBelow } from "./sight.ts";

// A process may answer a signal by starting another one, and end before anybody has seen that below
// it. So curfew looks while it waits: often at first, for most processes answer at once.

/** Between two looks: this part of the time that has passed since the first one, */
const PART = 400;
/** but so long at least, and so long at most, in microseconds; */
const LEAST = 30;
const MOST = 50_000;
/**
 * and so many times what the look has taken, first in the first moment: they need the processor.
 */
const [RUSH, REST] = [0.5, 4];
const MOMENT = 10_000;
/** So old is a process that has executed its program: before, its parent's traps lose a signal. */
const GROWN = 10_000;

/** Below whom it is looked: by their ids; and which numbers were seen there. */
type Watched = { readonly ids: Set<number>; readonly pids: Set<number> };

/**
 * Waits until all of these members have ended, or the deadline has passed; says who lives, and who
 * was seen below the others meanwhile.
 */
export function waitLooking(
  book: Book,
  members: readonly number[],
  below: readonly number[],
  deadline: Until | undefined,
): { readonly living: readonly number[]; readonly sight: Sight } {
  const sight = emptySight();
  if (below.length === 0) return { living: waitFor(book, members, deadline), sight };
  const until = deadline ?? Number.POSITIVE_INFINITY;
  const watched: Watched = { ids: new Set(below), pids: new Set() };
  const begin = sys.now();
  for (let grownAt = begin; ; ) {
    const from = sys.now();
    const before = sight.discoveries.length;
    look(book, watched, until, sight);
    const living = livingIn(book, members);
    const to = sys.now();
    if (sight.discoveries.length > before) grownAt = to + GROWN;
    if ((living.length === 0 && to >= grownAt) || isOver(deadline)) return { living, sight };
    const pause = Math.min(Math.max((to - begin) / PART, LEAST), MOST);
    const rest = (to - begin > MOMENT ? REST : RUSH) * (to - from);
    waitForOne(book, living, Math.min(to + Math.max(pause, rest), until));
  }
}

/** Looks once below all who live, and below those who are found there. */
function look(book: Book, { ids, pids }: Watched, until: Until, sight: Sight): void {
  // Grows while it is walked.
  for (const id of ids) {
    if (sys.now() > until) return;
    const { previousLookAt } = book.lives.get(id) ?? {};
    const seen = lookBelow(book, id);
    const fresh = seen.pids.filter((pid) => !pids.has(pid));
    for (const pid of fresh) pids.add(pid);
    for (const found of enterBelow(book, id, { ...seen, pids: fresh }, until, sight)) {
      if (ids.has(found)) continue;
      ids.add(found);
      // It is younger than the last look, and so are its children.
      const traits = traitsOf(book.entries[found]?.pid ?? 0);
      note(book, found, previousLookAt === undefined ? traits : { ...traits, previousLookAt });
    }
    if (seen.isWhole) continue;
    // Its children cannot be read, and that is known now, or it has ended.
    ids.delete(id);
    if (seen.errno === undefined) noteEnds(book, [id]);
  }
}
