// The result of a run, from how it ended and what was captured.
import type { Ending, JsonObject, WayName } from "../way/way.ts";
import { reportOf, shortReport } from "./report.ts";
import { CurfewError, type ErrorCode, type Leftover, type Report, type Result } from "./result.ts";

/** What was captured of a stream, as the caller wants it. */
export type Captured<T> = { readonly value: T; readonly omitted: number };

/** What a result is made of. */
export type Facts<T> = {
  readonly way: WayName;
  readonly command: readonly string[];
  readonly leftovers: "kill" | "leave" | "wait" | "fail";
  readonly stdout: Captured<T>;
  readonly stderr: Captured<T>;
  /** Bytes that were not kept although nobody had asked to leave any out. */
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
  const error = startError(ending, report, command) ?? truncation(facts);
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

function truncation({ isTruncated }: Facts<unknown>): CurfewError | null {
  if (!isTruncated) return null;
  const text = "the command wrote more than 100M, which was not kept; keepOutput says how much is";
  return new CurfewError("output_truncated", text);
}

const START_ERRORS: readonly ErrorCode[] = [
  "not_found",
  "not_executable",
  "bad_cwd",
  "bad_file",
  "resource",
  "not_confined",
];

/** Why nothing was started, or nobody could report. */
function startError(
  ending: Ending | Unstarted,
  report: Report,
  command: readonly string[],
): CurfewError | null {
  if (ending.kind === "failed") {
    return new CurfewError(ending.code, ending.text, { errno: ending.errno });
  }
  if (ending.kind === "lost") return new CurfewError("supervisor_lost", ending.text);
  if (report.outcome !== "spawn_failed") return null;
  const { code = "resource", errno, detail = null } = report.error ?? {};
  const known = START_ERRORS.find((one) => one === code) ?? "resource";
  const message = startText(known, command, errno ?? "no reason known", detail);
  return new CurfewError(known, message, { errno, detail: detail ?? undefined });
}

function startText(
  code: ErrorCode,
  [name = "", ...args]: readonly string[],
  errno: string,
  detail: string | null,
): string {
  const shown = JSON.stringify(name);
  const more = detail === null ? "" : `: ${detail}`;
  switch (code) {
    case "not_found": {
      const words = name.trim().split(/\s+/);
      // A whole command line as the command is the most usual mistake.
      const isLine = args.length === 0 && words.length > 1;
      const [first, ...others] = words.map((word) => JSON.stringify(word));
      const hint = isLine ? `; is run(${first}, [${others.join(", ")}]) meant?` : "";
      return `${shown} was not found${more}${hint}`;
    }
    case "not_executable":
      return `${shown} cannot be executed (${errno})${more}`;
    case "bad_cwd":
      return `the folder of the command cannot be entered (${errno})${more}`;
    case "not_confined":
      return `what was asked for cannot be had (${errno})${more}`;
    default:
      return `${shown} cannot be started (${errno})${more}`;
  }
}

/** What `orThrow()` and its like reject with. */
export function failureOf(result: Result<string | Uint8Array>): CurfewError {
  const { command, error, stderr } = result;
  const name = command.map((word) => (/^[\w./:=@%+-]+$/.test(word) ? word : JSON.stringify(word)));
  const line = name.join(" ").slice(0, 200);
  const text = `${line}: ${error?.message ?? endText(result)}${lastLines(stderr)}`;
  return new CurfewError("command_failed", text, { result, cause: error ?? undefined });
}

function endText(result: Result<string | Uint8Array>): string {
  const { outcome, exitCode, signal, survivors, leftovers, ok } = result;
  if (survivors.length > 0) return `${outcome}, and processes survived: ${namesOf(survivors)}`;
  if (outcome === "exited") {
    const isLeak = exitCode === 0 && !ok;
    return isLeak ? `it left processes behind: ${namesOf(leftovers)}` : `exit code ${exitCode}`;
  }
  return outcome === "signaled" ? `it died of ${signal}` : outcome.replaceAll("_", " ");
}

function namesOf(processes: readonly Leftover[]): string {
  return processes.map(({ pid, command }) => `${pid} ${JSON.stringify(command)}`).join(", ");
}

const MOST_LINES = 10;
const MOST_CHARACTERS = 1000;

/** The end of stderr says why, most of the time. */
function lastLines(stderr: string | Uint8Array): string {
  if (typeof stderr !== "string" || stderr.trim() === "") return "";
  const end = stderr.trimEnd().slice(-MOST_CHARACTERS);
  return `\n${end.split("\n").slice(-MOST_LINES).join("\n")}`;
}
