/**
 * The processes that hold the lock which a process waits for, by /proc/locks: proc_locks(5). A
 * waiting process has a line with an arrow below that of the lock. The kernel has no number for the
 * holder of a lock that belongs to an open file.
 */
export function holdersOf(text: string, waiting: number): readonly number[] {
  const lines = text.split("\n").map(parseLine);
  const held = lines.filter((line) => line?.waits === true && line.pid === waiting);
  const numbers = held.map((line) => line?.number);
  const holders = lines.filter((line) => line?.waits === false && numbers.includes(line.number));
  const pids = holders.map((line) => line?.pid ?? 0).filter((pid) => pid > 0 && pid !== waiting);
  return [...new Set(pids)];
}

type Line = { readonly number: string; readonly waits: boolean; readonly pid: number };

const LINE = /^(\d+): *(-> *)?[A-Z]+ +[A-Z*]+ +[A-Z]+ +(-?\d+) /;

function parseLine(text: string): Line | undefined {
  const [, number, arrow, pid] = LINE.exec(text) ?? [];
  if (number === undefined) return undefined;
  return { number, waits: arrow !== undefined, pid: Number(pid) };
}
