import type { SpawnError } from "./error.ts";
import type { Signal } from "./signal.ts";
import type { Spec } from "./spec.ts";
import type { ExitCode, WaitStatus } from "./status.ts";
import {
  EXIT_CANNOT_INVOKE,
  EXIT_FAILED,
  EXIT_KILLED,
  EXIT_NOT_FOUND,
  EXIT_TIMED_OUT,
  exitCodeOf,
} from "./status.ts";

/**
 * How we leave: with a code, or by dying of a signal ourselves, alone or together with what is left
 * of our process group. `code` is what a shell shows for either, and what is left to do where we
 * cannot die of a signal (as the first process of a PID namespace).
 */
export type Exit =
  | { readonly kind: "code"; readonly code: ExitCode }
  | {
      readonly kind: "signal";
      readonly signal: Signal;
      readonly scope: "self" | "group";
      readonly code: ExitCode;
    };

/** Why the command was ended, if it was: the limit passed, the caller asked, a signal came. */
export type Reason = "timeout" | "cancel" | "signal";

/** What was done to the command before it ended. */
export type Ending = {
  readonly reason: Reason | undefined;
  readonly killed: boolean;
  readonly status: WaitStatus;
};

/** GNU timeout's table of exits (semantics S16-S22 and the table below S23). */
export function exitOf(spec: Spec, { reason, killed, status }: Ending): Exit {
  // Whoever is left in our group goes the same way in the same instant.
  if (killed && spec.group === "own") return dieOf("SIGKILL", "group", EXIT_KILLED);
  if (reason === "timeout" || killed) return exitAfterExpiry(spec, status);
  if (status.kind === "exited") return { kind: "code", code: status.code as ExitCode };
  return dieOf(status.signal, "self", exitCodeOf(status));
}

function exitAfterExpiry(spec: Spec, status: WaitStatus): Exit {
  const isKilled = status.kind === "signaled" && status.signal === "SIGKILL";
  if (spec.preserveStatus || isKilled) return { kind: "code", code: exitCodeOf(status) };
  return { kind: "code", code: EXIT_TIMED_OUT };
}

function dieOf(signal: Signal, scope: "self" | "group", code: ExitCode): Exit {
  return { kind: "signal", signal, scope, code };
}

const SPAWN_EXITS: Readonly<Record<SpawnError["code"], ExitCode>> = {
  not_found: EXIT_NOT_FOUND,
  not_executable: EXIT_CANNOT_INVOKE,
  resource: EXIT_FAILED,
};

/** The exit after a command that could not be started. */
export function exitOfSpawnError(error: SpawnError): Exit {
  return { kind: "code", code: SPAWN_EXITS[error.code] };
}
