import { GIVEN_SIGNAL } from "../../spec/defaults.ts";
import type { Fields, Group } from "../../spec/spec.ts";
import { CONTAINMENTS, LEFTOVERS, ON_STOP } from "../../spec/spec.ts";
import type { Signal } from "../../values/signal.ts";
import { BUDGET_OPTIONS, END_WITH_STDIN } from "./budget.ts";
import type { Names, Option, PrintOption } from "./option.ts";
import { flag, list, optional, value } from "./option.ts";
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
  SIZE,
  WORDS_PATTERN,
} from "./values.ts";

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
    long: "--idle-timeout",
    key: "idleTimeout",
    takes: DURATION,
    help: "terminate the tree if the command writes nothing for this time",
  }),
  value({
    long: "--max-output",
    key: "maxOutput",
    takes: SIZE,
    help: "terminate the tree if it writes more to stdout and stderr together",
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
const RUN_SPECIFIC_OPTIONS: readonly Option<Fields>[] = [
  ...endingOptions("5s"),
  ...BUDGET_OPTIONS,
  END_WITH_STDIN,
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
