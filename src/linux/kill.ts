import type { Signal } from "../core/signal.ts";
import { signalNumber } from "../core/signal.ts";
import type { Held } from "./held.ts";
import { sys } from "./syscalls.ts";

/** Signals that would stop or end us, too, if they were sent to the group we are in. */
const NOT_FOR_OURSELVES: readonly Signal[] = ["SIGKILL", "SIGSTOP", "SIGTSTP"];

/**
 * Makes us leader of a process group. True if nobody but what we start can be in it: we made it, or
 * it came with a session of our own, and without children. A shell at a prompt has made us a leader
 * already, perhaps of a pipeline.
 */
export function leadGroup(ownPid: number): boolean {
  if (sys.groupOf(0) !== ownPid) return sys.leadGroup() === 0;
  return sys.sessionOf(0) === ownPid && sys.children(ownPid)?.length === 0;
}

/** Signals the command. That it is gone is no error: its end is on the way to us as an event. */
export function killChild({ child }: Held, signal: Signal): void {
  if (child.pid === 0) return;
  const number = signalNumber(signal);
  // Our own child keeps its number until we reap it: where pidfds are refused, that does as well.
  const isSent = child.pidfd >= 0 && sys.pidfdKill(child.pidfd, number) >= 0;
  if (!isSent) sys.kill(child.pid, number);
}

/**
 * Signals everybody in our process group but us, and the command wherever it is. In one call where
 * the group is all ours; member by member where it may hold others too (a pipeline at a shell's
 * prompt), or where the signal would be our own end.
 */
export function killGroup(held: Held, signal: Signal): void {
  const { ownPid, child, leadsOwnGroup } = held;
  const number = signalNumber(signal);
  if (leadsOwnGroup && !NOT_FOR_OURSELVES.includes(signal)) {
    sys.kill(-ownPid, number);
    if (child.pid !== 0 && sys.groupOf(child.pid) === ownPid) return;
  } else {
    for (const pid of membersOf(held)) if (pid !== child.pid) sys.kill(pid, number);
  }
  killChild(held, signal);
}

/** Our descendants that are in the group, but for those that were here before the command. */
function membersOf({ ownPid, inherited }: Held): number[] {
  const group = sys.groupOf(0);
  const tree = (sys.children(ownPid) ?? []).filter((pid) => !inherited.includes(pid));
  // Grows while it is walked: a tree may be deeper than our stack.
  for (const pid of tree) tree.push(...(sys.children(pid) ?? []));
  return tree.filter((pid) => sys.groupOf(pid) === group);
}
