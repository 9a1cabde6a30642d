import type { PortableRun } from "./context.ts";
import type { ProcessRow, ProcessTable } from "./processes/table.ts";
import { membersOf } from "./processes/tree.ts";

/** What is done with the living members of the tree; undefined: they could not be seen. */
export type WithMembers = (members: readonly ProcessRow[] | undefined) => void;

/**
 * Looks at the members, then acts. By /proc that is done when this returns. By ps(1) it takes a
 * while, and what comes after it waits in `inOrder` for its turn.
 */
export function withLook(run: PortableRun, act: WithMembers): void {
  inOrder(run, () => {
    const seen = run.view.look();
    if (seen instanceof Promise) return seen.then((table) => act(membersIn(run, table)));
    act(membersIn(run, seen));
    return undefined;
  });
}

function membersIn(
  { command }: PortableRun,
  table: ProcessTable | undefined,
): readonly ProcessRow[] | undefined {
  if (command === undefined || table === undefined) return undefined;
  return membersOf(command.tree, table);
}

/** Acts at once, or after the looks that are under way: signals keep their order. */
export function inOrder(run: PortableRun, act: () => Promise<void> | undefined): void {
  const before = run.looking;
  const mine = before === undefined ? act() : before.then(act);
  if (mine === undefined) return;
  const done = mine.then(() => {
    if (run.looking === done) run.looking = undefined;
  });
  run.looking = done;
}
