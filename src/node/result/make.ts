// The result of a run, from how it ended and what was captured.
import type { Ending, JsonObject, WayName } from "../way/way.ts";
import { startError, truncation } from "./failure.ts";
import { reportOf, shortReport } from "./report.ts";
import { CurfewError, type Report, type Result } from "./result.ts";

/** What was captured of a stream, as the caller wants it. */
export type Captured<T> = { readonly value: T; readonly omitted: number };

/** What a result is made of. */
export type Facts<T> = {
  readonly way: WayName;
  readonly command: readonly string[];
  readonly leftovers: "kill" | "leave" | "wait" | "fail";
  readonly stdout: Captured<T>;
  readonly stderr: Captured<T>;
  /** Bytes that were not kept although no option leaves any out. */
  readonly isTruncated: boolean;
  /** The caller's reason for a cancel, where it asked for one. */
  readonly reason: { readonly value: unknown } | undefined;
  readonly elapsedMs: number;
};

/** How a run ended that the library itself did not begin. */
export type Unstarted = {
  readonly kind: "unstarted";
  readonly outcome: "cancelled" | "timed_out";
};

/** Makes the result. */
export function resultOf<T extends string | Uint8Array>(
  ending: Ending | Unstarted,
  facts: Facts<T>,
): Result<T> {
  const { command, stdout, stderr } = facts;
  const report = endingReport(ending, facts.way);
  const { outcome, child } = report;
  const error = errorOf(ending, report, facts);
  const survivors = report.survivors ?? [];
  const isHeld = ending.kind === "report" && (ending.isPipeHeld || pipeHeld(ending.report));
  const result = {
    ok: error === null && survivors.length === 0 && hasSucceeded(report, facts),
    outcome,
    exitCode: child?.exitCode ?? null,
    signal: (child?.signal ?? null) as NodeJS.Signals | null,
    stdout: stdout.value,
    stderr: stderr.value,
    omitted: { stdout: stdout.omitted, stderr: stderr.omitted },
    isPipeHeld: isHeld,
    treeGone: treeGone(report, facts),
    survivors,
    leftovers: report.leftovers ?? [],
    reason: reasonOf(report, facts),
    error,
    command,
    elapsedMs: report.elapsedMs ?? facts.elapsedMs,
    report,
  };
  return result as Result<T>;
}

function endingReport(ending: Ending | Unstarted, way: WayName): Report {
  switch (ending.kind) {
    case "report":
      return reportOf(ending.report, way);
    case "unstarted":
      return shortReport(ending.outcome, way);
    case "failed":
      return shortReport("spawn_failed", way);
    case "lost":
      return shortReport("supervisor_lost", way);
  }
}

/** Whether the relay of the program says that it stopped listening. */
function pipeHeld(report: JsonObject): boolean {
  const output = report.output as { readonly pipe_held?: unknown } | null | undefined;
  return output?.pipe_held === true;
}

function hasSucceeded({ outcome, child, exitCode }: Report, { leftovers }: Facts<unknown>) {
  const isDone = outcome === "exited" && child?.exitCode === 0;
  // With `fail`, curfew's own code says whether anything was left behind that counts.
  return isDone && (leftovers !== "fail" || exitCode === 0);
}

/** What was left on purpose is known to be there. */
function treeGone(report: Report, { leftovers }: Facts<unknown>): boolean | null {
  const { treeGone = null, leftovers: left = [], spared = [] } = report;
  const isLeft = (leftovers === "leave" && left.length > 0) || spared.length > 0;
  return treeGone === null && isLeft ? false : treeGone;
}

function reasonOf({ outcome, reason }: Report, facts: Facts<unknown>): unknown {
  if (outcome !== "cancelled") return undefined;
  return facts.reason === undefined ? (reason ?? undefined) : facts.reason.value;
}

/** Why nothing was started, there is no report, or output is missing. */
function errorOf(
  ending: Ending | Unstarted,
  report: Report,
  { command, isTruncated }: Facts<unknown>,
): CurfewError | null {
  if (ending.kind === "failed") {
    return new CurfewError(ending.code, ending.text, { errno: ending.errno });
  }
  if (ending.kind === "lost") return new CurfewError("supervisor_lost", ending.text);
  if (report.outcome === "spawn_failed") return startError(report, command);
  return isTruncated ? truncation() : null;
}
