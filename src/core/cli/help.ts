import type { ExitRow } from "../spec/status.ts";
import {
  DOCTOR_EXIT_CODES,
  EXIT_CODES,
  EXIT_FAILED,
  KILL_EXIT_CODES,
  RUN_EXIT_CODES,
  SHOW_EXIT_CODES,
} from "../spec/status.ts";
import type { Tool } from "./drop-in/drop-in.ts";
import { SCINIT_ALIASES } from "./drop-in/scinit-options.ts";
import { INIT_OPTIONS } from "./options/init.ts";
import { DOCTOR_OPTIONS, KILL_OPTIONS } from "./options/kill.ts";
import { LISTEN } from "./options/listen.ts";
import type { Option } from "./options/option.ts";
import { RUN_OPTIONS, TIMEOUT_EXTENSIONS, TIMEOUT_OPTIONS } from "./options/options.ts";
import { nameOf } from "./options/scan.ts";
import { SHOW_OPTIONS } from "./options/show.ts";
import { listOf, SIZE } from "./options/values.ts";

/** An option or an exit code, and what it means. */
type Row = readonly [left: string, right: string];

/** The text of `timeout --help`, from the tables that parser and exit codes use. */
export function timeoutHelp(name: string): string {
  const gnu = TIMEOUT_OPTIONS.slice(0, -TIMEOUT_EXTENSIONS.length);
  return `Usage: ${name} [OPTION]... DURATION COMMAND [ARG]...
Run COMMAND, and terminate it if it still runs after DURATION.

${options(gnu)}

curfew's extensions, whose names cannot be abbreviated:
${options(TIMEOUT_EXTENSIONS)}

DURATION is a number with an optional suffix: s for seconds (also without a suffix),
m for minutes, h for hours, d for days. 0 means no limit.
${VALUES}
${exits([...EXIT_CODES.map(exitRow), OTHER_CODES])}`;
}

/** The text of `run --help`. */
export function runHelp(name: string): string {
  return `Usage: ${name} [OPTION]... [--] COMMAND [ARG]...
Run COMMAND, and terminate everything it started: when it exits, at the time limit, or on request.

${options(RUN_OPTIONS)}

DURATION is a number with an optional suffix: us, ms, s (also without a suffix), m, h, d.
${VALUES}
${exits([...RUN_EXIT_CODES.map(exitRow), OTHER_CODES])}`;
}

/** The text of `init --help`. */
export function initHelp(name: string): string {
  return `Usage: ${name} [OPTION]... [--] COMMAND [ARG]...
Run COMMAND as the first process of a container does: forward signals, reap orphans, terminate what
is left when COMMAND exits, and restart it on a change without losing a connection.

${options(INIT_OPTIONS)}

scinit's names for some of these options:
${options(SCINIT_ALIASES)}

${initValues(INIT_OPTIONS)}
${exits([...RUN_EXIT_CODES.map(exitRow), OTHER_CODES_OF_INIT])}`;
}

/** The last row of the exit codes of `init`. */
export const OTHER_CODES_OF_INIT: Row = [
  "otherwise",
  "the command's own; 128 + N if it died of signal N",
];

/** The text of `--help` under a tool's name. */
export function toolHelp<F>(tool: Tool<F>, name: string, version: string): string {
  return `${tool.usage?.(name, version).trimEnd() ?? `Usage: ${name} ${TOOL_OPERANDS}`}
${tool.usage === undefined ? "" : "\n"}${tool.about}

${tool.usage === undefined ? optionsHelp(tool) : ""}curfew's extensions:
${options(tool.extra)}

${initValues([...tool.options, ...tool.extra])}
${exits([...toolExitCodes(tool).map(exitRow), OTHER_CODES_OF_INIT])}`;
}

const TOOL_OPERANDS = "[OPTION]... [--] COMMAND [ARG]...";

/** A tool's options and variables, where its own help text is not reproduced. */
function optionsHelp<F>(tool: Tool<F>): string {
  const variables =
    tool.variables.length === 0 ? "" : `Environment:\n${columns(tool.variables)}\n\n`;
  return `${options(tool.options)}\n\n${variables}`;
}

/** The exit codes under a tool's name: a mistake in the command line has the tool's code. */
export function toolExitCodes({
  name,
  usageExitCode,
}: Pick<Tool<unknown>, "name" | "usageExitCode">): readonly ExitRow[] {
  const misused = { code: usageExitCode, meaning: `${name} was used wrongly` };
  const meaning = "curfew failed, a process survived, or the guardian died";
  return [
    misused,
    ...RUN_EXIT_CODES.map((row) => (row.code === EXIT_FAILED ? { ...row, meaning } : row)),
  ];
}

/** The text of `kill --help`. */
export function killHelp(name: string): string {
  return `Usage: ${name} [OPTION]... PID...
Terminate processes with everything they started, and report how each of them ended.

${options(KILL_OPTIONS)}

Each line of the answer is a PID and one of: graceful_exit, forceful_kill, already_exited, error.
With --signal 0 nothing is sent, and it is one of: running, already_exited, error.

${exits(KILL_EXIT_CODES.map(exitRow))}`;
}

/** The text of `doctor --help`. */
export function doctorHelp(name: string): string {
  return `Usage: ${name} [OPTION]...
Report what curfew can guarantee on this machine to this user, and what prevents more.

${options(DOCTOR_OPTIONS)}

${exits(DOCTOR_EXIT_CODES.map(exitRow))}`;
}

/** The text of `show --help`. */
export function showHelp(name: string): string {
  return `Usage: ${name} [OPTION]... EVENTS
Draw a timeline of a run from the file that --events has written; - stands for standard input.

${options(SHOW_OPTIONS)}

Without an option, the drawing is text, as wide as the variable COLUMNS says (60 to 200).

${exits(SHOW_EXIT_CODES.map(exitRow))}`;
}

/** The last row of the exit codes of `timeout` and `run`. */
export const OTHER_CODES: Row = [
  "otherwise",
  "the command's own; if a signal killed it, curfew dies of the same one",
];

const VALUES = `SIZE is ${SIZE.expected}.
--mem-limit SIZE,tree sets a limit for the whole tree, or curfew starts nothing.
OUTPUT is a path, or fd:N for an open descriptor.
`;

function initValues<F>(rows: readonly Option<F>[]): string {
  const repeated = rows.flatMap((row) => ("repeats" in row ? nameOf(row) : []));
  return `${listOf(repeated, "and")} may be repeated.
DURATION is a number with an optional suffix: us, ms, s (also without a suffix), m, h, d.
ADDRESS is ${LISTEN.expected.replace("; ", ";\n")}.
${VALUES}`;
}

/** How an option is written: short form, long form, value. */
export function optionUse<F>(option: Option<F>): string {
  const { long, short } = option;
  const metavar = "metavar" in option ? option.metavar : "";
  if (long === undefined) return `${short} ${metavar}`.trimEnd();
  const use = metavar === "" ? long : `${long}${attached(option)}`;
  return short === undefined ? `    ${use}` : `${short}, ${use}`;
}

function attached<F>(option: Option<F>): string {
  const metavar = "metavar" in option ? option.metavar : "";
  return option.kind === "optional" ? `[=${metavar}]` : `=${metavar}`;
}

const WIDTH = 25;

/** Two columns, one line for each row. */
export function columns(rows: readonly Row[], leastWidth: number = WIDTH): string {
  const width = Math.max(leastWidth, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}

function options<F>(rows: readonly Option<F>[]): string {
  return columns(rows.map((option) => [optionUse(option), option.help]));
}

function exitRow({ code, meaning }: ExitRow): Row {
  return [String(code), meaning];
}

function exits(rows: readonly Row[]): string {
  return `Exit codes:\n${columns(rows)}\n`;
}

/** The text of `--version`. */
export function versionText(name: string, version: string): string {
  return `${name} (curfew) ${version}\n`;
}

/** The text of tini's -l and catatonit's -L. */
export function licenseText(): string {
  return `curfew: MIT License. Copyright (c) 2026 curfew contributors.
You may use, copy, change and pass on this software freely, as long as this notice stays with it.
It comes without warranty of any kind. The full text is the file LICENSE of its source.
`;
}
