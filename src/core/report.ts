import type { Duration, Instant } from "./duration.ts";
import type { SpawnError } from "./error.ts";
import type { Exit, Reason } from "./exit.ts";
import type { Signal } from "./signal.ts";
import type { Spec } from "./spec.ts";
import type { WaitStatus } from "./status.ts";

/** A signal that we sent into the tree: when first, and how often. */
export type Sent = { readonly signal: Signal; readonly at: Instant; readonly count: number };

/** How a run ended, in one word. */
export type Outcome = "exited" | "signaled" | "timed_out" | "cancelled" | "spawn_failed";

/** What happened, for machines. */
export type Report = {
  readonly command: readonly string[];
  readonly outcome: Outcome;
  /** What we exit with, as a shell shows it. */
  readonly exitCode: number;
  readonly timeout: Duration;
  readonly elapsed: Duration;
  /** Every kind of signal sent, the latest last. */
  readonly signalsSent: readonly Sent[];
};

/** What a report is made from. */
export type Course = {
  readonly spec: Spec;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly sent: readonly Sent[];
  readonly reason: Reason | undefined;
  readonly end: WaitStatus | SpawnError;
  readonly exit: Exit;
};

/** Sums up a run that is over. */
export function reportOf({ spec, startedAt, endedAt, sent, reason, end, exit }: Course): Report {
  return {
    command: spec.command,
    outcome: outcomeOf(reason, end),
    exitCode: exit.code,
    timeout: spec.timeout,
    elapsed: (endedAt - startedAt) as Duration,
    signalsSent: sent,
  };
}

const OUTCOMES: Readonly<Record<Reason, Outcome>> = {
  timeout: "timed_out",
  cancel: "cancelled",
  signal: "cancelled",
};

function outcomeOf(reason: Reason | undefined, end: WaitStatus | SpawnError): Outcome {
  if (end.kind === "spawn") return "spawn_failed";
  return reason === undefined ? end.kind : OUTCOMES[reason];
}

/**
 * The one line of `TIMEOUT_METRICS`: `command` as one string, `duration_ms` (the limit, 0 for
 * none), `timed_out`, `exit_code`, `signal_sent` (the last one, or null), `elapsed_ms`.
 */
export function formatMetrics(report: Report): string {
  return JSON.stringify({
    command: withoutEscapes(report.command.join(" ")),
    duration_ms: milliseconds(report.timeout),
    timed_out: report.outcome === "timed_out",
    exit_code: report.exitCode,
    signal_sent: report.signalsSent.at(-1)?.signal ?? null,
    elapsed_ms: milliseconds(report.elapsed),
  });
}

function milliseconds(duration: Duration): number {
  return duration / 1000;
}

/** JSON is Unicode: what was not becomes U+FFFD. */
function withoutEscapes(text: string): string {
  return text.toWellFormed();
}
