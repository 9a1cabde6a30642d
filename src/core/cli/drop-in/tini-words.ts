import type { DialectContext, Message } from "../../messages/messages.ts";
import { isRefusal, optionPhrase, refusalText } from "../../messages/phrases.ts";
import { onOneLine } from "../../values/quote.ts";
import { signalText } from "../../values/signal-text.ts";

/** The text of --version. Docker takes the third word for the version. */
export function tiniVersion(ours: string): string {
  return `tini version 0.19.0 (curfew ${ours})`;
}

/** The text of -h in tini 0.19, which it also prints after a mistake in the command line (S42). */
export function tiniUsage(name: string, ours: string): string {
  const base = name.slice(name.lastIndexOf("/") + 1);
  return `${base} (${tiniVersion(ours)})
Usage: ${base} [OPTIONS] PROGRAM -- [ARGS] | --version

Execute a program under the supervision of a valid init process (${base})

Command line options:

  --version: Show version and exit.
  -h: Show this help message and exit.
  -s: Register as a process subreaper (requires Linux >= 3.4).
  -p SIGNAL: Trigger SIGNAL when parent dies, e.g. "-p SIGKILL".
  -v: Generate more verbose output. Repeat up to 3 times.
  -w: Print a warning when processes are getting reaped.
  -g: Send signals to the child's process group.
  -e EXIT_CODE: Remap EXIT_CODE (from 0 to 255) to 0.
  -l: Show license and exit.

Environment variables:

  TINI_SUBREAPER: Register as a process subreaper (requires Linux >= 3.4).
  TINI_VERBOSITY: Set the verbosity level (default: 1).
  TINI_KILL_PROCESS_GROUP: Send signals to the child's process group.

`;
}

/** The marks of tini's lines, each with the least verbosity at which tini prints it (S39). */
const FATAL = ["FATAL", 0] as const;
const WARN = ["WARN ", 1] as const;
const INFO = ["INFO ", 2] as const;
const DEBUG = ["DEBUG", 3] as const;
const TRACE = ["TRACE", 4] as const;
/** The mark of messages that tini does not have: curfew prints them at every verbosity. */
const OURS = ["WARN ", 0] as const;

type Line = readonly [mark: readonly [name: string, from: number], text: string];

/** Writes a message in tini's words: a line for each step that tini reports. */
export function tiniWords(message: Message, spoken: DialectContext): string | undefined {
  if (message.kind === "usage") {
    const { part, given = "" } = message;
    const letter = part.split(" ")[0] ?? part;
    const phrase = optionPhrase(message);
    if (phrase !== undefined) {
      return `${spoken.name}: ${phrase}\n${tiniUsage(spoken.name, spoken.version)}`;
    }
    if (message.code === "missing_operand") return tiniUsage(spoken.name, spoken.version);
    if (!["-e", "-p", "--expect-exit"].includes(letter)) return undefined;
    return marked([[FATAL, `Not a valid option for ${letter}: ${onOneLine(given)}`]], spoken);
  }
  return marked(linesOf(message, spoken), spoken);
}

function marked(lines: readonly Line[], { pid, verbosity }: DialectContext): string {
  return lines
    .filter(([[, from]]) => verbosity >= from)
    .map(([[mark], text]) => `[${mark} tini (${pid})] ${text}\n`)
    .join("");
}

function linesOf(
  message: Exclude<Message, { kind: "usage" }>,
  spoken: DialectContext,
): readonly Line[] {
  switch (message.kind) {
    case "spawn": {
      const { command } = message;
      const text = `exec ${onOneLine(command)} failed: ${refusalText(message, spoken.utf8)}`;
      return [[FATAL, isRefusal(message) ? text : spoken.ours]];
    }
    case "reaped":
      return [
        [DEBUG, `Reaped child with pid: '${message.pid}'`],
        [WARN, `Reaped zombie process with pid=${message.pid}`],
      ];
    case "command-started": {
      const { command, pid } = message;
      return [[INFO, `Spawned child process '${onOneLine(command)}' with pid '${pid}'`]];
    }
    case "signal-received":
      return [];
    case "killing":
      return [[DEBUG, `Passing signal: '${signalText(message.signal)}'`]];
    case "command-ended": {
      const { pid, status } = message;
      const how =
        status.kind === "exited"
          ? `normally (with status '${status.code}')`
          : `with signal (with signal '${signalText(status.signal)}')`;
      return [
        [DEBUG, "Received SIGCHLD"],
        [DEBUG, `Reaped child with pid: '${pid}'`],
        [INFO, `Main child exited ${how}`],
      ];
    }
    case "leaving":
      return [[TRACE, "Exiting: child has exited"]];
    case "holding":
      if (message.mechanism === "pidns") return [];
      return [message.mechanism === "subreaper" ? SUBREAPER : [OURS, spoken.ours]];
    default:
      return [[OURS, spoken.ours]];
  }
}

const SUBREAPER: Line = [TRACE, "Registered as child subreaper"];
