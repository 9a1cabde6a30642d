import { formatGnuDuration, parseGnuDuration } from "./duration.ts";
import type { UsageCode } from "./error.ts";
import type { Env } from "./locale.ts";
import { localeOf } from "./locale.ts";
import { parseSignal } from "./signal.ts";
import { formatSize, parseSize } from "./size.ts";
import type { Fields } from "./spec.ts";

type Names = {
  readonly long: `--${string}`;
  readonly short?: `-${string}`;
  /** A sentence for `--help` and the manual. */
  readonly help: string;
  /** One of curfew's own: no beginning of its name stands for it, so GNU's keep theirs. */
  readonly spelledOut?: true;
};

/** A row that parses a value into its field of the Spec. */
export type ValueOption = Names & {
  readonly kind: "value";
  readonly key: keyof Fields;
  readonly metavar: string;
  readonly code: UsageCode;
  readonly expected: string;
  readonly parse: (text: string, env: Env) => Fields[keyof Fields] | undefined;
  /** The text that `parse` reads as the value these fields have. */
  readonly format: (fields: Fields) => string;
};

/** A row that sets its field of the Spec to a fixed value. */
export type FlagOption = Names & {
  readonly kind: "flag";
  readonly key: keyof Fields;
  readonly value: Fields[keyof Fields];
};

/** A row that prints something instead of running a command. */
export type PrintOption = Names & { readonly kind: "print"; readonly prints: "help" | "version" };

export type Option = ValueOption | FlagOption | PrintOption;

/** What a DURATION is, for messages. */
export const DURATION_EXPECTED = "a number such as 10 or 1.5, with an optional suffix s, m, h or d";
/** What a SIGNAL is, for messages. */
export const SIGNAL_EXPECTED = "a name such as TERM or RTMIN+1, or a number from 0 to 64";

/** Ties a row's field to the type its parser returns; a wrong pair does not compile. */
function value<K extends keyof Fields>(
  row: Omit<ValueOption, "kind" | "key" | "parse" | "format"> & {
    key: K;
    parse: (text: string, env: Env) => Fields[K] | undefined;
    format: (value: Fields[K]) => string;
  },
): Option {
  return { kind: "value", ...row, format: (fields) => row.format(fields[row.key]) };
}

/** What a SIZE is, for messages. */
export const SIZE_EXPECTED =
  "a whole number of bytes, with an optional suffix K, M, G, T, KB, MB, GB or TB";

function flag<K extends keyof Fields>(row: Names & { key: K; value: Fields[K] }): Option {
  return { kind: "flag", ...row };
}

/** The options of `timeout`: parser, `--help` and the manual's table are made from these rows. */
export const TIMEOUT_OPTIONS: readonly Option[] = [
  flag({
    long: "--foreground",
    short: "-f",
    key: "group",
    value: "caller",
    help: "stay in the caller's process group; signal only the command, not its children",
  }),
  value({
    long: "--kill-after",
    short: "-k",
    key: "killAfter",
    metavar: "DURATION",
    code: "bad_duration",
    expected: DURATION_EXPECTED,
    parse: parseLocalDuration,
    format: formatGnuDuration,
    help: "send SIGKILL if the command still runs this long after the first signal",
  }),
  flag({
    long: "--preserve-status",
    short: "-p",
    key: "preserveStatus",
    value: true,
    help: "exit as the command did, also after a timeout",
  }),
  value({
    long: "--signal",
    short: "-s",
    key: "signal",
    metavar: "SIGNAL",
    code: "unknown_signal",
    expected: SIGNAL_EXPECTED,
    parse: parseSignal,
    format: (signal) => signal,
    help: "the first signal, by name or number; TERM if not given",
  }),
  flag({
    long: "--verbose",
    short: "-v",
    key: "verbose",
    value: true,
    help: "say on stderr which signals are sent, and what else happens to the command",
  }),
  value({
    long: "--mem-limit",
    spelledOut: true,
    key: "memLimit",
    metavar: "SIZE",
    code: "bad_size",
    expected: SIZE_EXPECTED,
    parse: parseSize,
    format: formatSize,
    help: "limit the data memory of each process of the command (RLIMIT_DATA)",
  }),
  { kind: "print", long: "--help", prints: "help", help: "print this text" },
  { kind: "print", long: "--version", prints: "version", help: "print the version" },
];

/** A DURATION in GNU's grammar; only a comma makes us ask for the user's decimal point (S12). */
export function parseLocalDuration(text: string, env: Env): Fields["timeout"] | undefined {
  return parseGnuDuration(text, text.includes(",") ? localeOf(env).decimalPoint : ".");
}
