import type { Duration } from "../values/duration.ts";
import type { Bytes } from "../values/size.ts";

/** A process as a message names it. */
export type Process = { readonly pid: number; readonly command: string };

/** What tracks the tree in this run. */
export type Mechanism = "cgroup" | "pidns" | "subreaper" | "group" | "child";

/** Why curfew cannot guarantee that it ends the whole tree, in the words of the report. */
export const RELIABILITY_REASONS = [
  "no_cgroup",
  "no_cgroup_kill",
  "no_kill_permission_possible",
  "foreign_pidns_possible",
  "foreign_pidns_seen",
  "no_guardian",
  "no_proc",
  "process_group_only",
  "child_only",
  "parent_by_signal",
] as const;
export type ReliabilityReason = (typeof RELIABILITY_REASONS)[number];

/** The containment and the limits of a run, which hold from the start. */
export type AppliedContainment = {
  readonly mechanism: Mechanism;
  /** Why the containment is not a guarantee; empty: it is one. */
  readonly reasons: readonly ReliabilityReason[];
  readonly limits: readonly AppliedLimit[];
  /**
   * The host finds members outside of what is held by looking at all processes. It can end them,
   * and promises nothing.
   */
  readonly findsRest?: boolean;
};

/** A limit as it was applied. `value`: microseconds, bytes or a number of processes. */
export type AppliedLimit = {
  readonly limit: "cpu" | "mem" | "process";
  readonly value: number;
  readonly mechanism: "rlimit" | "cgroup";
  readonly scope: "process" | "tree";
};

/** How the kernel confirmed that no process of the tree is left. */
export type Proof = "echild" | "populated0+echild" | "pidns_reaped";

/** What else is known of a process, as far as it could be seen. */
export type Details = {
  /** Field 22 of /proc/PID/stat, in clock ticks since boot. */
  readonly startTime?: number;
  readonly parent?: number;
  readonly commandLine?: readonly string[];
  /** There were more than 4,096 bytes of command line. */
  readonly isCommandLineCut?: boolean;
};

/** A process that was left when the main child ended. */
export type Leftover = Process & Details;

/** A process that curfew could not end. */
export type Survivor = Leftover & {
  readonly startTime: number;
  readonly uid: number;
  /** The letter of /proc/PID/stat. */
  readonly state: string;
  readonly why: "eperm" | "unkillable" | "still_forking" | "dying";
};

/** The resources that the tree used, as far as the kernel accounted for them. */
export type Usage = {
  readonly user: Duration;
  readonly system: Duration;
  /** The largest resident set of any process. */
  readonly maxRss: Bytes;
  readonly accounting: "exact" | "lower_bound";
  /** `undefined` without a cgroup that counts them. */
  readonly oomKills: number | undefined;
};
