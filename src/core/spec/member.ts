import type { Duration } from "../values/duration.ts";
import type { Process } from "./tree.ts";

/** A process that is left when the command has ended, as one look has shown it. */
export type Member = Process & {
  /** Field 22 of /proc/PID/stat: with the number, the identity of a process. */
  readonly startTime: number;
  readonly parent: number;
  /** The letter of /proc/PID/stat. */
  readonly state: string;
  readonly age: Duration;
  /** Its time on processors, in steps of 10 ms. */
  readonly used: Duration;
  /** The last part of its first word, then the others; empty where nobody asks for them. */
  readonly words: string;
  /** The pipes and sockets that it can read from, each by a name of its own. */
  readonly reads: readonly string[];
  /** Those of them whose last writer has ended: who reads there comes to an end. */
  readonly ended: readonly string[];
  readonly writes: readonly string[];
};

/** What a look at the leftovers has shown. */
export type LeftoversSnapshot = {
  /** At most `MOST_LOOKED_AT`, parents first. */
  readonly members: readonly Member[];
  /** Pipes and sockets that we have ourselves: what feeds them is outside of the tree. */
  readonly ours: readonly string[];
  /** False where somebody may be there who could not be looked at. */
  readonly isComplete: boolean;
  /** There are leftovers that were not looked at: too many, or a look at them took too long. */
  readonly isCut?: boolean;
};

/** Which process is meant, whatever has its number later. */
export type Identity = Pick<Member, "pid" | "startTime">;

/** Leftovers that are not simply ended, and who was. */
export type HandledLeftovers = {
  /** As the first look has shown them. */
  readonly first: readonly Member[];
  readonly waited: readonly IdentifiedProcess[];
  readonly spared: readonly IdentifiedProcess[];
  /** They did not end by themselves, as far as they can be named. */
  readonly signalled: readonly IdentifiedProcess[];
  /** Somebody was signalled, named or not. */
  readonly isSignalled: boolean;
};

export type IdentifiedProcess = Identity & Process;

export function isSame(one: Identity, other: Identity): boolean {
  return one.pid === other.pid && one.startTime === other.startTime;
}

export function without<M extends Identity>(
  members: readonly M[],
  others: readonly Identity[],
): readonly M[] {
  return members.filter((member) => !others.some((other) => isSame(other, member)));
}
