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

/** How an option is written; one of a tool that has letters only has no long name. */
export type Names = {
  readonly long?: `--${string}`;
  readonly short?: `-${string}`;
  /** A sentence for `--help` and the manual. */
  readonly help: string;
  /** A beginning of its name that no other such option has stands for it, as in GNU's tools. */
  readonly shortens?: true;
  /** The option changes nothing unless the command line asks for this, too. */
  readonly needs?: Need;
};

/** That changes are watched; or that the command has more than one generation, for any reason. */
export type Need = "watch" | "reload";

/** A row that parses a value into its field of `F`. */
export type ValueOption<F> = Names & {
  readonly kind: "value";
  readonly key: keyof F;
  readonly metavar: string;
  readonly code: UsageCode;
  readonly expected: string;
  /** It may be given more than once, and each time adds to the field. */
  readonly repeats?: true;
  /** What else holds where it is given, whatever its value. */
  readonly also?: Partial<F>;
  /** The field's value then; `fields` are as they were before. */
  readonly parse: (text: string, env: Env, fields: F) => F[keyof F] | undefined;
  /** The texts that `parse` reads, one after the other, as the value these fields have. */
  readonly format: (fields: F) => readonly string[];
};

/** A row whose value may be left out: it is taken behind `=` only, never from the next word. */
export type OptionalOption<F> = Omit<ValueOption<F>, "kind" | "repeats"> & {
  readonly kind: "optional";
  /** The field's value where the option has none. */
  readonly bare: F[keyof F];
};

/** A row that sets its field of `F` to a fixed value. */
export type FlagOption<F> = Names & {
  readonly kind: "flag";
  readonly key: keyof F;
  readonly value: F[keyof F];
};

/** A row that adds 1 to its field of `F` each time that it is given. */
export type CountOption<F> = Names & {
  readonly kind: "count";
  readonly key: keyof F;
  /** The field's value then; `fields` are as they were before. */
  readonly next: (fields: F) => F[keyof F];
};

/** A row that prints something instead of doing anything. */
export type PrintOption = Names & { readonly kind: "print"; readonly prints: Printable };

/** What can be asked for instead of a run; the licence in a tool that prints it. */
export type Printable = "help" | "version" | "licence";

/** A row of a subcommand's table: parser, `--help` and the manual's table are made from it. */
export type Option<F> =
  | ValueOption<F>
  | OptionalOption<F>
  | FlagOption<F>
  | CountOption<F>
  | PrintOption;

/** Ties a row's field to the type of its value; a wrong pair does not compile. */
export function value<F, K extends keyof F>(
  row: Names & { key: K; takes: Value<F[K]>; also?: Partial<F> },
): Option<F> {
  const { takes, ...names } = row;
  const format = (fields: F) => [takes.format(fields[row.key])];
  return { kind: "value", ...names, ...takes, format };
}

/** The same for a value that may be left out. */
export function optional<F, K extends keyof F>(
  row: Names & { key: K; takes: Value<F[K]>; bare: F[K] },
): Option<F> {
  const { takes, ...names } = row;
  const format = (fields: F) => [takes.format(fields[row.key])];
  return { kind: "optional", ...names, ...takes, format };
}

/** The keys of `F` that hold a list of `T`. */
type ListKey<F, T> = { [K in keyof F]: F[K] extends readonly T[] ? K : never }[keyof F];

/** Ties a row's field, a list, to the type of what is in it. */
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

/** A row but for the subcommand that it stands in. */
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

/** What every subcommand that runs a command has. */
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

/** The options of `timeout` that GNU's has not. */
export const TIMEOUT_EXTENSIONS: readonly Option<Fields>[] = [
  stopSignalsOption("signals that start -k (default: all that terminate a process)"),
  ...COMMON_OPTIONS,
];

/** The options of `timeout`: GNU's, which may be shortened, then curfew's own. */
export const TIMEOUT_OPTIONS: readonly Option<Fields>[] = [
  ...GNU_OPTIONS.map((option): Option<Fields> => ({ ...option, shortens: true })),
  ...TIMEOUT_EXTENSIONS,
];

/** When and how the command ends. `patience`: what --kill-after is if not given. */
export function endingOptions(
  patience: string,
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
      help: `time from the first signal to SIGKILL (default ${patience}; inf = never)`,
      also,
    }),
  ];
}

/** Whose process group the command is in, where that is said by hand. */
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
  help: "own or caller's process group (default: caller on a terminal)",
  parse: (text) => GROUPS.find(([word]) => word === text)?.[1],
  format: ({ group }) => GROUPS.flatMap(([word, meant]) => (meant === group ? word : [])),
};

/** The options of `run` that are not those of every subcommand. */
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

/** The options of `run`. */
export const RUN_OPTIONS: readonly Option<Fields>[] = [
  ...RUN_SPECIFIC_OPTIONS,
  ...COMMON_OPTIONS,
  ...PRINTS,
];
