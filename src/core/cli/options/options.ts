import { GIVEN_SIGNAL } from "../../spec/defaults.ts";
import type { UsageCode } from "../../spec/error.ts";
import type { Fields, Group } from "../../spec/spec.ts";
import { CONTAINMENTS, LEFTOVERS, ON_STOP } from "../../spec/spec.ts";
import type { Env } from "../../values/locale.ts";
import type { Signal } from "../../values/signal.ts";
import type { Value } from "./values.ts";
import {
  COUNT,
  choiceOf,
  DURATION,
  GNU_DURATION,
  KILL_AFTER,
  LINGER,
  listOf,
  MEMORY,
  OUTPUT,
  PARENT,
  SIGNAL,
  SIGNAL_SET,
  WORDS_PATTERN,
} from "./values.ts";

/** How an option is written. Some options of tools have no long name. */
export type Names = {
  readonly long?: `--${string}`;
  readonly short?: `-${string}`;
  /** The sentence of `--help` and of the documents. */
  readonly help: string;
  /** The long name may be abbreviated, as in GNU tools: to a prefix that no other option has. */
  readonly shortens?: true;
  /** What the option has no effect without. */
  readonly needs?: Need;
};

/** `watch`: for changes; `reload`: later generations; `ready`: they tell when they are ready. */
export type Need = "watch" | "reload" | "ready";

/** An option with a value, which it parses into its field of `F`. */
export type ValueOption<F> = Names & {
  readonly kind: "value";
  readonly key: keyof F;
  readonly metavar: string;
  readonly code: UsageCode;
  readonly expected: string;
  readonly choices?: readonly string[];
  /** The option may be given more than once, and each time adds to its field. */
  readonly repeats?: true;
  /** Other fields that the option sets, whatever its value. */
  readonly also?: Partial<F>;
  /** The new value of the field. `fields`: before the option. */
  readonly parse: (text: string, env: Env, fields: F) => F[keyof F] | undefined;
  /** The texts that give the field this value if `parse` reads them one after the other. */
  readonly format: (fields: F) => readonly string[];
};

/** An option whose value may be left out. It follows `=`, and is never the next word. */
export type OptionalOption<F> = Omit<ValueOption<F>, "kind" | "repeats"> & {
  readonly kind: "optional";
  /** The value of the field if the option has no value. */
  readonly bare: F[keyof F];
};

/** An option that sets its field of `F` to a fixed value. */
export type FlagOption<F> = Names & {
  readonly kind: "flag";
  readonly key: keyof F;
  readonly value: F[keyof F];
};

/** An option that adds 1 to its field of `F` each time that it is given. */
export type CountOption<F> = Names & {
  readonly kind: "count";
  readonly key: keyof F;
  /** The new value of the field. `fields`: before the option. */
  readonly next: (fields: F) => F[keyof F];
};

/** An option that prints a text, and nothing is run. */
export type PrintOption = Names & { readonly kind: "print"; readonly prints: Printable };

/** The texts that an option can print; `license` only under the name of tini or catatonit. */
export type Printable = "help" | "version" | "license";

/** A row of a subcommand's table. Parser, `--help` and the documents are made from the rows. */
export type Option<F> =
  | ValueOption<F>
  | OptionalOption<F>
  | FlagOption<F>
  | CountOption<F>
  | PrintOption;

/** Makes a row with a value. A field of another type than the value does not compile. */
export function value<F, K extends keyof F>(
  row: Names & { key: K; takes: Value<F[K]>; also?: Partial<F> },
): Option<F> {
  const { takes, ...names } = row;
  const format = (fields: F) => [takes.format(fields[row.key])];
  return { kind: "value", ...names, ...takes, format };
}

/** Makes a row whose value may be left out. */
export function optional<F, K extends keyof F>(
  row: Names & { key: K; takes: Value<F[K]>; bare: F[K] },
): Option<F> {
  const { takes, ...names } = row;
  const format = (fields: F) => [takes.format(fields[row.key])];
  return { kind: "optional", ...names, ...takes, format };
}

/** The keys of `F` that hold a list of `T`. */
type ListKey<F, T> = { [K in keyof F]: F[K] extends readonly T[] ? K : never }[keyof F];

/** Makes a row that adds a value to a field that is a list. */
export function list<F extends Record<K, readonly T[]>, T, K extends ListKey<F, T>>(
  row: Names & { key: K; takes: Value<T> },
): Option<F> {
  const { takes, ...names } = row;
  return {
    kind: "value",
    repeats: true,
    ...names,
    ...takes,
    parse: (text, env, fields) => {
      const one = takes.parse(text, env);
      const before: readonly T[] = fields[row.key];
      return one === undefined ? undefined : ([...before, one] as readonly T[] as F[K]);
    },
    format: (fields) => fields[row.key].map(takes.format),
  };
}

export function flag<F, K extends keyof F>(row: Names & { key: K; value: F[K] }): Option<F> {
  return { kind: "flag", ...row };
}

/** The keys of `F` that hold a number. */
type NumberKey<F> = { [K in keyof F]: number extends F[K] ? K : never }[keyof F];

export function count<F extends Record<K, number>, K extends NumberKey<F>>(
  row: Names & { key: K },
): Option<F> {
  return { kind: "count", ...row, next: (fields) => (fields[row.key] + 1) as F[K] };
}

export const PRINTS: readonly PrintOption[] = [
  { kind: "print", long: "--help", prints: "help", help: "print this text" },
  { kind: "print", long: "--version", prints: "version", help: "print the version" },
];

/** A row that several tables have. */
type NamedRow<K, T> = Names & { readonly key: K; readonly takes: Value<T> };

export const SIGNAL_ROW: NamedRow<"signal", Signal> = {
  long: "--signal",
  short: "-s",
  key: "signal",
  takes: SIGNAL,
  help: "the first signal, by name or number (default TERM)",
};

type VerboseRow = Omit<Names, "help"> & { readonly key: "verbose"; readonly value: true };

export const VERBOSE_ROW: VerboseRow = {
  long: "--verbose",
  short: "-v",
  key: "verbose",
  value: true,
};

export function stopSignalsOption(
  help: string = "signals that ask curfew to stop (default TERM,INT)",
): Option<Fields> {
  return value({ long: "--stop-signals", key: "stopSignals", takes: SIGNAL_SET, help });
}

/** The options of every subcommand that runs a command. */
export const COMMON_OPTIONS: readonly Option<Fields>[] = [
  value({
    long: "--cpu-limit",
    key: "cpuLimit",
    takes: DURATION,
    help: "limit the processor time of each process",
  }),
  value({
    long: "--mem-limit",
    key: "memLimit",
    takes: MEMORY,
    help: "memory limit: for the whole tree in a cgroup, else data per process",
  }),
  value({
    long: "--process-limit",
    key: "processLimit",
    takes: COUNT,
    help: "limit the number of processes and threads; needs a cgroup",
  }),
  value({
    long: "--containment",
    key: "containment",
    takes: choiceOf("KIND", CONTAINMENTS),
    help: `what tracks the tree: ${listOf(CONTAINMENTS)}`,
  }),
  value({
    long: "--leftovers",
    key: "leftovers",
    takes: choiceOf("WHAT", LEFTOVERS),
    help: `processes the command leaves behind: ${listOf(LEFTOVERS)}`,
  }),
  value({
    long: "--linger",
    key: "linger",
    takes: LINGER,
    help: "how long leftovers may take to exit by themselves",
  }),
  list({
    long: "--spare",
    key: "spare",
    takes: WORDS_PATTERN,
    help: "leave matching processes running when the command exits by itself",
  }),
  value({
    long: "--on-stop",
    key: "onStop",
    takes: choiceOf("WHAT", ON_STOP),
    help: `command suspended: ${listOf(ON_STOP)}`,
  }),
  optional({
    long: "--die-with-parent",
    key: "dieWithParent",
    takes: PARENT,
    bare: true,
    help: "terminate the tree when the caller of curfew (PID) exits",
  }),
  value({
    long: "--report",
    key: "report",
    takes: OUTPUT,
    help: "write a report of the run to OUTPUT, as one JSON object",
  }),
  value({
    long: "--events",
    key: "events",
    takes: OUTPUT,
    help: "write each event to OUTPUT, as one JSON object per line",
  }),
];

const GNU_OPTIONS: readonly Option<Fields>[] = [
  flag({
    long: "--foreground",
    short: "-f",
    key: "group",
    value: "caller",
    help: "stay in the caller's process group; signal only the command",
  }),
  value({
    long: "--kill-after",
    short: "-k",
    key: "killAfter",
    takes: GNU_DURATION,
    help: "send SIGKILL if the command still runs this long after the first signal",
  }),
  flag({
    long: "--preserve-status",
    short: "-p",
    key: "preserveStatus",
    value: true,
    help: "exit with the command's code, even after a timeout",
  }),
  value(SIGNAL_ROW),
  flag({
    ...VERBOSE_ROW,
    help: "report on stderr each signal sent and what happens to the command",
  }),
  ...PRINTS,
];

/** The options of `timeout` that GNU timeout does not have. */
export const TIMEOUT_EXTENSIONS: readonly Option<Fields>[] = [
  stopSignalsOption("signals that start -k (default: all that terminate a process)"),
  ...COMMON_OPTIONS,
];

/** The options of `timeout`: GNU timeout's, which may be abbreviated, then curfew's. */
export const TIMEOUT_OPTIONS: readonly Option<Fields>[] = [
  ...GNU_OPTIONS.map((option): Option<Fields> => ({ ...option, shortens: true })),
  ...TIMEOUT_EXTENSIONS,
];

/** The options about when and how curfew ends the command. `grace`: the default of --kill-after. */
export function endingOptions(
  grace: string,
  also: Partial<Fields> = {},
): readonly Option<Fields>[] {
  return [
    value({
      long: "--timeout",
      key: "timeout",
      takes: DURATION,
      help: "terminate the tree if the command still runs after this time",
    }),
    value({ ...SIGNAL_ROW, also: GIVEN_SIGNAL }),
    value({
      long: "--kill-after",
      short: "-k",
      key: "killAfter",
      takes: KILL_AFTER,
      help: `time from the first signal to SIGKILL (default ${grace}; inf = never)`,
      also,
    }),
  ];
}

const GROUPS: readonly (readonly [word: string, group: Group])[] = [
  ["own", "alone"],
  ["caller", "caller"],
];

const PROCESS_GROUP: Option<Fields> = {
  kind: "value",
  long: "--process-group",
  key: "group",
  metavar: "WHOSE",
  code: "unknown_choice",
  expected: listOf(GROUPS.map(([word]) => word)),
  choices: GROUPS.map(([word]) => word),
  help: "own or caller's process group (default: caller on a terminal)",
  parse: (text) => GROUPS.find(([word]) => word === text)?.[1],
  format: ({ group }) => GROUPS.flatMap(([word, meant]) => (meant === group ? word : [])),
};

/** The options of `run` that are not in `COMMON_OPTIONS`. */
export const RUN_SPECIFIC_OPTIONS: readonly Option<Fields>[] = [
  ...endingOptions("5s"),
  stopSignalsOption(),
  PROCESS_GROUP,
  flag({
    long: "--new-session",
    key: "group",
    value: "session",
    help: "run the command in a new session, without the terminal",
  }),
  flag({ ...VERBOSE_ROW, help: "report on stderr what curfew does and what happens" }),
];

export const RUN_OPTIONS: readonly Option<Fields>[] = [
  ...RUN_SPECIFIC_OPTIONS,
  ...COMMON_OPTIONS,
  ...PRINTS,
];
