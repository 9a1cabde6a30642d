import { errnoText } from "./errno.ts";
import type { SpawnError, UsageError } from "./error.ts";
import { inQuotes, ownName, quote } from "./quote.ts";
import type { Signal } from "./signal.ts";
import { signalLabel } from "./signal.ts";

/** Everything we say on stderr. */
export type Message =
  | UsageError
  | SpawnError
  | { readonly kind: "killing"; readonly signal: Signal; readonly command: string }
  | { readonly kind: "stopped"; readonly signal: Signal; readonly command: string }
  | { readonly kind: "continued"; readonly signal: Signal; readonly command: string }
  | { readonly kind: "dumped-core" }
  /** What was asked for could not be written to stdout. */
  | { readonly kind: "unprinted"; readonly errno: string }
  | { readonly kind: "leftovers"; readonly processes: readonly Process[] };

/** A process as a message names it. */
export type Process = { readonly pid: number; readonly command: string };

/** How this process speaks: the name it was called by, and whether its user reads UTF-8. */
export type Voice = { readonly name: string; readonly utf8: boolean };

/** The lines of a message, each ended. Texts from outside are quoted, so a line stays a line. */
export function formatMessage({ name, utf8 }: Voice, message: Message): string {
  const own = ownName(name);
  const line = `${own}: ${sentence(message, utf8)}\n`;
  if (message.kind !== "usage") return line;
  return `${line}Try ${inQuotes(`${own} --help`, utf8)} for more information.\n`;
}

function sentence(message: Message, utf8: boolean): string {
  switch (message.kind) {
    case "usage":
      return usageSentence(message, utf8);
    case "spawn":
      return `cannot run ${quote(message.command, utf8)}: ${errnoText(message.errno)}`;
    case "killing":
      return `sending signal ${labelOf(message)} to ${theCommand(message, utf8)}`;
    case "stopped":
    case "continued":
      return `${theCommand(message, utf8)} was ${message.kind} by signal ${labelOf(message)}`;
    case "dumped-core":
      return "the monitored command dumped core";
    case "unprinted":
      return `cannot write to standard output: ${errnoText(message.errno)}`;
    case "leftovers":
      return `still running: ${message.processes.map((left) => named(left, utf8)).join(", ")}`;
  }
}

function theCommand({ command }: { readonly command: string }, utf8: boolean): string {
  return `command ${quote(command, utf8)}`;
}

function labelOf({ signal }: { readonly signal: Signal }): string {
  return signalLabel(signal);
}

function named({ pid, command }: Process, utf8: boolean): string {
  return `${pid} ${quote(command, utf8)}`;
}

/** What is wrong, by kind; the part, what was given and what is expected are added to each. */
const USAGE: Readonly<Record<UsageError["code"], string>> = {
  unknown_command: "unknown command",
  unknown_option: "unknown option",
  ambiguous_option: "ambiguous option",
  missing_value: "missing value",
  unexpected_value: "unexpected value",
  missing_operand: "missing operand",
  bad_duration: "invalid time interval",
  bad_size: "invalid size",
  unknown_signal: "invalid signal",
  set_user_id: "refusing to run",
};

function usageSentence({ code, part, given, expected }: UsageError, utf8: boolean): string {
  const what = given === undefined ? USAGE[code] : `${USAGE[code]} ${quote(given, utf8)}`;
  return `${part}: ${what}: expected ${expected}`;
}
