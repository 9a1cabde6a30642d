import type { Discovery, FoundProcess } from "../../../core/kill/members.ts";
import type { ProcessRow, ProcessTable } from "../processes/table.ts";
import { hasEnded } from "../processes/table.ts";

/** The processes that a kill has seen, by a number that is never reused. */
export type Sightings = {
  /** The process of a number, as it was seen first. */
  readonly rows: ProcessRow[];
  readonly ids: Map<string, number>;
};

export function newSightings(): Sightings {
  return { rows: [], ids: new Map() };
}

/** The process with its number. */
export function sighted(sightings: Sightings, row: ProcessRow): FoundProcess {
  const { pid, startTime, command } = row;
  const name = `${pid} ${startTime}`;
  const id = sightings.ids.get(name) ?? sightings.rows.push(row) - 1;
  sightings.ids.set(name, id);
  return { id, pid, startTime, command };
}

/** A process that was seen before, as it is now; undefined: it has ended. */
export function livingRow(
  { rows }: Sightings,
  table: ProcessTable,
  id: number,
): ProcessRow | undefined {
  const before = rows[id];
  const row = before && table.get(before.pid);
  return row?.startTime === before?.startTime && row && !hasEnded(row) ? row : undefined;
}

/** All living processes below these, each with the number of its parent. */
export function below(
  sightings: Sightings,
  table: ProcessTable,
  ids: readonly number[],
): readonly Discovery[] {
  const found: Discovery[] = [];
  const parents = ids.flatMap((id) => {
    const row = livingRow(sightings, table, id);
    return row === undefined ? [] : [{ id, pid: row.pid }];
  });
  const seen = new Set(parents.map(({ pid }) => pid));
  // A for loop over an array also visits what is added meanwhile.
  for (const { id: under, pid } of parents) {
    for (const row of table.values()) {
      if (row.parent !== pid || seen.has(row.pid) || hasEnded(row)) continue;
      seen.add(row.pid);
      const child = { ...sighted(sightings, row), under };
      found.push(child);
      parents.push(child);
    }
  }
  return found;
}

/**
 * Living processes that may descend from members that have ended: they are in a process group that
 * one of these led. A shell may have put others into it.
 */
export function groupRest(
  { rows, ids }: Sightings,
  table: ProcessTable,
  members: readonly number[],
): readonly ProcessRow[] {
  const groups = new Set(members.map((id) => rows[id]?.pid));
  const isKnown = ({ pid, startTime }: ProcessRow) => ids.has(`${pid} ${startTime}`);
  return [...table.values()].filter((row) => {
    return groups.has(row.group) && !table.has(row.group) && !isKnown(row) && !hasEnded(row);
  });
}
