import type { PortableRun } from "./context.ts";

/** More parents than this no process has that we could find. */
const MOST_PARENTS = 1000;

/**
 * Whether a process belongs to the tree: the command, a member of its group, a member that a look
 * has shown, or below one of these. Undefined: only ps(1) could tell, which takes too long here.
 */
export function owns({ command, view: { one } }: PortableRun, pid: number): boolean | undefined {
  if (command === undefined) return false;
  if (one === undefined) return undefined;
  const { tree } = command;
  let row = one(pid);
  for (let count = 0; row !== undefined && count < MOST_PARENTS; count++) {
    if (row.pid === tree.pid && !tree.isReaped) return true;
    if (row.group === tree.group) return true;
    if (tree.known.get(row.pid)?.startTime === row.startTime) return true;
    if (row.parent <= 1) return false;
    row = one(row.parent);
  }
  return false;
}
