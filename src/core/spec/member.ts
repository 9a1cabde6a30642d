import type { Duration } from "../values/duration.ts";
import type { Process } from "./tree.ts";

/** A leftover, as one look showed it. */
export type Member = Process & {
  /** Field 22 of /proc/PID/stat. Together with the PID it identifies a process. */
  readonly startTime: number;
  readonly parent: number;
  /** The letter of /proc/PID/stat. */
  readonly state: string;
  readonly age: Duration;
  /** Its time on processors, in steps of 10 ms. */
  readonly cpuTime: Duration;
  /** Its command line, without the folder of the first word. Empty where no pattern needs it. */
  readonly commandLine: string;
  /** The pipes and sockets that it can read from, each by a name of its own. */
  readonly reads: readonly string[];
  /** Those of them whose last writer has ended, so that a reader comes to an end. */
  readonly writersEnded: readonly string[];
  readonly writes: readonly string[];
};

/**
 * The words that patterns are compared with, from the text of /proc/PID/cmdline. Of the first word
 * only the last part of its path counts. A process may put a sentence there instead of its words
 * (ssh: "ssh: /run/socket [mux]"): where no path comes before the first blank, nothing is cut.
 */
export function commandLineOf(cmdline: string): string {
  const [first = "", ...others] = cmdline.replace(/\0+$/, "").split("\0");
  const isPath = /^[^ ]*\//.test(first);
  return [isPath ? first.slice(first.lastIndexOf("/") + 1) : first, ...others].join(" ");
}

/** What a look at the leftovers has shown. */
export type LeftoversSnapshot = {
  /** At most `MOST_LOOKED_AT`, parents first. */
  readonly members: readonly Member[];
  /** Pipes and sockets that curfew has too: their writers are outside of the tree. */
  readonly ours: readonly string[];
  /** False where there may be processes that the look could not see. */
  readonly isComplete: boolean;
  /** There are leftovers that were not looked at: too many, or a look at them took too long. */
  readonly isCut?: boolean;
};

/** What identifies a process, also after its PID has been reused. */
export type Identity = Pick<Member, "pid" | "startTime">;

/** What curfew has decided and done about leftovers. */
export type HandledLeftovers = {
  /** The leftovers of the first look. */
  readonly first: readonly Member[];
  readonly waited: readonly IdentifiedProcess[];
  readonly spared: readonly IdentifiedProcess[];
  /** The processes that were sent a signal, as far as they can be named. */
  readonly signalled: readonly IdentifiedProcess[];
  /** Whether any process was sent a signal, named or not. */
  readonly isSignalled: boolean;
  /** There were more leftovers than a look has shown. */
  readonly isCut: boolean;
};

export type IdentifiedProcess = Identity & Process;

export function isSame(one: Identity, other: Identity): boolean {
  return one.pid === other.pid && one.startTime === other.startTime;
}

export function excluding<M extends Identity>(
  members: readonly M[],
  others: readonly Identity[],
): readonly M[] {
  return members.filter((member) => !others.some((other) => isSame(other, member)));
}
