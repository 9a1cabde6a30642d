// One row for each option of the library: its flag of `curfew run`, how its value becomes the
// flag's text, what is accepted, and what it means. Checks, words and documents are made of it.
import type { ErrorCode } from "../result/result.ts";
import type { Options } from "./options.ts";
import {
  durationText,
  isAbortSignal,
  isBytes,
  isPath,
  isRecord,
  signalText,
  sizeText,
  wholeText,
  wordText,
} from "./values.ts";

type Common = {
  /** One sentence, for the documents. */
  readonly means: string;
  /** What is accepted, for the message about something else. */
  readonly expected: string;
  /** The option of the program, for the documents, where it is written by other code. */
  readonly becomes?: `--${string}`;
};

/** An option that is one of the program's. */
export type FlagRow = Common & {
  readonly kind: "flag";
  readonly flag: `--${string}`;
  readonly code: ErrorCode;
  /** The texts for the flag, one for each time; undefined: not a value of this kind. */
  readonly texts: (value: unknown) => readonly string[] | undefined;
};

/** An option that the library itself serves. `callback`: it needs an event loop. */
export type LibraryRow = Common & {
  readonly kind: "library" | "callback";
  readonly code: ErrorCode;
  readonly accepts: (value: unknown) => boolean;
};

/** An option of a later version. */
export type LaterRow = Common & { readonly kind: "later" };

export type OptionRow = FlagRow | LibraryRow | LaterRow;

/** The words of the options that the relay serves; they are not words of every program. */
export const RELAY_FLAGS = {
  idleTimeout: "--idle-timeout",
  maxOutput: "--max-output",
  keepOutput: "--keep-output",
  pipeDrain: "--pipe-drain",
} as const;

const DURATION = 'milliseconds, or a string with a unit such as "1.5s", "500ms", "2h"';
const SIZE = 'a whole number of bytes, or a string such as "512K", "1M", "2GB"';
const SIGNAL = 'a name such as "SIGTERM", or a number from 1 to 64';

/** One text, where the value is of the kind. */
function once(text: (value: unknown) => string | undefined): FlagRow["texts"] {
  return (value) => {
    const one = text(value);
    return one === undefined ? undefined : [one];
  };
}

function duration(flag: FlagRow["flag"], means: string, expected: string = DURATION): FlagRow {
  const texts = once(durationText);
  return { kind: "flag", flag, means, expected, code: "bad_duration", texts };
}

function size(flag: FlagRow["flag"], means: string): FlagRow {
  return {
    kind: "flag",
    flag,
    means,
    expected: SIZE,
    code: "bad_size",
    texts: once(sizeText),
  };
}

function choice(flag: FlagRow["flag"], means: string, words: readonly string[]): FlagRow {
  const texts = (value: unknown) => (words.includes(value as string) ? [String(value)] : undefined);
  const expected = words.map((word) => `"${word}"`).join(", ");
  return { kind: "flag", flag, means, expected, code: "unknown_choice", texts };
}

function library(
  means: string,
  expected: string,
  accepts: LibraryRow["accepts"],
  code: ErrorCode = "bad_option",
): LibraryRow {
  return { kind: "library", means, expected, accepts, code };
}

function callback(
  means: string,
  expected: string,
  accepts: LibraryRow["accepts"],
  code: ErrorCode = "bad_option",
): LibraryRow {
  return { kind: "callback", means, expected, accepts, code };
}

function flagRow(means: string): LibraryRow {
  return library(means, "true or false", (value) => typeof value === "boolean");
}

/** Strings, one or several. */
function patternTexts(value: unknown): readonly string[] | undefined {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.every((one) => typeof one === "string") ? all : undefined;
}

/** Checked where they are read: src/node/options/streams.ts, keep.ts. */
const isAnything = () => true;

/** A row for each option; the compiler finds one that is missing. */
export const OPTION_TABLE: Readonly<Record<keyof Options, OptionRow>> = {
  timeout: duration(
    "--timeout",
    "The run ends after this time, or at this moment.",
    `${DURATION}, or a Date`,
  ),
  idleTimeout: duration(
    RELAY_FLAGS.idleTimeout,
    "The run ends when the command writes nothing for this time.",
  ),
  killAfter: duration(
    "--kill-after",
    "From the first signal to SIGKILL.",
    `${DURATION}; above 0, "inf" for never, or killSignal: "SIGKILL" for at once`,
  ),
  ready: callback("What `run.ready` waits for.", "{port}, {url}, {output} or {path}", isRecord),
  readyTimeout: callback(
    "How long `run.ready` waits.",
    DURATION,
    (value) => durationText(value) !== undefined,
    "bad_duration",
  ),
  pty: { kind: "later", means: "A terminal for the command.", expected: "a later version" },
  endWithStdin: {
    kind: "later",
    means: "The run ends when the writer of its stdin is gone.",
    expected: "a later version",
  },
  killSignal: {
    kind: "flag",
    flag: "--signal",
    means: "The first signal of every end.",
    expected: SIGNAL,
    code: "unknown_signal",
    texts: once(signalText),
  },
  signal: callback("Aborting it cancels the run.", "an AbortSignal", isAbortSignal),
  cpuLimit: duration("--cpu-limit", "Processor time of each process."),
  memLimit: size("--mem-limit", "Memory of the tree in a cgroup, else data per process."),
  processLimit: {
    kind: "flag",
    flag: "--process-limit",
    means: "The most processes and threads of the tree.",
    expected: "a whole number from 1",
    code: "bad_option",
    texts: once(wholeText),
  },
  maxOutput: size(
    RELAY_FLAGS.maxOutput,
    "The run ends when stdout and stderr together have more bytes.",
  ),
  keepOutput: {
    ...library(
      "What stays in memory of each captured stream.",
      `${SIZE}, or {head, tail}`,
      isAnything,
      "bad_size",
    ),
    becomes: RELAY_FLAGS.keepOutput,
  },
  leftovers: choice(
    "--leftovers",
    "What curfew does with processes that the command leaves behind.",
    ["kill", "leave", "wait", "fail"],
  ),
  spare: {
    kind: "flag",
    flag: "--spare",
    means: "Leftovers that match stay when the command exits by itself.",
    expected: 'patterns of command lines such as "gpg-agent*"',
    code: "bad_option",
    texts: patternTexts,
  },
  onStop: choice("--on-stop", "What happens when a signal suspends the command.", [
    "ignore",
    "report",
    "continue",
    "kill",
  ]),
  containment: choice("--containment", "What tracks the tree.", [
    "auto",
    "cgroup",
    "pidns",
    "subreaper",
    "group",
    "child",
  ]),
  newSession: {
    ...flagRow("Run the command in a new session, without the terminal."),
    becomes: "--new-session",
  },
  pipeDrain: {
    ...library(
      "How long a pipe is read that a process still holds after the end.",
      DURATION,
      (value) => durationText(value) !== undefined,
      "bad_duration",
    ),
    becomes: RELAY_FLAGS.pipeDrain,
  },
  cwd: {
    ...library("The folder of the command.", "a path or a file: URL", isPath),
    becomes: "--chdir",
  },
  env: library("Variables for the command.", "an object of strings", isRecord),
  extendEnv: flagRow("Whether `env` is added to Node's environment."),
  preferLocal: library(
    "Look in `node_modules/.bin` first.",
    "true, false or a folder",
    (value) => typeof value === "boolean" || isPath(value),
  ),
  input: library(
    "Data for stdin.",
    "a string or a Uint8Array",
    (value) => typeof value === "string" || isBytes(value),
  ),
  stdin: library("Where stdin comes from.", "a mode, bytes, or a source", isAnything),
  stdout: library("Where stdout goes.", "a mode or a receiver", isAnything),
  stderr: {
    ...library("Where stderr goes.", "a mode or a receiver", isAnything),
    becomes: "--merge-output",
  },
  stdio: library("Short for the three.", "a mode, or an array of three", isAnything),
  encoding: library(
    "Whether output is text or bytes.",
    '"utf8" or "buffer"',
    (value) => value === "utf8" || value === "buffer",
    "unknown_choice",
  ),
  stripFinalNewline: flagRow("Whether one newline at the end of captured text is taken off."),
  onEvent: callback(
    "Called with each event.",
    "a function",
    (value) => typeof value === "function",
  ),
  backend: library(
    "What runs the command.",
    '"auto", "binary" or "portable"',
    (value) => ["auto", "binary", "portable"].includes(wordText(value) ?? ""),
    "unknown_choice",
  ),
  throws: flagRow("Whether the promise rejects if `ok` is false."),
};
