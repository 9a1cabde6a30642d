import type { Process } from "../../core/spec/tree.ts";
import { sys } from "../kernel/window.ts";
import type { View } from "./view.ts";
import { descriptorsOf, processOf, READS, WIDTH, WRITES } from "./view.ts";

/** So many processes at the other end of a pipe are named. */
const MOST_PEERS = 8;

/**
 * The processes that have a pipe or FIFO open for the other direction. The process itself is named
 * only where no other one has: then it waits for itself. Undefined: none was seen.
 */
export function othersWith(
  view: View,
  pid: number,
  path: string | undefined,
  does: "reads" | "writes",
): readonly Process[] | undefined {
  if (path === undefined) return undefined;
  const found: number[] = [];
  for (const other of new Set([...view.processes.keys(), ...view.others])) {
    if (sys.now() >= view.until || found.length > MOST_PEERS) break;
    if (hasOpen(view, other, path, does === "reads" ? READS : WRITES)) found.push(other);
  }
  const others = found.filter((other) => other !== pid).slice(0, MOST_PEERS);
  const peers = others.length > 0 ? others : found;
  const named = peers.flatMap((other) => processOf(view, other) ?? []);
  return named.length === 0 ? undefined : named;
}

function hasOpen(view: View, pid: number, path: string, wanted: number): boolean {
  const row = descriptorsOf(view, pid);
  if (typeof row === "number") return false;
  for (let at = 1; at < row.length; at += WIDTH) {
    if (row[at + 1] === path && (Number(row[at]) & wanted) !== 0) return true;
  }
  return false;
}
