import type { Duration } from "../values/duration.ts";
import type { Signal } from "../values/signal.ts";

/** Whom a PID stands for: the process group of that number, or the process and its descendants. */
export type Reach = "group" | "tree";

/** What `curfew kill` was asked for. */
export type KillSpec = {
  /** At least one; in the order given. */
  readonly pids: readonly number[];
  /** `SIG0`: nothing is sent, it is asked whether the processes are there. */
  readonly signal: Signal;
  /** From the first signal to SIGKILL; `NO_LIMIT`: never. */
  readonly killAfter: Duration;
  readonly reach: Reach;
  /**
   * Field 22 of /proc/PID/stat that the process must have, in digits: a number cannot hold all that
   * a user may write. A process with another one is not the one that is meant.
   */
  readonly requireStartTime: string | undefined;
  readonly json: boolean;
  /** Also what would hurt the caller. */
  readonly force: boolean;
  readonly verbose: boolean;
};

/** What options decide. */
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

/** What `curfew doctor` was asked for. */
export type DoctorSpec = { readonly json: boolean };

export const DOCTOR_DEFAULTS: DoctorSpec = { json: false };
