import type { UsageCode } from "../../spec/error.ts";
import type { DieWithParent, MemLimit, OutputTarget, Ready } from "../../spec/spec.ts";
import type { Duration } from "../../values/duration.ts";
import {
  formatDuration,
  formatGnuDuration,
  NO_LIMIT,
  parseDuration,
  parseGnuDuration,
} from "../../values/duration.ts";
import type { Env } from "../../values/locale.ts";
import { localeOf } from "../../values/locale.ts";
import { PID_MAX } from "../../values/pid.ts";
import type { Signal } from "../../values/signal.ts";
import { parseSignal } from "../../values/signal.ts";
import type { Bytes } from "../../values/size.ts";
import { formatSize, NO_SIZE_LIMIT, parseSize } from "../../values/size.ts";

/**
 * The type of a value on the command line. `metavar`: its name in the documents; `code`: the error
 * of a text that is not accepted; `expected`: what is accepted, for the message.
 */
export type Value<T> = {
  readonly metavar: string;
  readonly code: UsageCode;
  readonly expected: string;
  /** The default in words, where it is 0, nothing or empty; without it: none. */
  readonly unset?: string;
  /** The words that can be completed, where the value is one of a few. */
  readonly choices?: readonly string[];
  readonly parse: (text: string, env: Env) => T | undefined;
  /** The text that `parse` reads as this value. */
  readonly format: (value: T) => string;
};

export const GNU_DURATION: Value<Duration> = {
  metavar: "DURATION",
  unset: "never",
  code: "bad_duration",
  expected: "a number such as 10 or 1.5, with an optional suffix s, m, h or d",
  parse: parseLocalDuration,
  format: formatGnuDuration,
};

export const DURATION: Value<Duration> = {
  metavar: "DURATION",
  unset: "no limit",
  code: "bad_duration",
  expected: "a duration such as 10, 1.5h or 1m30s; units are us, ms, s, m, h and d",
  parse: parseDuration,
  format: formatDuration,
};

/** A wait before an action. `inf` is refused: the action would never happen. */
export const DELAY: Value<Duration> = {
  ...DURATION,
  unset: "0",
  expected: "a duration such as 10 or 500ms, 0 for at once; not inf",
  parse: (text) => {
    const duration = parseDuration(text);
    return duration === NO_LIMIT && !isZero(text) ? undefined : duration;
  },
};

/** The time between two scans. 0 would scan without a pause, and `inf` would never scan. */
export const INTERVAL: Value<Duration> = {
  ...DURATION,
  unset: "off",
  expected: "a duration above 0 such as 2s or 500ms; not inf",
  parse: (text) => parseDuration(text) || undefined,
};

/** A delay; `undefined`: curfew chooses it. */
export const LINGER: Value<Duration | undefined> = {
  ...DELAY,
  unset: "while they read the end of a pipe",
  format: (delay) => (delay === undefined ? "" : DELAY.format(delay)),
};

/** The time until SIGKILL. 0 is refused, because it could mean "at once" or "never". */
export const KILL_AFTER: Value<Duration> = {
  ...DURATION,
  unset: "inf",
  expected: "a duration above 0 such as 10 or 500ms, inf for never, or --signal KILL for at once",
  parse: (text) => (isZero(text) ? undefined : parseDuration(text)),
  format: (duration) => (duration === NO_LIMIT ? "inf" : formatDuration(duration)),
};

// `0x0d` is thirteen: in a hexadecimal number a d is a unit only behind an exponent.
const ZERO =
  /^\s*[+-]?(?:[0.]+(?:e[+-]?\d+)?(?:[mu]?s|[mhd])?|0x[0.]+(?:p[+-]?\d+d?)?(?:[mu]?s|[mh])?)$/i;
const ZERO_IN_PARTS = /^\s*[+-]?(?:[0.]+(?:[mu]?s|[mhd])){2,}$/;

function isZero(text: string): boolean {
  return ZERO.test(text) || ZERO_IN_PARTS.test(text);
}

export const SIGNAL: Value<Signal> = {
  metavar: "SIGNAL",
  code: "unknown_signal",
  expected: "a name such as TERM or RTMIN+1, or a number from 0 to 64",
  parse: parseSignal,
  format: (signal) => signal,
};

export const SIZE: Value<Bytes> = {
  metavar: "SIZE",
  unset: "no limit",
  code: "bad_size",
  expected: "a size such as 1000, 512M or 1.5G: K, M, G, T of 1024, KB to TB of 1000",
  parse: parseSize,
  format: formatSize,
};

const FOR_TREE = ",tree";

/** With less, the kernel also kills the process that starts the command: both share memory. */
const LEAST_MEMORY = 65_536;

export const MEMORY: Value<MemLimit> = {
  ...SIZE,
  expected: `${SIZE.expected}, from 64K on; followed by ${FOR_TREE} for a limit of the whole tree`,
  parse: (text) => {
    const isForTree = text.endsWith(FOR_TREE);
    const size = parseSize(isForTree ? text.slice(0, -FOR_TREE.length) : text);
    if (size !== undefined && size !== NO_SIZE_LIMIT && size < LEAST_MEMORY) return undefined;
    return isForTree && size !== undefined && size !== NO_SIZE_LIMIT ? { tree: size } : size;
  },
  format: (limit) =>
    typeof limit === "number" ? formatSize(limit) : `${formatSize(limit.tree)}${FOR_TREE}`,
};

export const COUNT: Value<number> = {
  metavar: "N",
  unset: "no limit",
  code: "bad_number",
  expected: `a whole number from 1 to ${PID_MAX}`,
  parse: (text) => parseWhole(text, 1, PID_MAX),
  format: String,
};

export const PID: Value<number> = {
  metavar: "PID",
  code: "bad_pid",
  expected: `a whole number, at most ${PID_MAX}`,
  parse: (text) => parseWhole(text, 0, PID_MAX),
  format: String,
};

/** The PID that curfew's parent must have; `true`: any. */
export const PARENT: Value<DieWithParent> = {
  ...PID,
  unset: "off",
  expected: `a whole number from 1 to ${PID_MAX}`,
  parse: (text) => parseWhole(text, 1, PID_MAX),
  format: String,
};

/** A 64-bit number as digits without leading zeros, because a double is exact only to 2^53. */
export const TICKS: Value<string | undefined> = {
  metavar: "TICKS",
  code: "bad_number",
  expected: "a whole number of at most 64 bits, field 22 of /proc/PID/stat",
  parse: parseUnsigned,
  format: String,
};

export const OUTPUT: Value<OutputTarget | undefined> = {
  metavar: "OUTPUT",
  code: "bad_output",
  expected: "a path, or fd:N for an open descriptor: fd:1 is standard output",
  parse: parseOutput,
  format: formatOutput,
};

/** A signal, and what it is rewritten to; `SIG0`: it is dropped. */
export type SignalPair = readonly [from: Signal, to: Signal];

export const SIGNAL_PAIR: Value<SignalPair> = {
  metavar: "SIG:SIG",
  code: "unknown_signal",
  expected:
    "two signals such as TERM:QUIT or 15:3, the second one 0 to drop the first; " +
    "KILL and STOP cannot be caught",
  parse: parsePair,
  format: ([from, to]) => `${from}:${to}`,
};

export const SIGNAL_SET: Value<ReadonlySet<Signal>> = {
  metavar: "SIGNALS",
  code: "unknown_signal",
  expected: "signals with commas between them, such as TERM,INT; KILL and STOP cannot be caught",
  parse: parseSignals,
  format: (signals) => [...signals].join(","),
};

export const EXIT_CODE: Value<number> = {
  metavar: "CODE",
  code: "bad_number",
  expected: "a whole number from 0 to 255",
  parse: (text) => parseWhole(text, 0, 255),
  format: String,
};

export const PATH: Value<string> = {
  metavar: "PATH",
  code: "bad_path",
  expected: "a file or a directory",
  parse: (text) => text || undefined,
  format: (path) => path,
};

/** A directory; `undefined`: the caller's. */
export const DIRECTORY: Value<string | undefined> = {
  ...PATH,
  metavar: "DIR",
  expected: "a directory",
  format: (path) => path ?? "",
};

export const READY: Value<Ready> = {
  metavar: "HOW",
  code: "unknown_choice",
  expected: "none, notify or fd:N, with N from 3",
  choices: ["none", "notify"],
  parse: parseReady,
  format: (ready) => (ready.kind === "fd" ? `fd:${ready.fd}` : ready.kind),
};

/** A value that is one of these words. */
export function choiceOf<T extends string>(metavar: string, words: readonly T[]): Value<T> {
  return {
    metavar,
    code: "unknown_choice",
    expected: listOf(words),
    choices: words,
    parse: (text) => words.find((word) => word === text),
    format: (word) => word,
  };
}

/** `a, b or c`. */
export function listOf(words: readonly string[], last: "or" | "and" = "or"): string {
  return words.join(", ").replace(/, (?=[^,]*$)/, ` ${last} `);
}

/** Parses GNU's DURATION. The locale is looked up only for a comma (S12). */
function parseLocalDuration(text: string, env: Env): Duration | undefined {
  return parseGnuDuration(text, text.includes(",") ? localeOf(env).decimalPoint : ".");
}

/** Parses a whole number without a sign, within these bounds. */
export function parseWhole(text: string, least: number, most: number): number | undefined {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : undefined;
}

const UNSIGNED_MAX = "18446744073709551615";

/** Parses a whole number of at most 64 bits into digits. */
function parseUnsigned(text: string): string | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const digits = text.replace(/^0+(?=\d)/, "");
  if (digits.length > UNSIGNED_MAX.length) return undefined;
  return digits.padStart(UNSIGNED_MAX.length, "0") <= UNSIGNED_MAX ? digits : undefined;
}

function parsePair(text: string): SignalPair | undefined {
  const [from = "", to = "", ...rest] = text.split(":");
  const pair = [parseSignal(from), parseSignal(to)] as const;
  if (pair[0] === undefined || pair[1] === undefined || rest.length > 0) return undefined;
  return isCatchable(pair[0]) ? [pair[0], pair[1]] : undefined;
}

/** Whether a process can be sent the signal and act upon it. */
function isCatchable(signal: Signal): boolean {
  return signal !== "SIG0" && signal !== "SIGKILL" && signal !== "SIGSTOP";
}

function parseSignals(text: string): ReadonlySet<Signal> | undefined {
  const signals = text.split(",").map(parseSignal);
  const known = signals.filter((signal) => signal !== undefined).filter(isCatchable);
  return known.length < signals.length ? undefined : new Set(known);
}

// 0 to 2 are the command's standard streams.
const FD_LEAST = 3;

function parseReady(text: string): Ready | undefined {
  if (text === "none" || text === "notify") return { kind: text };
  const fd = parseDescriptor(text);
  return fd === undefined ? undefined : { kind: "fd", fd };
}

/** Parses `fd:N`. */
function parseDescriptor(text: string): number | undefined {
  return text.startsWith("fd:")
    ? parseWhole(text.slice("fd:".length), FD_LEAST, FD_LIMIT)
    : undefined;
}

// The most files that Linux lets a process open by default: fs.nr_open, proc(5).
const FD_LIMIT = 1_048_575;
const FD_MAX = 0x7fff_ffff;

/** A version such as 0.1.0; `undefined`: none in particular. */
export const VERSION: Value<string | undefined> = {
  metavar: "VERSION",
  code: "unknown_choice",
  expected: "a version",
  parse: (text) => text || undefined,
  format: (version) => version ?? "",
};

/** The open descriptor of --control. 0 to 2 are the command's. */
export const CONTROL: Value<number | undefined> = {
  metavar: "fd:N",
  code: "bad_number",
  expected: "fd:N for an open descriptor, with N from 3",
  parse: parseDescriptor,
  format: (fd) => `fd:${fd}`,
};

// "-" is refused, because many programs take it for standard output. A file of that name is "./-".
function parseOutput(text: string): OutputTarget | undefined {
  if (!text.startsWith("fd:")) {
    return text === "" || text === "-" ? undefined : { kind: "path", path: text };
  }
  const fd = parseWhole(text.slice("fd:".length), 0, FD_MAX);
  return fd === undefined ? undefined : { kind: "fd", fd };
}

function formatOutput(output: OutputTarget | undefined): string {
  if (output === undefined) return "";
  if (output.kind === "fd") return `fd:${output.fd}`;
  return parseOutput(output.path)?.kind === "path" ? output.path : `./${output.path}`;
}
