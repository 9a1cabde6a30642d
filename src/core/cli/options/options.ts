import { GIVEN_SIGNAL } from "../../spec/defaults.ts";
import type { Fields, Group } from "../../spec/spec.ts";
import { CONTAINMENTS, LEFTOVERS, ON_STOP } from "../../spec/spec.ts";
import type { Duration } from "../../values/duration.ts";
import type { Signal } from "../../values/signal.ts";
import { BUDGET_OPTIONS, END_WITH_STDIN } from "./budget.ts";
import { configurationOptions } from "./configuration.ts";
import type { Names, Option, PrintOption } from "./option.ts";
import { flag, list, optional, value } from "./option.ts";
import { WORDS_PATTERN } from "./patterns.ts";
import { PTY_OPTION } from "./relay.ts";
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
} from "./values.ts";

export const PRINTS: readonly PrintOption[] = [
  { kind: "print", long: "--help", short: "-h", prints: "help", help: "print this text" },
  { kind: "print", long: "--version", short: "-V", prints: "version", help: "print the version" },
];

/** A row that several tables have. */
type NamedRow<K, T> = Names & { readonly key: K; readonly takes: Value<T> };

export const SIGNAL_ROW: NamedRow<"signal", Signal> = {
  long: "--signal",
  heading: "Ending",
  short: "-s",
  key: "signal",
  takes: SIGNAL,
  help: "the first signal, by name or number",
};

export const KILL_AFTER_ROW: NamedRow<"killAfter", Duration> = {
  long: "--kill-after",
  heading: "Ending",
  short: "-k",
  key: "killAfter",
  takes: KILL_AFTER,
  help: "time from the first signal to SIGKILL; inf = never",
};

type VerboseRow = Omit<Names, "help"> & { readonly key: "verbose"; readonly value: true };

export const VERBOSE_ROW: VerboseRow = {
  long: "--verbose",
  heading: "Reports",
  short: "-v",
  key: "verbose",
  value: true,
};

/** What `run` and `init` have for their own lines. */
export const TELLING_OPTIONS: readonly Option<Fields>[] = [
  flag({
    long: "--quiet",
    short: "-q",
    heading: "Reports",
    key: "telling",
    value: "nothing",
    help: "do not report on stderr why curfew ends the tree, and what is left of it",
  }),
  value({
    long: "--log",
    heading: "Reports",
    key: "log",
    takes: OUTPUT,
    help: "write curfew's own lines to OUTPUT instead of stderr",
  }),
];

export function stopSignalsOption(
  row: Pick<Names, "help" | "usually"> = { help: "signals that ask curfew to stop" },
): Option<Fields> {
  const names = { long: "--stop-signals", heading: "Ending" } as const;
  return value({ ...names, key: "stopSignals", takes: SIGNAL_SET, ...row });
}

/** The options of every subcommand that runs a command. */
export const COMMON_OPTIONS: readonly Option<Fields>[] = [
  value({
    long: "--cpu-limit",
    heading: "Resource limits",
    key: "cpuLimit",
    takes: DURATION,
    help: "limit the processor time of each process",
  }),
  value({
    long: "--mem-limit",
    heading: "Resource limits",
    key: "memLimit",
    takes: MEMORY,
    help: "memory limit: for the whole tree in a cgroup, else data per process",
  }),
  value({
    long: "--process-limit",
    heading: "Resource limits",
    key: "processLimit",
    takes: COUNT,
    help: "limit the number of processes and threads; needs a cgroup",
  }),
  value({
    long: "--idle-timeout",
    heading: "Time limits",
    key: "idleTimeout",
    takes: DURATION,
    help: "terminate the tree if the command writes nothing for this time",
  }),
  value({
    long: "--max-output",
    heading: "Resource limits",
    key: "maxOutput",
    takes: SIZE,
    help: "terminate the tree if it writes more to stdout and stderr together",
  }),
  value({
    long: "--containment",
    heading: "Process tree",
    key: "containment",
    takes: choiceOf("KIND", CONTAINMENTS),
    help: `what tracks the tree: ${listOf(CONTAINMENTS)}`,
  }),
  value({
    long: "--leftovers",
    heading: "Process tree",
    key: "leftovers",
    takes: choiceOf("WHAT", LEFTOVERS),
    help: `processes the command leaves behind: ${listOf(LEFTOVERS)}`,
  }),
  value({
    long: "--linger",
    heading: "Process tree",
    key: "linger",
    takes: LINGER,
    help: "how long leftovers may take to exit by themselves",
  }),
  list({
    long: "--spare",
    heading: "Process tree",
    key: "spare",
    takes: WORDS_PATTERN,
    help: "leave matching processes running when the command exits by itself",
  }),
  value({
    long: "--on-stop",
    heading: "Process tree",
    key: "onStop",
    takes: choiceOf("WHAT", ON_STOP),
    help: `command suspended: ${listOf(ON_STOP)}`,
  }),
  optional({
    long: "--die-with-parent",
    heading: "Ending",
    key: "dieWithParent",
    takes: PARENT,
    bare: true,
    help: "terminate the tree when the caller of curfew (PID) exits",
  }),
  value({
    long: "--report",
    heading: "Reports",
    key: "report",
    takes: OUTPUT,
    help: "write a report of the run to OUTPUT, as one JSON object",
  }),
  value({
    long: "--events",
    heading: "Reports",
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
    heading: "Ending",
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
  stopSignalsOption({
    help: "signals that start -k",
    usually: "all that terminate a process",
  }),
  ...COMMON_OPTIONS,
  ...configurationOptions("none"),
];

/** The options of `timeout`: GNU timeout's, which may be abbreviated, then curfew's. */
export const TIMEOUT_OPTIONS: readonly Option<Fields>[] = [
  ...GNU_OPTIONS.map((option): Option<Fields> => ({ ...option, shortens: true })),
  ...TIMEOUT_EXTENSIONS,
];

/** The options of `timeout` under that name: all letters are GNU's. */
export const LINK_OPTIONS: readonly Option<Fields>[] = TIMEOUT_OPTIONS.flatMap((option) => {
  // A program that stands in for another tool reads no file that this tool does not read.
  if (option.heading === "Configuration") return [];
  if (option.kind !== "print") return option;
  const { short: _, ...row } = option;
  return row;
});

/** The options about when and how curfew ends the command. `usually`: the time until SIGKILL. */
export function endingOptions(
  also: Partial<Fields> = {},
  usually?: string,
): readonly Option<Fields>[] {
  return [
    value({
      long: "--timeout",
      heading: "Time limits",
      key: "timeout",
      takes: DURATION,
      help: "terminate the tree if the command still runs after this time",
    }),
    value({ ...SIGNAL_ROW, also: GIVEN_SIGNAL }),
    value({ ...KILL_AFTER_ROW, ...(usually !== undefined && { usually }), also }),
  ];
}

const GROUPS: readonly (readonly [word: string, group: Group])[] = [
  ["own", "alone"],
  ["caller", "caller"],
];

const PROCESS_GROUP: Option<Fields> = {
  kind: "value",
  long: "--process-group",
  heading: "Process tree",
  key: "group",
  metavar: "WHOSE",
  code: "unknown_choice",
  expected: listOf(GROUPS.map(([word]) => word)),
  choices: GROUPS.map(([word]) => word),
  help: "own or caller's process group",
  usually: "caller on a terminal, else own",
  parse: (text) => GROUPS.find(([word]) => word === text)?.[1],
  format: ({ group }) => GROUPS.flatMap(([word, meant]) => (meant === group ? word : [])),
};

/** The options of `run` that are not in `COMMON_OPTIONS`. */
const RUN_SPECIFIC_OPTIONS: readonly Option<Fields>[] = [
  ...endingOptions(),
  ...BUDGET_OPTIONS,
  END_WITH_STDIN,
  stopSignalsOption(),
  PROCESS_GROUP,
  flag({
    long: "--new-session",
    heading: "Process tree",
    key: "group",
    value: "session",
    help: "run the command in a new session, without the terminal",
  }),
  PTY_OPTION,
  flag({ ...VERBOSE_ROW, help: "report on stderr what curfew does and what happens" }),
  ...TELLING_OPTIONS,
];

export const RUN_OPTIONS: readonly Option<Fields>[] = [
  ...RUN_SPECIFIC_OPTIONS,
  ...COMMON_OPTIONS,
  ...configurationOptions("~/.config/curfew/config.toml over /etc/curfew/config.toml"),
  ...PRINTS,
];
