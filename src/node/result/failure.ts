// The errors of runs that were no success.
import { CurfewError, type ErrorCode, type Leftover, type Report, type Result } from "./result.ts";

/** More output than is kept where no option leaves any out. */
export function truncation(): CurfewError {
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

/** What `text()` and `json()` reject with where they do not have all of stdout. */
export function incomplete(result: Result<string | Uint8Array>): CurfewError {
  const text = `${result.omitted.stdout} bytes of stdout were not kept`;
  return new CurfewError("command_failed", text, { result });
}

/** Why nothing was started, from the report. */
export function startError(report: Report, command: readonly string[]): CurfewError {
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
