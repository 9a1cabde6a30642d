import type { Duration } from "../values/duration.ts";
import type { Signal } from "../values/signal.ts";

/**
 * What a PID stands for: the process group with that number, or the process and its descendants.
 */
export type Reach = "group" | "tree";

/** Everything that the user asked `curfew kill` for. */
export type KillSpec = {
  /** At least one; in the order given. */
  readonly pids: readonly number[];
  /** The first signal. `SIG0`: curfew sends nothing, and reports whether the processes exist. */
  readonly signal: Signal;
  /** The time from the first signal to SIGKILL; `NO_LIMIT`: no SIGKILL. */
  readonly killAfter: Duration;
  readonly reach: Reach;
  /**
   * The start time that the process must have: field 22 of /proc/PID/stat. A process with another
   * start time has reused the PID. In digits, because a double cannot hold every 64-bit number.
   */
  readonly requireStartTime: string | undefined;
  readonly json: boolean;
  /** Whether PID 1 and ancestors of curfew may be ended, too. */
  readonly force: boolean;
  readonly verbose: boolean;
};

/** What options decide: all of a `KillSpec` except the PIDs. */
export type KillFields = Omit<KillSpec, "pids">;

export const KILL_DEFAULTS: KillFields = {
  signal: "SIGTERM",
  killAfter: 5_000_000 as Duration,
  reach: "tree",
  requireStartTime: undefined,
  json: false,
  force: false,
  verbose: false,
};

/** What the user asked `curfew doctor` for. */
export type DoctorSpec = { readonly json: boolean };

export const DOCTOR_DEFAULTS: DoctorSpec = { json: false };

/** What the user asked `curfew config` for. */
export type ConfigSpec = {
  readonly json: boolean;
  readonly config: string | undefined;
  readonly profile: string | undefined;
  readonly noConfig: boolean;
};

export const CONFIG_DEFAULTS: ConfigSpec = {
  json: false,
  config: undefined,
  profile: undefined,
  noConfig: false,
};
