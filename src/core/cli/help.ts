import { INIT_DEFAULTS, RUN_DEFAULTS, TIMEOUT_DEFAULTS } from "../spec/defaults.ts";
import { INSPECT_DEFAULTS } from "../spec/inspect-spec.ts";
import { CONFIG_DEFAULTS, DOCTOR_DEFAULTS, KILL_DEFAULTS } from "../spec/kill-spec.ts";
import { SHOW_DEFAULTS } from "../spec/show-spec.ts";
import type { Fields } from "../spec/spec.ts";
import type { ExitRow } from "../spec/status.ts";
import {
  CONFIG_EXIT_CODES,
  DOCTOR_EXIT_CODES,
  EXIT_CODES,
  EXIT_FAILED,
  INSPECT_EXIT_CODES,
  KILL_EXIT_CODES,
  RUN_EXIT_CODES,
  SHOW_EXIT_CODES,
} from "../spec/status.ts";
import type { Tool } from "./drop-in/drop-in.ts";
import { INIT_WITH_SCINIT, SCINIT_ALIASES } from "./drop-in/scinit-options.ts";
import type { Row } from "./layout.ts";
import { columns, DEFAULT_WIDTH, paragraphs } from "./layout.ts";
import { optionColumns, optionSections } from "./option-help.ts";
import { TIME } from "./options/budget.ts";
import { INIT_OPTIONS } from "./options/init.ts";
import { INSPECT_OPTIONS } from "./options/inspect.ts";
import { CONFIG_OPTIONS, DOCTOR_OPTIONS, KILL_OPTIONS } from "./options/kill.ts";
import { LISTEN } from "./options/listen.ts";
import type { Option } from "./options/option.ts";
import { RUN_OPTIONS, TIMEOUT_EXTENSIONS, TIMEOUT_OPTIONS } from "./options/options.ts";
import { nameOf } from "./options/scan.ts";
import { SHOW_OPTIONS } from "./options/show.ts";
import { listOf, SIZE } from "./options/values.ts";

/** The text of `timeout --help`, from the tables that parser and exit codes use. */
export function timeoutHelp(
  name: string,
  width: number = DEFAULT_WIDTH,
  gnu: readonly Option<Fields>[] = TIMEOUT_OPTIONS.filter(isGnu),
): string {
  return `Usage: ${name} [OPTION]... DURATION COMMAND [ARG]...
${paragraphs(width, "Run COMMAND, and terminate it if it still runs after DURATION.")}

Example: ${name} -k 5s 1m make test

Options:
${optionColumns(gnu, TIMEOUT_DEFAULTS, width)}

curfew's extensions, whose names cannot be abbreviated:

${optionSections(TIMEOUT_EXTENSIONS, TIMEOUT_DEFAULTS, width)}

${paragraphs(
  width,
  "DURATION is a number with an optional suffix: s for seconds (also without a suffix), m for " +
    "minutes, h for hours, d for days. 0 means no limit. Options of curfew also take 1m30s.",
  ...VALUES,
)}

${exits([...EXIT_CODES.map(exitRow), OTHER_CODES], width)}`;
}

function isGnu({ shortens }: Option<Fields>): boolean {
  return shortens === true;
}

/** The text of `run --help`. */
export function runHelp(name: string, width: number = DEFAULT_WIDTH): string {
  return `Usage: ${name} [OPTION]... [--] COMMAND [ARG]...
${paragraphs(
  width,
  "Run COMMAND, and terminate everything it started: when it exits, at the time limit, or on " +
    "request.",
)}

Example: ${name} --timeout 5m -- npm test

${optionSections(RUN_OPTIONS, RUN_DEFAULTS, width)}

${paragraphs(width, DURATIONS, TIMES, ...VALUES)}

${exits([...RUN_EXIT_CODES.map(exitRow), OTHER_CODES], width)}`;
}

/** The text of `init --help`. */
export function initHelp(name: string, width: number = DEFAULT_WIDTH): string {
  return `Usage: ${name} [OPTION]... [--] COMMAND [ARG]...
${paragraphs(
  width,
  "Run COMMAND as the first process of a container does: forward signals, reap orphans, terminate " +
    "what is left when COMMAND exits, and restart it on a change without losing a connection.",
)}

Example: ${name} --listen 8080 --watch src -- ./server

${optionSections(INIT_OPTIONS, INIT_DEFAULTS, width)}

scinit's names for some of these options:
${optionColumns(SCINIT_ALIASES, INIT_WITH_SCINIT, width)}

${initValues(INIT_OPTIONS, width)}

${exits([...RUN_EXIT_CODES.map(exitRow), OTHER_CODES_OF_INIT], width)}`;
}

/** The last row of the exit codes of `init`. */
export const OTHER_CODES_OF_INIT: Row = [
  "otherwise",
  "the command's own; 128 + N if it died of signal N",
];

/** The text of `--help` under a tool's name. */
export function toolHelp<F>(
  tool: Tool<F>,
  name: string,
  version: string,
  width: number = DEFAULT_WIDTH,
): string {
  const isOurs = tool.usage === undefined;
  return `${tool.usage?.(name, version).trimEnd() ?? `Usage: ${name} ${TOOL_OPERANDS}`}
${isOurs ? "" : "\n"}${paragraphs(width, ...tool.about.split("\n"))}

${isOurs ? optionsHelp(tool, width) : ""}curfew's extensions:

${optionSections(tool.extra, tool.defaults, width)}

${initValues([...tool.options, ...tool.extra], width)}

${exits([...toolExitCodes(tool).map(exitRow), OTHER_CODES_OF_INIT], width)}`;
}

const TOOL_OPERANDS = "[OPTION]... [--] COMMAND [ARG]...";

/** A tool's options and variables, where its own help text is not reproduced. */
function optionsHelp<F>(tool: Tool<F>, width: number): string {
  const { variables, options, defaults } = tool;
  const shown = `Environment:\n${columns(variables, width, LEFT)}\n\n`;
  const read = variables.length === 0 ? "" : shown;
  return `Options:\n${optionColumns(options, defaults, width)}\n\n${read}`;
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
export function killHelp(name: string, width: number = DEFAULT_WIDTH): string {
  return `Usage: ${name} [OPTION]... PID...
${paragraphs(
  width,
  "Terminate processes with everything they started, and report how each of them ended.",
)}

Example: ${name} -k 10s 4711

${optionSections(KILL_OPTIONS, KILL_DEFAULTS, width)}

${paragraphs(
  width,
  "A signal may also be an option, as kill(1) has it: -9, -KILL.",
  "Each line of the answer is a PID and one of: graceful_exit, forceful_kill, already_exited, " +
    "error. With --signal 0 nothing is sent, and it is one of: running, already_exited, error.",
)}

${exits(KILL_EXIT_CODES.map(exitRow), width)}`;
}

/** The text of `doctor --help`. */
export function doctorHelp(name: string, width: number = DEFAULT_WIDTH): string {
  return `Usage: ${name} [OPTION]...
${paragraphs(
  width,
  "Report what curfew can guarantee on this machine to this user, and what prevents more.",
)}

Example: ${name} --json

${optionSections(DOCTOR_OPTIONS, DOCTOR_DEFAULTS, width)}

${exits(DOCTOR_EXIT_CODES.map(exitRow), width)}`;
}

/** The text of `inspect --help`. */
export function inspectHelp(name: string, width: number = DEFAULT_WIDTH): string {
  return `Usage: ${name} [OPTION]... [PID]...
${paragraphs(
  width,
  "Draw processes and everything they started, as they are now: what each one waits for, since " +
    "when, and on which addresses it listens. Without a PID: the runs of curfew of this user, of " +
    "all users for root, with the time that is left to them.",
)}

Example: ${name} --follow 4711

${optionSections(INSPECT_OPTIONS, INSPECT_DEFAULTS, width)}

${paragraphs(width, DURATIONS)}

${exits(INSPECT_EXIT_CODES.map(exitRow), width)}`;
}

/** The text of `show --help`. */
export function showHelp(name: string, width: number = DEFAULT_WIDTH): string {
  return `Usage: ${name} [OPTION]... EVENTS
${paragraphs(
  width,
  "Draw a timeline of a run from the file that --events has written; - stands for standard input.",
)}

Example: ${name} --markdown events.jsonl

${optionSections(SHOW_OPTIONS, SHOW_DEFAULTS, width)}

${paragraphs(
  width,
  "Without an option, the drawing is text. Its width is that of the terminal, or what the " +
    "variable COLUMNS says (60 to 200).",
)}

${exits(SHOW_EXIT_CODES.map(exitRow), width)}`;
}

/** The text of `config --help`. */
export function configHelp(name: string, width: number = DEFAULT_WIDTH): string {
  return `Usage: ${name} [OPTION]...
${paragraphs(
  width,
  "Print the value that each option of run, init and timeout has without a command line, and " +
    "which file or profile sets it.",
)}

Example: ${name} --profile agent

${optionSections(CONFIG_OPTIONS, CONFIG_DEFAULTS, width)}

${exits(CONFIG_EXIT_CODES.map(exitRow), width)}`;
}

/** The last row of the exit codes of `timeout` and `run`. */
export const OTHER_CODES: Row = [
  "otherwise",
  "the command's own; if a signal killed it, curfew dies of the same one",
];

const DURATIONS =
  "DURATION is a number with an optional suffix: us, ms, s (also without a suffix), m, h, d; or " +
  "several with falling units, such as 1m30s.";

const TIMES = `TIME is ${TIME.expected}.`;

const VALUES: readonly string[] = [
  `SIZE is ${SIZE.expected}.`,
  "--mem-limit SIZE,tree sets a limit for the whole tree, or curfew starts nothing.",
  "OUTPUT is a path, or fd:N for an open descriptor.",
];

function initValues<F>(rows: readonly Option<F>[], width: number): string {
  const repeated = rows.flatMap((row) => ("repeats" in row ? nameOf(row) : []));
  return paragraphs(
    width,
    `${listOf(repeated, "and")} may be repeated.`,
    DURATIONS,
    TIMES,
    `ADDRESS is ${LISTEN.expected}.`,
    ...VALUES,
  );
}

/** The left column of everything that is not an option. */
const LEFT = 25;

function exitRow({ code, meaning }: ExitRow): Row {
  return [String(code), meaning];
}

function exits(rows: readonly Row[], width: number): string {
  return `Exit codes:\n${columns(rows, width, 9)}\n`;
}

/** The text of `--version`. `build`: the commit and the platform. */
export function versionText(name: string, version: string, build: string): string {
  return `${name} (curfew) ${version}\n${build}\n`;
}

/** The text of tini's -l and catatonit's -L. */
export function licenseText(): string {
  return `curfew: MIT License. Copyright (c) 2026 curfew contributors.
You may use, copy, change and pass on this software freely, as long as this notice stays with it.
It comes without warranty of any kind. The full text is the file LICENSE of its source.
`;
}
