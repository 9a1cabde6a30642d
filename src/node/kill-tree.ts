import { wayFor } from "./backend/backend.ts";
import type { KillOptions, KillResult } from "./kill/types.ts";
import { badOption } from "./options/check.ts";
import { shown } from "./options/values.ts";

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
  const { endTree } = await import("./kill/end-tree.ts");
  return endTree(pid, options, () => wayFor("auto"));
}
