import { jsonText } from "../values/quote.ts";
import type { Signal } from "../values/signal.ts";
import { milliseconds } from "./json-shape.ts";
import type { Report, Sent } from "./report.ts";

/**
 * The one line of `TIMEOUT_METRICS`: `command` as one string, `duration_ms` (the limit, 0 for
 * none), `timed_out`, `exit_code`, `signal_sent` (the last one, or null), `elapsed_ms`.
 */
export function formatMetrics(report: Report): string {
  return jsonText({
    // JSON is Unicode: bytes that are not UTF-8 become U+FFFD.
    command: report.command.join(" ").toWellFormed(),
    duration_ms: milliseconds(report.timeout),
    timed_out: report.timedOut,
    exit_code: report.exitCode,
    signal_sent: lastSignal(report.signalsSent),
    elapsed_ms: milliseconds(report.elapsed),
  });
}

/**
 * The last signal. SIGCONT counts only if no other signal was sent: else it only continues
 * processes that were to act on another signal.
 */
function lastSignal(sent: readonly Sent[]): Signal | null {
  const last = sent.findLast(({ signal }) => signal !== "SIGCONT") ?? sent.at(-1);
  return last?.signal ?? null;
}
