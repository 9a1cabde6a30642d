import type { ProcessRow, ProcessTable } from "./table.ts";
import { hasEnded } from "./table.ts";

/** What is known of the processes of one run. */
export type Tree = {
  /** The command. */
  readonly pid: number;
  /** The process group that the command leads; undefined: it is in Node's group. */
  readonly group: number | undefined;
  /** Undefined until a look has shown the command. */
  startTime: number | undefined;
  /** Node has waited for the command: its PID may belong to another process from now on. */
  isReaped: boolean;
  /** The members that looks have shown, by PID. */
  readonly known: Map<number, ProcessRow>;
};

export function newTree(pid: number, group: number | undefined): Tree {
  return { pid, group, startTime: undefined, isReaped: false, known: new Map() };
}

/**
 * The living members that a look shows, parents first, and notes them in the tree: the command, its
 * group, what an earlier look has shown if it is still the same process, and all below these.
 */
export function membersOf(tree: Tree, table: ProcessTable): readonly ProcessRow[] {
  const found = new Map<number, ProcessRow>();
  const children = childrenIn(table);
  const queue = rootsOf(tree, table);
  // A for loop over an array also visits what is added meanwhile.
  for (const row of queue) {
    if (found.has(row.pid) || row.pid === process.pid) continue;
    found.set(row.pid, row);
    queue.push(...(children.get(row.pid) ?? []));
  }
  const members = [...found.values()].filter((row) => !hasEnded(row));
  tree.known.clear();
  for (const row of members) tree.known.set(row.pid, row);
  return members;
}

function rootsOf(tree: Tree, table: ProcessTable): ProcessRow[] {
  const roots: ProcessRow[] = [];
  const main = table.get(tree.pid);
  if (main !== undefined && !tree.isReaped) {
    tree.startTime ??= main.startTime;
    roots.push(main);
  }
  if (isGroupOurs(tree, table)) {
    for (const row of table.values()) if (row.group === tree.group) roots.push(row);
  }
  for (const row of tree.known.values()) {
    const now = table.get(row.pid);
    if (now?.startTime === row.startTime) roots.push(now);
  }
  return roots;
}

/**
 * Whether the group is the one that the command led. The number of a group is given to no new
 * process while the group has members (fork(2)). So where a process has the number after the
 * command was waited for, the group had ended before, and this is another one.
 */
function isGroupOurs(tree: Tree, table: ProcessTable): boolean {
  if (tree.group === undefined) return false;
  return !tree.isReaped || !table.has(tree.group);
}

function childrenIn(table: ProcessTable): ReadonlyMap<number, readonly ProcessRow[]> {
  const children = new Map<number, ProcessRow[]>();
  for (const row of table.values()) {
    const siblings = children.get(row.parent);
    if (siblings === undefined) children.set(row.parent, [row]);
    else siblings.push(row);
  }
  return children;
}
