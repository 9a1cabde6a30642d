import type { Duration, Signal } from "../options/options.ts";
import type { Survivor } from "../result/result.ts";

/** The options of `killTree`. */
export interface KillOptions {
  /** The first signal. Default `"SIGTERM"`. */
  readonly killSignal?: Signal | undefined;
  /** From the first signal to SIGKILL. Default 5s; 0 is `bad_duration`. `"inf"`: no SIGKILL. */
  readonly killAfter?: Duration | undefined;
  /**
   * Signals the process only if it has this start time (field 22 of /proc/PID/stat): the kernel may
   * have given its PID to another process. Else `already_exited`.
   */
  readonly startTime?: number | undefined;
  /** Also allow PID 1 and the ancestors of curfew, Node among them. Default false. */
  readonly force?: boolean | undefined;
}

/** How `killTree` went. */
export interface KillResult {
  /** `error`: some processes are not gone, or curfew refused; `reason` says why. */
  readonly outcome: "graceful_exit" | "forceful_kill" | "already_exited" | "error";
  readonly survivors: readonly Survivor[];
  /** Only with `error`. */
  readonly reason?: string;
}
