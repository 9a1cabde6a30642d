import type { Process } from "../../core/spec/tree.ts";
import { sys } from "../kernel/window.ts";
import type { Descriptor, View } from "./view.ts";
import { descriptorsOf, processOf } from "./view.ts";

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
  const isOther = (one: Descriptor) => one.target === path && one[does];
  const found: number[] = [];
  for (const other of [...view.stats.keys(), ...view.others]) {
    if (sys.now() >= view.until || found.length > MOST_PEERS) break;
    const descriptors = descriptorsOf(view, other);
    if (typeof descriptors === "object" && descriptors.some(isOther)) found.push(other);
  }
  const others = found.filter((other) => other !== pid).slice(0, MOST_PEERS);
  const peers = others.length > 0 ? others : found;
  const named = peers.flatMap((other) => processOf(view, other) ?? []);
  return named.length === 0 ? undefined : named;
}
