import type { Option } from "./options.ts";
import {
  COMMON_OPTIONS,
  DOCTOR_OPTIONS,
  KILL_OPTIONS,
  RUN_OPTIONS,
  TIMEOUT_OPTIONS,
} from "./options.ts";
import type { ExitRow } from "./status.ts";
import { DOCTOR_EXIT_CODES, EXIT_CODES, KILL_EXIT_CODES, RUN_EXIT_CODES } from "./status.ts";
import { SIZE } from "./values.ts";

/** An option or an exit code, and what it means. */
type Row = readonly [left: string, right: string];

/** `timeout --help`, made from the tables that the parser and the exits use. */
export function timeoutHelp(name: string): string {
  const gnu = TIMEOUT_OPTIONS.slice(0, -COMMON_OPTIONS.length);
  return `Usage: ${name} [OPTION]... DURATION COMMAND [ARG]...
Run COMMAND, and end it if it still runs after DURATION.

${options(gnu)}

curfew's own, not to be shortened:
${options(COMMON_OPTIONS)}

DURATION is a number with an optional suffix: s for seconds (also without a suffix),
m for minutes, h for hours, d for days. 0 means no limit.
${VALUES}
${exits([...EXIT_CODES.map(exitRow), THE_COMMANDS_OWN])}`;
}

/** `run --help`. */
export function runHelp(name: string): string {
  return `Usage: ${name} [OPTION]... [--] COMMAND [ARG]...
Run COMMAND, and end everything it started: when it ends, when time is up, or when told to.

${options(RUN_OPTIONS)}

DURATION is a number with an optional suffix: us, ms, s (also without a suffix), m, h, d.
${VALUES}
${exits([...RUN_EXIT_CODES.map(exitRow), THE_COMMANDS_OWN])}`;
}

/** `kill --help`. */
export function killHelp(name: string): string {
  return `Usage: ${name} [OPTION]... PID...
End processes with everything they started, and say for each PID how it ended.

${options(KILL_OPTIONS)}

Each line of the answer is a PID and one of: graceful_exit, forceful_kill, already_exited, error.

${exits(KILL_EXIT_CODES.map(exitRow))}`;
}

/** `doctor --help`. */
export function doctorHelp(name: string): string {
  return `Usage: ${name} [OPTION]...
Say what can be guaranteed on this machine to this user, and why not more.

${options(DOCTOR_OPTIONS)}

${exits(DOCTOR_EXIT_CODES.map(exitRow))}`;
}

/** What the last row of the exit codes says of a door that runs a command. */
export const THE_COMMANDS_OWN: Row = [
  "otherwise",
  "the command's own; a command that died of a signal is followed",
];

const VALUES = `SIZE is ${SIZE.expected}.
PLACE is a path, or fd:N for an open descriptor.
`;

/** An option as it is written: short form, long form, value. */
export function optionUse<F>(option: Option<F>): string {
  const long = option.kind === "value" ? `${option.long}=${option.metavar}` : option.long;
  return option.short === undefined ? `    ${long}` : `${option.short}, ${long}`;
}

const WIDTH = 25;

/** Lines with the right halves in one column. */
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

/** `--version`. */
export function versionText(name: string, version: string): string {
  return `${name} (curfew) ${version}\n`;
}
