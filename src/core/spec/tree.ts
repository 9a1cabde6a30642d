import type { Duration } from "../values/duration.ts";
import type { Bytes } from "../values/size.ts";

/** A process as a message names it. */
export type Process = { readonly pid: number; readonly command: string };

/** What really holds the tree. */
export type Mechanism = "cgroup" | "pidns" | "subreaper" | "group" | "child";

/** Why an end of the whole tree cannot be promised, in the words of the report. */
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

/** What is in force from the start: containment, why it is not better, limits. */
export type AppliedContainment = {
  readonly mechanism: Mechanism;
  /** Empty: the end of the whole tree is guaranteed. */
  readonly reasons: readonly ReliabilityReason[];
  readonly limits: readonly AppliedLimit[];
};

/** A limit as it was applied. `value`: microseconds, bytes or a number of processes. */
export type AppliedLimit = {
  readonly limit: "cpu" | "mem" | "process";
  readonly value: number;
  readonly mechanism: "rlimit" | "cgroup";
  readonly scope: "process" | "tree";
};

/** Why we say that nothing of the tree is left. */
export type Proof = "echild" | "populated0+echild" | "pidns_reaped";

/** A member that could not be ended. */
export type Survivor = Process & {
  /** Field 22 of /proc/PID/stat, in clock ticks since boot. */
  readonly startTime: number;
  readonly uid: number;
  /** The letter of /proc/PID/stat. */
  readonly state: string;
  readonly why: "eperm" | "unkillable" | "still_forking" | "dying";
};

/** What the tree used, as far as it was accounted for. */
export type Usage = {
  readonly user: Duration;
  readonly system: Duration;
  /** The largest of its processes. */
  readonly maxRss: Bytes;
  readonly accounting: "exact" | "lower_bound";
  /** Undefined where nobody counts them. */
  readonly oomKills: number | undefined;
};
