// One row for each option of the library: its flag of `curfew run`, how its value becomes the
// flag's text, and which values are accepted (expected.ts says it). What a text means
// is the core's: a row names the type of value that the flag has on the command line. It does not
// name the core's row, whose sentences for `--help` every import would load.

import { WORDS_PATTERN } from "../../core/cli/options/patterns.ts";
import type { Value } from "../../core/cli/options/values.ts";
import {
  COUNT,
  choiceOf,
  DURATION,
  KILL_AFTER,
  MEMORY,
  SIGNAL,
  SIZE,
} from "../../core/cli/options/values.ts";
import { CONTAINMENTS, type Fields, LEFTOVERS } from "../../core/spec/spec.ts";
import type { ErrorCode } from "../result/result.ts";
import type { Options } from "./options.ts";
import { isTerminalSize } from "./terminal-size.ts";
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
  /** The option of the program, for the documents, where it is written by other code. */
  readonly becomes?: `--${string}`;
};

/** An option that is one of the program's. */
export type FlagRow = Common & {
  readonly kind: "flag";
  readonly flag: `--${string}`;
  readonly code: ErrorCode;
  /** The field of the spec that the flag sets, and how the core reads its text. */
  readonly key: keyof Fields;
  readonly takes: Pick<Value<unknown>, "parse">;
  /** The field is a list: the flag may be given more than once. */
  readonly isList?: true;
  /** The texts for the flag, one for each time; undefined: not a value of this kind. */
  readonly texts: (value: unknown) => readonly string[] | undefined;
};

/** An option that the library itself serves. `callback`: it needs an event loop. */
export type LibraryRow = Common & {
  readonly kind: "library" | "callback";
  readonly code: ErrorCode;
  readonly accepts: (value: unknown) => boolean;
};

export type OptionRow = FlagRow | LibraryRow;

/** The words of the options that the relay serves; they are not words of every program. */
export const RELAY_FLAGS = {
  idleTimeout: "--idle-timeout",
  maxOutput: "--max-output",
  keepOutput: "--keep-output",
  pipeDrain: "--pipe-drain",
} as const;

/** One text, where the value is of the kind. */
function once(text: (value: unknown) => string | undefined): FlagRow["texts"] {
  return (value) => {
    const one = text(value);
    return one === undefined ? undefined : [one];
  };
}

type Flag = Pick<FlagRow, "key" | "flag"> & Partial<Pick<FlagRow, "takes">>;

function duration({ key, flag, takes = DURATION }: Flag): FlagRow {
  const texts = once(durationText);
  return { kind: "flag", key, flag, takes, code: "bad_duration", texts };
}

function size({ key, flag, takes = SIZE }: Flag): FlagRow {
  return {
    kind: "flag",
    key,
    flag,
    takes,
    code: "bad_size",
    texts: once(sizeText),
  };
}

function choice({ key, flag }: Flag, words: readonly string[]): FlagRow {
  const texts = (value: unknown) => (words.includes(value as string) ? [String(value)] : undefined);
  const takes = choiceOf("", words);
  return { kind: "flag", key, flag, takes, code: "unknown_choice", texts };
}

function library(accepts: LibraryRow["accepts"], code: ErrorCode = "bad_option"): LibraryRow {
  return { kind: "library", accepts, code };
}

function callback(accepts: LibraryRow["accepts"], code: ErrorCode = "bad_option"): LibraryRow {
  return { kind: "callback", accepts, code };
}

function flagRow(): LibraryRow {
  return library((value) => typeof value === "boolean");
}

/** Strings, one or several. */
function patternTexts(value: unknown): readonly string[] | undefined {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.every((one) => typeof one === "string") ? all : undefined;
}

const isSpan = (value: unknown) => durationText(value) !== undefined;

/** Checked where they are read: src/node/options/streams.ts, keep.ts. */
const isAnything = () => true;

/** The other words of --on-stop are about terminals. */
export const ON_STOP: readonly string[] = ["ignore", "report", "continue", "kill"];

/** A row for each option; the compiler finds one that is missing. */
export const OPTION_TABLE: Readonly<Record<keyof Options, OptionRow>> = {
  timeout: duration({ key: "timeout", flag: "--timeout" }),
  idleTimeout: duration({ key: "idleTimeout", flag: RELAY_FLAGS.idleTimeout }),
  killAfter: duration({
    key: "killAfter",
    flag: "--kill-after",
    takes: KILL_AFTER,
  }),
  ready: callback(isRecord),
  readyTimeout: callback(isSpan, "bad_duration"),
  pty: {
    ...library((value) => typeof value === "boolean" || isTerminalSize(value)),
    becomes: "--pty",
  },
  endWithStdin: { ...flagRow(), becomes: "--end-with-stdin" },
  killSignal: {
    kind: "flag",
    key: "signal",
    flag: "--signal",
    takes: SIGNAL,
    code: "unknown_signal",
    texts: once(signalText),
  },
  signal: callback(isAbortSignal),
  cpuLimit: duration({ key: "cpuLimit", flag: "--cpu-limit" }),
  memLimit: size({ key: "memLimit", flag: "--mem-limit", takes: MEMORY }),
  processLimit: {
    kind: "flag",
    key: "processLimit",
    flag: "--process-limit",
    takes: COUNT,
    code: "bad_option",
    texts: once(wholeText),
  },
  maxOutput: size({ key: "maxOutput", flag: RELAY_FLAGS.maxOutput }),
  keepOutput: {
    ...library(isAnything, "bad_size"),
    becomes: RELAY_FLAGS.keepOutput,
  },
  leftovers: choice({ key: "leftovers", flag: "--leftovers" }, LEFTOVERS),
  spare: {
    kind: "flag",
    key: "spare",
    flag: "--spare",
    takes: WORDS_PATTERN,
    isList: true,
    code: "bad_option",
    texts: patternTexts,
  },
  onStop: choice({ key: "onStop", flag: "--on-stop" }, ON_STOP),
  containment: choice({ key: "containment", flag: "--containment" }, CONTAINMENTS),
  newSession: { ...flagRow(), becomes: "--new-session" },
  pipeDrain: { ...library(isSpan, "bad_duration"), becomes: RELAY_FLAGS.pipeDrain },
  cwd: { ...library(isPath), becomes: "--chdir" },
  env: library(isRecord),
  extendEnv: flagRow(),
  preferLocal: library((value) => typeof value === "boolean" || isPath(value)),
  input: library((value) => typeof value === "string" || isBytes(value)),
  stdin: library(isAnything),
  stdout: library(isAnything),
  stderr: { ...library(isAnything), becomes: "--merge-output" },
  stdio: library(isAnything),
  encoding: library((value) => value === "utf8" || value === "buffer", "unknown_choice"),
  stripFinalNewline: flagRow(),
  onEvent: callback((value) => typeof value === "function"),
  backend: library(
    (value) => ["auto", "binary", "portable"].includes(wordText(value) ?? ""),
    "unknown_choice",
  ),
  throws: flagRow(),
};
