import { wayFor } from "./backend/backend.ts";
import { badOption } from "./options/check.ts";
import type { Duration, Signal } from "./options/options.ts";
import { shown } from "./options/values.ts";
import type { Survivor } from "./result/result.ts";

/** The options of `killTree`. */
export interface KillOptions {
  /** The first signal. Default `"SIGTERM"`. */
  readonly killSignal?: Signal | undefined;
  /** From the first signal to SIGKILL. Default 5s; 0 is `bad_duration`. `"inf"`: no SIGKILL. */
  readonly killAfter?: Duration | undefined;
  /**
   * Only a process with this start time (field 22 of /proc/PID/stat): a PID that is old may be
   * another process's by now. Else `already_exited`.
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

/**
 * Ends a process that runs already, with everything it started: `killSignal`, after `killAfter`
 * SIGKILL. It finds the descendants by one look at all processes, so a run of curfew's own, which
 * tracks them from the beginning, is safer. A PID that no process has is `already_exited`.
 *
 * Rejects with `bad_option` unless the PID is above 0, with `bad_option`, `bad_duration` or
 * `unknown_signal` for what is wrong with an option, and with `no_binary` where curfew cannot be
 * found.
 *
 * @example
 * import { spawn } from "node:child_process";
 * const child = spawn("sleep", ["60"]);
 * const { outcome } = await killTree(child.pid ?? 0);
 * assert.equal(outcome, "graceful_exit");
 */
export async function killTree(pid: number, options: KillOptions = {}): Promise<KillResult> {
  if (!Number.isSafeInteger(pid) || pid < 1) {
    throw badOption("pid", `${shown(pid)} is no process: a number above 0 is`);
  }
  const { endTree } = await import("./questions/kill-tree.ts");
  return endTree(pid, options, () => wayFor("auto"));
}
