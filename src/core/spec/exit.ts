import type { Signal } from "../values/signal.ts";
import type { ExitCode } from "./status.ts";

/**
 * How we leave: with a code, or by dying of a signal ourselves. `code` is what a shell shows for
 * either, and what is left to do where we cannot die of a signal (as the first process of a PID
 * namespace).
 */
export type Exit =
  | { readonly kind: "code"; readonly code: ExitCode }
  | { readonly kind: "signal"; readonly signal: Signal; readonly code: ExitCode };

/**
 * Why the command was ended, if it was: the limit passed, the caller asked, a signal came, who
 * started us ended, our guardian was lost (`guardian-killed`: somebody sent it SIGKILL), the
 * command was stopped and may not be.
 */
export type Reason =
  | "timeout"
  | "cancel"
  | "signal"
  | "parent"
  | "guardian"
  | "guardian-killed"
  | "stopped";
