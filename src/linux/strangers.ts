import type { Instant } from "../core/duration.ts";
import type { Event } from "../core/event.ts";
import { signalNumber } from "../core/signal.ts";
import { isReloading } from "../core/spec.ts";
import type { Process } from "../core/tree.ts";
import type { Held } from "./held.ts";
import { childrenOf, hasOwnProc, statOf } from "./proc.ts";
import { sys } from "./syscalls.ts";

/**
 * As process 1 we have orphans of others, too: of a shell that joined the container. When the tree
 * is gone they are what is left, and get the time that leftovers get. A command that is replaced
 * does not concern them.
 */
export function withStrangers(
  held: Held,
  event: Event | undefined,
  at: Instant,
): Event | undefined {
  if (!mayHaveStrangers(held)) return event;
  if (event === undefined) return held.awaitsStrangers ? whenGone(held, at) : undefined;
  const isProven = event.type === "exited" && event.proof !== undefined;
  if (!isProven && event.type !== "tree-empty") return event;
  // The guardian has left; who is our child now is a stranger's, or was ours before.
  sys.farewell();
  const strangers = strangersOf(held);
  if (strangers.length === 0) return event;
  held.awaitsStrangers = true;
  held.usage = event.usage;
  return isProven ? { ...event, proof: undefined, leftovers: strangers } : undefined;
}

/** A signal to all of them; the guardian holds the others. */
export function killStrangers(held: Held, number: number): void {
  const guardian = sys.guardianPid();
  if (!mayHaveStrangers(held) || guardian === 0 || !hasOwnProc()) return;
  sys.killMembers(held.ownPid, [guardian, ...held.inherited], number, 0);
  sys.killReached(signalNumber("SIGCONT"));
}

function mayHaveStrangers({ ownPid, spec }: Held): boolean {
  return ownPid === 1 && spec.leftovers !== "leave" && !isReloading(spec);
}

function whenGone(held: Held, at: Instant): Event | undefined {
  if (held.usage === undefined || strangersOf(held).length > 0) return undefined;
  held.awaitsStrangers = false;
  return { type: "tree-empty", at, proof: "echild", usage: held.usage };
}

function strangersOf({ ownPid, inherited }: Held): readonly Process[] {
  if (sys.hasChildren() === 0 || !hasOwnProc()) return [];
  return childrenOf(ownPid)
    .filter((pid) => !inherited.includes(pid))
    .map((pid) => ({ pid, command: statOf(pid)?.command ?? "?" }));
}
