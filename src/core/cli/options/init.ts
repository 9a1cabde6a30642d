import { GIVEN_KILL_AFTER, INIT_DEFAULTS, POLL } from "../../spec/defaults.ts";
import type { UsageError } from "../../spec/error.ts";
import { usageError } from "../../spec/error.ts";
import type { Fields, Serving } from "../../spec/spec.ts";
import { isReloading } from "../../spec/spec.ts";
import type { Signal } from "../../values/signal.ts";
import { BUDGET_OPTIONS } from "./budget.ts";
import { configurationOptions } from "./configuration.ts";
import { LISTEN } from "./listen.ts";
import type { Names, Need, Option } from "./option.ts";
import { flag, list, optional, value } from "./option.ts";
import {
  COMMON_OPTIONS,
  endingOptions,
  PRINTS,
  stopSignalsOption,
  TELLING_OPTIONS,
  VERBOSE_ROW,
} from "./options.ts";
import { PATTERN } from "./patterns.ts";
import { PTY_OPTION } from "./relay.ts";
import { nameOf } from "./scan.ts";
import type { SignalPair, Value } from "./values.ts";
import {
  DELAY,
  DURATION,
  EXIT_CODE,
  INTERVAL,
  PATH,
  READY,
  SIGNAL,
  SIGNAL_PAIR,
} from "./values.ts";

/** An option that adds a pair of signals to `rewrite`. */
export function rewriting(names: Names, takes: Value<SignalPair>): Option<Fields> {
  return {
    kind: "value",
    repeats: true,
    key: "rewrite",
    ...names,
    ...takes,
    parse: (text, env, { rewrite }) => {
      const pair = takes.parse(text, env);
      return pair && new Map([...rewrite, pair]);
    },
    format: ({ rewrite }) => [...rewrite].map(takes.format),
  };
}

/** The options about signals. */
const SIGNAL_OPTIONS: readonly Option<Fields>[] = [
  flag({
    long: "--single-child",
    heading: "Signals",
    key: "singleChild",
    value: true,
    help: "forward signals only to the command, not to its process group",
  }),
  rewriting(
    {
      long: "--rewrite",
      heading: "Signals",
      help: "forward another signal than the one received; 0 drops it",
    },
    SIGNAL_PAIR,
  ),
  stopSignalsOption(),
  value({
    long: "--drain",
    heading: "Signals",
    key: "drain",
    takes: DELAY,
    help: "wait this long before the first stop signal is forwarded",
  }),
  list({
    long: "--expect-exit",
    heading: "Ending",
    key: "expectExit",
    takes: EXIT_CODE,
    help: "exit with 0 if the command's code, or 128 + its signal, is CODE",
  }),
];

const RELOAD_SIGNAL: Value<Signal | undefined> = {
  ...SIGNAL,
  expected: "a signal that can be caught, such as HUP or USR1",
  parse: (text, env) => {
    const signal = SIGNAL.parse(text, env);
    return signal !== undefined && INIT_DEFAULTS.forward.has(signal) ? signal : undefined;
  },
  format: (signal) => signal ?? "",
};

/** Endings of names, with a dot before them or not. */
const EXTENSIONS: Value<readonly string[]> = {
  metavar: "EXT",
  code: "bad_pattern",
  expected: "endings of files with commas between them, such as js,ts",
  parse: (text) => {
    const endings = text.split(",").map((ending) => ending.replace(/^\./, ""));
    return endings.some((ending) => !/^[^/*?]+$/.test(ending)) ? undefined : endings;
  },
  format: (endings) => endings.join(","),
};

/** Endings of files, with commas between them; each time adds to the list. */
function extensionsOption(): Option<Fields> {
  return {
    kind: "value",
    repeats: true,
    long: "--ext",
    heading: "Sockets and restarts",
    needs: "watch",
    key: "extensions",
    ...EXTENSIONS,
    help: "only files with these endings count, such as js,ts",
    parse: (text, env, { extensions }) => {
      const added = EXTENSIONS.parse(text, env);
      return added && [...extensions, ...added];
    },
    format: ({ extensions }) => extensions,
  };
}

/** The options about sockets and generations. */
export const SERVING_OPTIONS: readonly Option<Fields>[] = [
  list({
    long: "--listen",
    heading: "Sockets and restarts",
    key: "listen",
    takes: LISTEN,
    help: "bind a socket now, and pass it to the command from descriptor 3 on",
  }),
  list({
    long: "--watch",
    heading: "Sockets and restarts",
    key: "watch",
    takes: PATH,
    help: "start a new generation of COMMAND when something changes at PATH",
  }),
  list({
    long: "--ignore",
    heading: "Sockets and restarts",
    needs: "watch",
    key: "ignore",
    takes: PATTERN,
    help: "ignore files whose names or paths match",
  }),
  extensionsOption(),
  flag({
    long: "--no-default-ignores",
    heading: "Sockets and restarts",
    needs: "watch",
    key: "defaultIgnores",
    value: false,
    help: "do not ignore .git, node_modules, editors' files and what .gitignore names",
  }),
  value({
    long: "--debounce",
    heading: "Sockets and restarts",
    needs: "watch",
    key: "debounce",
    takes: DELAY,
    help: "wait until nothing has changed for this time",
  }),
  value({
    long: "--restart-delay",
    heading: "Sockets and restarts",
    needs: "reload",
    key: "restartDelay",
    takes: DELAY,
    help: "time between the exit of a generation and the start of the next",
  }),
  value({
    long: "--ready",
    heading: "Sockets and restarts",
    key: "ready",
    takes: READY,
    help: "how a generation reports that it is ready: notify or fd:N",
  }),
  value({
    long: "--ready-timeout",
    heading: "Sockets and restarts",
    needs: "ready",
    key: "readyTimeout",
    takes: DURATION,
    help: "terminate a generation that is not ready by then",
  }),
  flag({
    long: "--exit-on-error",
    heading: "Sockets and restarts",
    needs: "reload",
    key: "exitOnError",
    value: true,
    help: "exit as soon as a generation fails, with its code",
  }),
  optional({
    long: "--poll",
    heading: "Sockets and restarts",
    needs: "watch",
    key: "poll",
    takes: INTERVAL,
    bare: POLL,
    help: "scan for changes every second (or DURATION), without inotify",
  }),
  value({
    long: "--reload-signal",
    heading: "Sockets and restarts",
    key: "reloadSignal",
    takes: RELOAD_SIGNAL,
    help: "a signal to curfew that starts a new generation, such as HUP",
  }),
];

/** The options of `init` that are not in `COMMON_OPTIONS`. */
export const INIT_SPECIFIC_OPTIONS: readonly Option<Fields>[] = [
  ...endingOptions(GIVEN_KILL_AFTER, "8s; as PID 1 after a stop signal inf"),
  ...BUDGET_OPTIONS,
  ...SIGNAL_OPTIONS,
  PTY_OPTION,
  ...SERVING_OPTIONS,
  flag({ ...VERBOSE_ROW, help: "report on stderr what curfew does and what happens" }),
  ...TELLING_OPTIONS,
];

/** The options of `init`. */
export const INIT_OPTIONS: readonly Option<Fields>[] = [
  ...INIT_SPECIFIC_OPTIONS,
  ...COMMON_OPTIONS,
  ...configurationOptions("none"),
  ...PRINTS,
];

/** How a need is met. `by`: the options, any of which meets it. */
type Meeting = {
  readonly isMet: (serving: Serving) => boolean;
  readonly by: readonly string[];
  readonly expected: string;
};

const NEEDS: Readonly<Record<Need, Meeting>> = {
  watch: {
    isMet: ({ watch }) => watch.length > 0,
    by: ["--watch"],
    expected: "--watch PATH as well",
  },
  reload: {
    isMet: isReloading,
    by: ["--watch", "--reload-signal"],
    expected: "--watch PATH or --reload-signal SIGNAL as well",
  },
  ready: {
    isMet: ({ ready }) => ready.kind !== "none",
    by: ["--ready"],
    expected: "--ready HOW as well",
  },
};

/** What an option has no effect without, in words. */
export function needOf({ needs }: Names): string | undefined {
  return needs && NEEDS[needs].expected;
}

/** Whether an option has no effect beside these, because none of them is what it needs. */
export function isIdle({ needs }: Names, beside: ReadonlySet<string>): boolean {
  return needs !== undefined && !NEEDS[needs].by.some((name) => beside.has(name));
}

/** The error about the first option that has no effect without another one. */
export function unmetNeed(serving: Serving, given: readonly Names[]): UsageError | undefined {
  for (const option of given) {
    const need = option.needs && NEEDS[option.needs];
    if (need === undefined || need.isMet(serving)) continue;
    const { expected } = need;
    return usageError("missing_option", { part: nameOf(option), given: undefined, expected });
  }
  return undefined;
}
