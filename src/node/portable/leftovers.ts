import type { LeftoversSnapshot, Member } from "../../core/spec/member.ts";
import { commandLineOf } from "../../core/spec/member.ts";
import type { Process } from "../../core/spec/tree.ts";
import { now } from "./clock.ts";
import type { PortableRun } from "./context.ts";
import { withLook } from "./looking.ts";
import { exists } from "./processes/signalling.ts";
import type { ProcessRow } from "./processes/table.ts";
import { hasEnded } from "./processes/table.ts";
import { groupOf } from "./signals.ts";

/** A report names at most this many processes, as that of the program. */
const MOST_NAMES = 64;

/** What the core wants to know of leftovers. Undefined: they could not be seen. */
export function snapshotOf(
  run: PortableRun,
  members: readonly ProcessRow[] | undefined,
): LeftoversSnapshot {
  if (members === undefined) return { members: [], ours: [], isComplete: false };
  const isSparing = run.spec.spare.length > 0;
  // Where the user wants to spare some, each is looked at.
  const named = isSparing ? members : members.slice(0, MOST_NAMES);
  const isCut = named.length < members.length;
  const channels = run.view.channelsOf?.(named.map(({ pid }) => pid));
  const all = named.map((row) => ({ ...memberOf(run, row, isSparing), ...channels?.of(row.pid) }));
  const ours = channels?.ours ?? [];
  return { members: all, ours, isComplete: !isCut, ...(isCut && { isCut }) };
}

function memberOf({ view }: PortableRun, row: ProcessRow, wantsWords: boolean): Member {
  const { pid, command, startTime, parent, state, cpuTime } = row;
  return {
    pid,
    command,
    startTime,
    parent,
    state,
    age: view.ageOf(row),
    cpuTime,
    commandLine: wantsWords ? commandLineOf(view.wordsOf?.(pid) ?? "") : "",
    reads: [],
    writersEnded: [],
    writes: [],
  };
}

export function namesOf(members: readonly ProcessRow[]): readonly Process[] {
  return members.slice(0, MOST_NAMES).map(({ pid, command }) => ({ pid, command }));
}

/** Looks at what is left, as the core has asked. */
export function lookAgain(run: PortableRun): void {
  withLook(run, (members) => {
    run.tell({ type: "looked", at: now(), look: snapshotOf(run, members) });
  });
}

/** How soon leftovers are looked at again, in milliseconds: less and less often. */
const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 50;
/** The same where a look costs a process. */
const LONGEST_PS_PAUSE = 200;
/** From this pause on ps(1) is asked: a process that seems to live may have exited long ago. */
const DOUBTED_FROM = 16;

/** Tells the core when the last leftover that was seen has ended. */
export function watchLeftovers(run: PortableRun, pause: number = FIRST_PAUSE): void {
  const isPs = run.view.one === undefined;
  const next = Math.min(isPs ? LONGEST_PS_PAUSE : LONGEST_PAUSE, pause * 2);
  const isOver = () => run.isOver || run.sweep !== undefined;
  run.timers.after(pause, () => {
    if (isOver()) return;
    if (mayBeLeft(run) && !(isPs && pause >= DOUBTED_FROM)) {
      watchLeftovers(run, next);
      return;
    }
    // The last ones that were known have ended. They may have started others.
    withLook(run, (members) => {
      if (isOver()) return;
      const isLeft = members === undefined ? groupOf(run) !== undefined : members.length > 0;
      if (isLeft) watchLeftovers(run, next);
      else run.tell({ type: "tree-empty", at: now(), usage: undefined, proof: undefined });
    });
  });
}

/**
 * Whether a member that is known may live. It costs little. Where one process cannot be looked at,
 * it says yes also of a process that has ended while its parent has not waited for it.
 */
export function mayBeLeft(run: PortableRun): boolean {
  const known = [...(run.command?.tree.known.values() ?? [])];
  const { one } = run.view;
  if (one === undefined) return groupOf(run) !== undefined || known.some(({ pid }) => exists(pid));
  return known.some((row) => {
    const seen = one(row.pid);
    return seen !== undefined && seen.startTime === row.startTime && !hasEnded(seen);
  });
}
