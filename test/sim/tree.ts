// The simulated processes of a command: forked, signalled, stopped, ended.

import type { WaitStatus } from "../../src/core/spec/status.ts";
import type { Signal } from "../../src/core/values/signal.ts";
import { CORE_DUMPING_SIGNALS, TERMINATING_SIGNALS } from "../../src/core/values/signal.ts";

/** How a process reacts to a signal that would end it. */
export type Manner = "dies" | "ignores" | "traps";

/** How a process behaves when it is not disturbed. Times are microseconds after its start. */
export type Habits = {
  /** When it ends by itself, and how. */
  readonly endsAfter: number | undefined;
  readonly end: WaitStatus;
  readonly manner: (signal: Signal) => Manner;
  /** How long a process runs on after a trapped signal. It then exits with `trapCode`. */
  readonly lingersFor: number;
  readonly trapCode: number;
  /** How long the process takes to die of SIGKILL; infinite if curfew may not signal it. */
  readonly diesAfter: number;
  /** Whether it has left the command's process group. */
  readonly isAway: boolean;
};

export type Member = {
  readonly habits: Habits;
  readonly pid: number;
  isStopped: boolean;
  stoppedAt: number;
  /** When it will end. A stop delays that. */
  endsAt: number;
  end: WaitStatus;
  readonly pending: Set<Signal>;
  isKilled: boolean;
  status: WaitStatus | undefined;
  endedAt: number;
  /** How often it got each signal from curfew. */
  readonly got: Map<Signal, number>;
};

export const STOPS: readonly Signal[] = ["SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU"];
export const FAR = Number.POSITIVE_INFINITY;

export function born(habits: Habits, pid: number, now: number): Member {
  return {
    habits,
    pid,
    isStopped: false,
    stoppedAt: 0,
    endsAt: habits.endsAfter === undefined ? FAR : now + habits.endsAfter,
    end: habits.end,
    pending: new Set(),
    isKilled: false,
    status: undefined,
    endedAt: FAR,
    got: new Map(),
  };
}

export function isAlive({ status }: Member): boolean {
  return status === undefined;
}

/** Sends a signal as kill(2) does. True: a new stop or continuation. */
export function deliver(member: Member, signal: Signal, now: number): boolean {
  if (!isAlive(member) || member.isKilled) return false;
  if (signal === "SIGKILL") {
    member.isKilled = true;
    member.isStopped = false;
    member.end = deathBy(signal);
    member.endsAt = now + member.habits.diesAfter;
    return false;
  }
  if (signal === "SIGCONT") return wake(member, now);
  if (STOPS.includes(signal)) {
    if (member.isStopped) return false;
    member.isStopped = true;
    member.stoppedAt = now;
    return true;
  }
  if (!TERMINATING_SIGNALS.has(signal)) return false;
  if (member.isStopped) member.pending.add(signal);
  else take(member, signal, now);
  return false;
}

function wake(member: Member, now: number): boolean {
  if (!member.isStopped) return false;
  member.isStopped = false;
  member.endsAt += now - member.stoppedAt;
  for (const signal of member.pending) {
    member.pending.delete(signal);
    if (isAlive(member)) take(member, signal, now);
  }
  return true;
}

function take(member: Member, signal: Signal, now: number): void {
  const { manner, lingersFor, trapCode } = member.habits;
  const does = manner(signal);
  if (does === "dies") {
    member.endsAt = now;
    member.end = deathBy(signal);
  }
  if (does !== "traps") return;
  member.endsAt = Math.min(member.endsAt, now + lingersFor);
  member.end = { kind: "exited", code: trapCode };
}

export function deathBy(signal: Signal): WaitStatus {
  return { kind: "signaled", signal, coreDumped: CORE_DUMPING_SIGNALS.has(signal) };
}

/** When a process will end. */
export function endOf(member: Member): number {
  return isAlive(member) && !member.isStopped ? member.endsAt : FAR;
}

export function bury(member: Member, now: number): void {
  member.status = member.end;
  member.endedAt = now;
}
