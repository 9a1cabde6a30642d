// Whether a process descends from another, by /proc.
import { fs } from "../builtin/builtin.ts";

/** More generations than any tree has; a loop of reused numbers ends there. */
const MOST_GENERATIONS = 1000;

/** Whether `ancestor` is `pid` or above it. Undefined: it cannot be seen. */
export function descendsFrom(pid: number, ancestor: number): boolean | undefined {
  let at = pid;
  for (let generation = 0; generation < MOST_GENERATIONS; generation++) {
    if (at === ancestor) return true;
    if (at <= 1) return false;
    const parent = parentOf(at);
    if (parent === undefined) return at === pid ? undefined : false;
    at = parent;
  }
  return undefined;
}

/** The parent of a process; undefined where that is gone or hidden. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = fs().readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name is in parentheses, and may have some of its own.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(fields[1]);
  } catch {
    return undefined;
  }
}
