import type { SpawnError, UsageError } from "../spec/error.ts";
import type { Mechanism, Process, Survivor } from "../spec/tree.ts";
import { errnoText } from "../values/errno.ts";
import { inQuotes, onOneLine, quote } from "../values/quote.ts";
import type { Signal } from "../values/signal.ts";
import { signalLabel } from "../values/signal.ts";
import type { BudgetMessage } from "./budget-sentence.ts";
import { budgetSentence, isBudgetMessage } from "./budget-sentence.ts";
import type { ConfigMessage } from "./config-sentence.ts";
import { configSentence } from "./config-sentence.ts";
import type { EndingMessage } from "./ending-sentence.ts";
import { endingSentence, isEnding } from "./ending-sentence.ts";
import type { GenerationMessage } from "./generation-sentence.ts";
import { generationSentence } from "./generation-sentence.ts";
import type { NarrationMessage } from "./narration-sentence.ts";
import { isNarration, narrationSentence } from "./narration-sentence.ts";
import { namesOf, survivorsOf } from "./process-names.ts";
import type { RelayMessage } from "./relay-sentence.ts";
import { NO_PTY, relaySentence } from "./relay-sentence.ts";
import { usageSentence } from "./usage-sentence.ts";

/** Every message of curfew on stderr, but what `kill` says of single processes (kill/result.ts). */
export type Message =
  | UsageError
  | SpawnError
  | { readonly kind: "killing"; readonly signal: Signal; readonly command: string }
  | { readonly kind: "stopped"; readonly signal: Signal; readonly command: string }
  | { readonly kind: "continued"; readonly signal: Signal; readonly command: string }
  | { readonly kind: "dumped-core" }
  /** A request to end is held back for --drain. */
  | { readonly kind: "draining"; readonly signal: Signal }
  | { readonly kind: "holding"; readonly mechanism: Mechanism }
  /** An orphan that no other process would have reaped. */
  | { readonly kind: "reaped"; readonly pid: number }
  | NarrationMessage
  | GenerationMessage
  /** --mem-limit holds for each process, because there is no cgroup for the tree. */
  | { readonly kind: "limit-per-process" }
  /** The kernel or a sandbox refuses a system call that curfew cannot do without. */
  | { readonly kind: "call-refused"; readonly call: string; readonly errno: string }
  /** The output that was asked for could not be written to stdout. */
  | { readonly kind: "cannot-print"; readonly errno: string }
  /** Processes that the main child has left behind. */
  | { readonly kind: "leftovers"; readonly processes: readonly Process[] }
  /** Those of them that are about to end by themselves. */
  | { readonly kind: "waiting"; readonly processes: readonly Process[] }
  /** Processes that the command has left behind, where that is an error. */
  | { readonly kind: "leaked"; readonly processes: readonly Process[] }
  | { readonly kind: "survivors"; readonly survivors: readonly Survivor[] }
  | RelayMessage
  | ConfigMessage
  | BudgetMessage
  | EndingMessage
  | { readonly kind: "guardian-gone"; readonly isKilled: boolean }
  | { readonly kind: "guardian-late" }
  /** Lines of --events or --log that were not written. EAGAIN: the reader was too slow. */
  | {
      readonly kind: "dropped";
      readonly part: "--events" | "--log";
      readonly given: string;
      readonly count: number;
      readonly errno: string;
    }
  /** An address that curfew could not listen on. */
  | { readonly kind: "cannot-listen"; readonly given: string; readonly errno: string }
  /** A descriptor of the command whose number is too high: `limit` is the first that is. */
  | {
      readonly kind: "beyond-limit";
      readonly part: string;
      readonly descriptor: number;
      readonly limit: number;
    }
  /** A path that curfew could not watch. */
  | { readonly kind: "cannot-watch"; readonly given: string; readonly errno: string }
  /** A watched path that curfew cannot read at present. */
  | { readonly kind: "cannot-read"; readonly given: string; readonly errno: string }
  /** The kernel does not report changes, so curfew looks for them at intervals. */
  | { readonly kind: "polling"; readonly errno: string }
  /** The descriptor of --control cannot be read. */
  | { readonly kind: "no-control"; readonly given: string; readonly errno: string }
  /** A report or events that could not be opened or written. */
  | {
      readonly kind: "cannot-write";
      readonly part: string;
      readonly given: string;
      readonly errno: string;
    };

/** How messages are printed: the name that curfew was called by, and whether quotes are UTF-8. */
export type Voice = {
  readonly name: string;
  readonly utf8: boolean;
  /** Set where curfew stands in for a tool that has its own messages. */
  readonly speech?: Speech;
  /** What may have been meant by a command that cannot be run. */
  readonly hintFor?: (error: SpawnError) => string | undefined;
};

/** What the messages of a tool are made with. */
export type Speech = {
  readonly dialect: Dialect;
  readonly pid: number;
  /** curfew's version. */
  readonly version: string;
  /** How many messages there are: tini's verbosity. */
  readonly verbosity: number;
};

/**
 * Formats a message in the words of a tool, for programs that search for them. Undefined: the tool
 * has no such message, and curfew's own is printed. An empty text: nothing is printed.
 */
export type Dialect = (message: Message, context: DialectContext) => string | undefined;

/** What a dialect may use, with curfew's own sentence for the message as `ours`. */
export type DialectContext = Omit<Speech, "dialect"> &
  Pick<Voice, "name" | "utf8"> & { readonly ours: string };

/** The lines of a message. Texts from outside are quoted, so that none of them adds a line. */
export function formatMessage(voice: Voice, message: Message): string {
  const { name, utf8, speech } = voice;
  const own = onOneLine(name);
  const ours = sentence(message, utf8);
  const theirs = speech?.dialect(message, { ...speech, name: own, utf8, ours });
  if (theirs !== undefined) return theirs;
  const hint = message.kind === "spawn" ? voice.hintFor?.(message) : undefined;
  const line = `${own}: ${ours}${hint === undefined ? "" : `; ${hint}`}\n`;
  if (message.kind !== "usage") return line;
  return `${line}Try ${inQuotes(`${own} --help`)} for more information.\n`;
}

/** The message without the name of the program. */
export function sentence(message: Message, utf8: boolean): string {
  if (isEnding(message)) return endingSentence(message, utf8);
  if (isNarration(message)) return narrationSentence(message, utf8);
  if (isBudgetMessage(message)) return budgetSentence(message, utf8);
  switch (message.kind) {
    case "usage":
      return usageSentence(message, utf8);
    case "spawn":
      return spawnSentence(message, utf8);
    case "killing":
      return `sending signal ${labelOf(message)} to ${theCommand(message, utf8)}`;
    case "stopped":
    case "continued":
      return `${theCommand(message, utf8)} was ${message.kind} by signal ${labelOf(message)}`;
    case "dumped-core":
      return "the monitored command dumped core";
    case "draining":
      return `signal ${labelOf(message)} is held back`;
    case "holding":
      return `the tree is held by ${HOLDERS[message.mechanism]}`;
    case "reaped":
      return `reaped process ${message.pid}, an orphan`;
    case "generation":
    case "restarted":
    case "sockets-unused":
      return generationSentence(message, utf8);
    case "limit-per-process":
      return "--mem-limit holds for each process, not for the whole tree: no cgroup can be used";
    case "call-refused":
      return `the system call ${message.call} is refused: ${errnoText(message.errno)}`;
    case "cannot-print":
      return `cannot write to standard output: ${errnoText(message.errno)}`;
    case "waiting":
    case "leftovers":
      return `${LEFT[message.kind]}: ${namesOf(message.processes, utf8)}`;
    case "leaked":
      return leakedSentence(message, utf8);
    case "survivors":
      return `could not be killed: ${survivorsOf(message.survivors, utf8)}`;
    case "idle":
    case "output-limit":
    case "output-lost":
      return relaySentence(message);
    case "config-flaw":
    case "config-ignored":
    case "config-unusable":
    case "config-unread":
      return configSentence(message, utf8);
    case "guardian-gone":
      return message.isKilled
        ? "the guardian was killed from outside; terminating the processes that it held"
        : "the guardian ended unexpectedly; terminating the processes that it held";
    case "guardian-late":
      return "the guardian did not answer in time; killing it and the processes that it held";
    default:
      return placeSentence(message, utf8);
  }
}

type PlaceMessage = Extract<
  Message,
  {
    kind:
      | "dropped"
      | "cannot-listen"
      | "cannot-watch"
      | "cannot-read"
      | "no-control"
      | "beyond-limit"
      | "polling"
      | "cannot-write";
  }
>;

/** What could not be read, written or listened on. */
function placeSentence(message: PlaceMessage, utf8: boolean): string {
  switch (message.kind) {
    case "dropped":
      return droppedSentence(message, utf8);
    case "cannot-listen":
    case "cannot-watch":
    case "cannot-read":
    case "no-control":
      return unopened(UNOPENED[message.kind], message, utf8);
    case "beyond-limit":
      return beyondSentence(message);
    case "polling":
      return `--watch: ${whyPolling(message)}; scanning every second instead`;
    case "cannot-write": {
      const { part, given, errno } = message;
      return `${part}: cannot write to ${quote(given, utf8)}: ${errnoText(errno)}`;
    }
  }
}

function leakedSentence({ processes }: Extract<Message, { kind: "leaked" }>, utf8: boolean) {
  const names = namesOf(processes, utf8) || "they cannot be named";
  return `the command left processes behind: ${names}`;
}

function beyondSentence({ part, descriptor, limit }: Extract<Message, { kind: "beyond-limit" }>) {
  const what = `descriptor ${descriptor} is beyond the limit of open files`;
  return `${part}: ${what}, ${limit} (${OPEN_FILES})`;
}

function droppedSentence(
  { part, count, given, errno }: Extract<Message, { kind: "dropped" }>,
  utf8: boolean,
): string {
  const place = quote(given, utf8);
  if (errno === "EAGAIN") return `${part}: ${count} lines were not read in time at ${place}`;
  return `${part}: ${count} lines could not be written to ${place}: ${errnoText(errno)}`;
}

/** The beginnings of the messages about processes that are left. */
const LEFT = {
  waiting: "waiting for processes that read the end of a pipe",
  leftovers: "still running",
} as const;

/** What holds a tree, in the words of -v. */
const HOLDERS: Readonly<Record<Mechanism, string>> = {
  pidns: "its PID namespace: curfew is the first process in it, or has started it",
  cgroup: "a cgroup",
  subreaper: "a subreaper: curfew is not PID 1",
  group: "its process group alone",
  child: "nothing: curfew can signal only the command",
};

const UNOPENED = {
  "cannot-listen": "--listen: cannot listen on",
  "cannot-watch": "--watch: cannot watch",
  "cannot-read": "--watch: cannot read",
  "no-control": "--control: cannot read",
} as const;

function unopened(
  what: string,
  { given, errno }: { readonly given: string; readonly errno: string },
  utf8: boolean,
): string {
  return `${what} ${quote(given, utf8)}: ${reasonOf(errno)}`;
}

/** What an error means, and which limit to raise. */
function reasonOf(errno: string): string {
  return errno === "EMFILE" ? `${errnoText(errno)} (${OPEN_FILES})` : errnoText(errno);
}

const OPEN_FILES = "RLIMIT_NOFILE, ulimit -n";

function whyPolling({ errno }: { readonly errno: string }): string {
  return WHY_POLLING[errno] ?? errnoText(errno);
}

/** Why inotify(7) refuses, where the usual text of the error number would mislead. */
const WHY_POLLING: Readonly<Record<string, string>> = {
  ENOSPC: "fs.inotify.max_user_watches is too small",
  EMFILE: "fs.inotify.max_user_instances is too small",
};

function theCommand({ command }: { readonly command: string }, utf8: boolean): string {
  return `command ${quote(command, utf8)}`;
}

function labelOf({ signal }: { readonly signal: Signal }): string {
  return signalLabel(signal);
}

function spawnSentence(error: SpawnError, utf8: boolean): string {
  const { code, command, detail, interpreter, errno } = error;
  const what = `cannot run ${quote(command, utf8)}`;
  if (code === "no_pty") return `${what}: ${NO_PTY}: ${reasonOf(errno)}`;
  if (code === "bad_cwd") {
    return `${what}: cannot enter ${quote(detail ?? "", utf8)}: ${reasonOf(errno)}`;
  }
  if (interpreter !== undefined) {
    // The carriage return before the line feed is a part of the interpreter's name.
    const why = interpreter.endsWith("\r") ? "; its lines end with CR LF, as on Windows" : "";
    return `${what}: its interpreter ${quote(interpreter, utf8)} does not exist${why}`;
  }
  if (code === "not_executable" && detail !== undefined) return `${what}: it is ${detail}`;
  return `${what}: ${detail === undefined ? "" : `${detail}: `}${reasonOf(errno)}`;
}
