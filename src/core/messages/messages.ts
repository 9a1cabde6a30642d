import type { SpawnError, UsageError } from "../spec/error.ts";
import type { ExitCode, WaitStatus } from "../spec/status.ts";
import type { Mechanism, Process, Survivor } from "../spec/tree.ts";
import { errnoText } from "../values/errno.ts";
import { inQuotes, onOneLine, quote } from "../values/quote.ts";
import type { Signal } from "../values/signal.ts";
import { signalLabel } from "../values/signal.ts";
import { namesOf, survivorsOf } from "./process-names.ts";
import type { BudgetMessage } from "./budget-sentence.ts";
import { budgetSentence } from "./budget-sentence.ts";
import type { RelayMessage } from "./relay-sentence.ts";
import { relaySentence } from "./relay-sentence.ts";

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
  // The next four are only said in the words of a tool that curfew stands in for.
  /** `isAlone`: signals go to the command alone, and not to its group. */
  | {
      readonly kind: "command-started";
      readonly pid: number;
      readonly command: string;
      readonly isAlone: boolean;
    }
  | { readonly kind: "command-ended"; readonly pid: number; readonly status: WaitStatus }
  | {
      readonly kind: "signal-received";
      readonly signal: Signal;
      /** The signal that it is forwarded as. */
      readonly becomes: Signal | undefined;
    }
  /** The run is over, and curfew exits with the code. */
  | { readonly kind: "leaving"; readonly code: ExitCode }
  /** What a generation of the command does. */
  | { readonly kind: "generation"; readonly generation: number; readonly step: GenerationStep }
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
  | BudgetMessage
  | { readonly kind: "guardian-gone" }
  | { readonly kind: "guardian-late" }
  /** Lines of --events that were not written. EAGAIN: the reader was too slow. */
  | {
      readonly kind: "dropped";
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

/** What a message says about a generation. */
export type GenerationStep =
  | "starting"
  | "ready"
  | "not-ready"
  | "ended"
  | "waiting"
  | "timed-out"
  | "failed";

/** How messages are printed: the name that curfew was called by, and whether quotes are UTF-8. */
export type Voice = {
  readonly name: string;
  readonly utf8: boolean;
  /** Set where curfew stands in for a tool that has its own messages. */
  readonly speech?: Speech;
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
export function formatMessage({ name, utf8, speech }: Voice, message: Message): string {
  const own = onOneLine(name);
  const ours = sentence(message, utf8);
  const theirs = speech?.dialect(message, { ...speech, name: own, utf8, ours });
  if (theirs !== undefined) return theirs;
  const line = `${own}: ${ours}\n`;
  if (message.kind !== "usage") return line;
  return `${line}Try ${inQuotes(`${own} --help`)} for more information.\n`;
}

function sentence(message: Message, utf8: boolean): string {
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
    case "command-started":
    case "command-ended":
    case "signal-received":
    case "leaving":
      return narrationSentence(message, utf8);
    case "generation":
      return `generation ${message.generation} ${STEPS[message.step]}`;
    case "limit-per-process":
      return "--mem-limit holds for each process, not for all together: no cgroup can be had here";
    case "call-refused":
      return `the system call ${message.call} is refused: ${errnoText(message.errno)}`;
    case "cannot-print":
      return `cannot write to standard output: ${errnoText(message.errno)}`;
    case "waiting":
    case "leftovers":
      return `${LEFT[message.kind]}: ${namesOf(message.processes, utf8)}`;
    case "leaked": {
      const names = namesOf(message.processes, utf8) || "they cannot be named";
      return `the command left processes behind: ${names}`;
    }
    case "survivors":
      return `could not be ended: ${survivorsOf(message.survivors, utf8)}`;
    case "idle":
    case "output-limit":
    case "output-lost":
      return relaySentence(message);
    case "limit-passed":
    case "no-stdin-end":
    case "heartbeat":
      return budgetSentence(message, utf8);
    case "guardian-gone":
      return "the guardian was ended from outside; ending the processes that it held";
    case "guardian-late":
      return "the guardian did not answer in time; ending it and the processes that it held";
    case "dropped":
      return droppedSentence(message, utf8);
    case "cannot-listen":
    case "cannot-watch":
    case "cannot-read":
    case "no-control":
      return unopened(UNOPENED[message.kind], message, utf8);
    case "beyond-limit": {
      const { part, descriptor, limit } = message;
      const what = `descriptor ${descriptor} is beyond the limit of open files`;
      return `${part}: ${what}, ${limit} (${OPEN_FILES})`;
    }
    case "polling":
      return `--watch: ${whyPolling(message)}; looking every second instead`;
    case "cannot-write": {
      const { part, given, errno } = message;
      return `${part}: cannot write to ${quote(given, utf8)}: ${errnoText(errno)}`;
    }
  }
}

function droppedSentence(
  { count, given, errno }: Extract<Message, { kind: "dropped" }>,
  utf8: boolean,
): string {
  const place = quote(given, utf8);
  if (errno === "EAGAIN") return `--events: ${count} lines were not read in time at ${place}`;
  return `--events: ${count} lines could not be written to ${place}: ${errnoText(errno)}`;
}

/** A message that only a tool's own words have. */
export type NarrationMessage = Extract<
  Message,
  { kind: "command-started" | "command-ended" | "signal-received" | "leaving" }
>;

function narrationSentence(message: NarrationMessage, utf8: boolean): string {
  switch (message.kind) {
    case "command-started":
      return `started process ${message.pid} ${quote(message.command, utf8)}`;
    case "command-ended":
      return `process ${message.pid} ${howEnded(message.status)}`;
    case "signal-received":
      return `signal ${labelOf(message)} was received`;
    case "leaving":
      return `leaving with exit code ${message.code}`;
  }
}

function howEnded(status: WaitStatus): string {
  if (status.kind === "exited") return `exited with code ${status.code}`;
  return `was ended by signal ${signalLabel(status.signal)}`;
}

/** The beginnings of the messages about processes that are left. */
const LEFT = {
  waiting: "waiting for processes that read the end of a pipe",
  leftovers: "still running",
} as const;

/** What holds a tree, in the words of -v. */
const HOLDERS: Readonly<Record<Mechanism, string>> = {
  pidns: "its PID namespace, whose first process we are or have made",
  cgroup: "a cgroup",
  subreaper: "a subreaper: curfew is not PID 1",
  group: "its process group alone",
  child: "nothing: the command alone is ours",
};

const STEPS: Readonly<Record<GenerationStep, string>> = {
  starting: "begins",
  ready: "is ready",
  "not-ready": "did not become ready; the one before it stays",
  ended: "has ended",
  waiting: "has ended by itself: waiting for a change",
  "timed-out": "has reached its time limit: waiting for a change",
  failed: "has failed, which ends all: --exit-on-error",
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
  if (code === "bad_cwd") {
    return `${what}: cannot enter ${quote(detail ?? "", utf8)}: ${reasonOf(errno)}`;
  }
  if (interpreter !== undefined) {
    return `${what}: its interpreter ${quote(interpreter, utf8)} does not exist`;
  }
  return `${what}: ${detail === undefined ? "" : `${detail}: `}${reasonOf(errno)}`;
}

/** What is wrong. The option or operand, the given text and what is expected are added to it. */
const USAGE: Readonly<Record<UsageError["code"], string>> = {
  unknown_command: "unknown command",
  unknown_option: "unknown option",
  ambiguous_option: "ambiguous option",
  missing_value: "missing value",
  unexpected_value: "unexpected value",
  missing_operand: "missing operand",
  missing_option: "no effect alone",
  conflicting_option: "cannot be combined",
  extra_operand: "extra operand",
  bad_duration: "invalid time interval",
  bad_size: "invalid size",
  bad_number: "invalid number",
  bad_output: "invalid output",
  bad_path: "invalid path",
  bad_time: "invalid time",
  bad_pattern: "invalid pattern",
  bad_address: "invalid address",
  bad_pid: "invalid process number",
  unknown_choice: "invalid choice",
  unknown_signal: "invalid signal",
  set_user_id: "refusing to run",
};

function usageSentence({ code, part, given, expected }: UsageError, utf8: boolean): string {
  const what = given === undefined ? USAGE[code] : `${USAGE[code]} ${quote(given, utf8)}`;
  return `${part}: ${what}: expected ${expected}`;
}
