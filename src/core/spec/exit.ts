import type { Signal } from "../values/signal.ts";
import type { ExitCode } from "./status.ts";

/**
 * How curfew exits: with a code, or by dying of a signal. `code` is what a shell shows for either.
 * curfew exits with it where it cannot die of a signal, as the first process of a PID namespace.
 */
export type Exit =
  | { readonly kind: "code"; readonly code: ExitCode }
  | { readonly kind: "signal"; readonly signal: Signal; readonly code: ExitCode };

/**
 * Why curfew ended the command, if it did: the limit passed (`until`: one by the time of day), the
 * caller asked, a signal came, stdin ended, curfew's parent ended, the guardian was lost
 * (`guardian-killed`: by SIGKILL from outside), the command was stopped under `--on-stop kill`,
 * wrote nothing for too long, or wrote too much.
 */
export type Reason =
  | "timeout"
  | "until"
  | "cancel"
  | "signal"
  | "stdin"
  | "parent"
  | "guardian"
  | "guardian-killed"
  | "stopped"
  | "idle"
  | "output";
