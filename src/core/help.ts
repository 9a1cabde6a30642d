import type { Option } from "./options.ts";
import { TIMEOUT_OPTIONS } from "./options.ts";
import { EXIT_CODES } from "./status.ts";

/** `timeout --help`, made from the tables that the parser and the exits use. */
export function timeoutHelp(name: string): string {
  return `Usage: ${name} [OPTION]... DURATION COMMAND [ARG]...
Run COMMAND, and end it if it still runs after DURATION.

${TIMEOUT_OPTIONS.map(optionLine).join("\n")}

DURATION is a number with an optional suffix: s for seconds (also without a suffix),
m for minutes, h for hours, d for days. 0 means no limit.

Exit codes:
${EXIT_CODES.map(({ code, meaning }) => `  ${String(code).padEnd(26)} ${meaning}`).join("\n")}
  otherwise                  the command's own; a command that died of a signal is followed
`;
}

/** An option as it is written: short form, long form, value. */
export function optionUse(option: Option): string {
  const long = option.kind === "value" ? `${option.long}=${option.metavar}` : option.long;
  return option.short === undefined ? `    ${long}` : `${option.short}, ${long}`;
}

function optionLine(option: Option): string {
  return `  ${optionUse(option).padEnd(26)} ${option.help}`;
}

/** `--version`. */
export function versionText(name: string, version: string): string {
  return `${name} (curfew) ${version}\n`;
}

/** `curfew --help`. */
export function curfewHelp(name: string): string {
  return `Usage: ${name} timeout [OPTION]... DURATION COMMAND [ARG]...
       ${name} --help | --version
Run a command, and guarantee when and how it ends.

Called by the name timeout, this program takes timeout's own command line.
Try '${name} timeout --help' for its options.
`;
}
