import type { Signal } from "../core/signal.ts";
import { signalNumber } from "../core/signal.ts";
import { sys } from "./syscalls.ts";

/** Signals that would stop or end us, too, if they were sent to the group we are in. */
const NOT_FOR_OURSELVES: readonly Signal[] = ["SIGKILL", "SIGSTOP", "SIGTSTP"];

export type GroupKill = {
  readonly ownPid: number;
  /** The command; 0 once it has been reaped. */
  readonly child: number;
  readonly leadsOwnGroup: boolean;
  readonly signal: Signal;
};

/**
 * Sends a signal to everybody in our process group but us, and to the command wherever it is. In
 * one call where the group was made by us; member by member where it may hold others too (a pipeline
 * at a shell's prompt), or where the signal would be our own end.
 */
export function killGroup({ ownPid, child, leadsOwnGroup, signal }: GroupKill): void {
  const number = signalNumber(signal);
  const inOneCall = leadsOwnGroup && !NOT_FOR_OURSELVES.includes(signal);
  if (inOneCall) sys.kill(-ownPid, number);
  const members = inOneCall ? [] : membersOf(sys.groupOf(0), ownPid);
  for (const pid of members) if (pid !== child) sys.kill(pid, number);
  const isReached = child === 0 || (inOneCall && sys.groupOf(child) === ownPid);
  if (!isReached) sys.kill(child, number);
}

/** Our descendants that are in the group. */
function membersOf(group: number, parent: number): number[] {
  const found: number[] = [];
  for (const pid of sys.children(parent) ?? []) {
    if (sys.groupOf(pid) === group) found.push(pid);
    found.push(...membersOf(group, pid));
  }
  return found;
}
