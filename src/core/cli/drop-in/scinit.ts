import { INIT_DEFAULTS } from "../../spec/defaults.ts";
import type { ExitCode } from "../../spec/status.ts";
import type { Duration } from "../../values/duration.ts";
import type { Env } from "../../values/locale.ts";
import type { Signal } from "../../values/signal.ts";
import type { Request } from "../options/command-line.ts";
import type { Option } from "../options/option.ts";
import { value } from "../options/option.ts";
import { without } from "../options/scan.ts";
import type { Tool } from "./drop-in.ts";
import { AS_TOOL, extraOptions, parseTool } from "./drop-in.ts";
import type { ScinitFields } from "./scinit-options.ts";
import { SCINIT_ALIASES, SCINIT_UNSET, wholeOf, withScinit } from "./scinit-options.ts";

type Fields = ScinitFields & {
  /** Has no effect: the kernel reports every orphan that exits, so curfew never polls. */
  readonly reapInterval: Duration;
};

const OPTIONS: readonly Option<Fields>[] = [
  ...SCINIT_ALIASES,
  value({
    long: "--zombie-reap-interval-ms",
    key: "reapInterval",
    takes: wholeOf("milliseconds", 1000),
    help: "accepted: orphans are reaped as soon as they exit",
  }),
  { kind: "print", long: "--help", short: "-h", prints: "help", help: "print this text" },
  { kind: "print", long: "--version", short: "-V", prints: "version", help: "print the version" },
];

/** scinit 0.1 (docs/facts.md). */
export const SCINIT: Tool<Fields> = {
  name: "scinit",
  about: `Run COMMAND as the first process of a container, as scinit does: hold sockets for it, and restart it
when a file changes.`,
  options: OPTIONS,
  // Later versions of scinit have a --watch without a value.
  extra: extraOptions(OPTIONS, "--watch"),
  variables: [],
  defaults: {
    ...INIT_DEFAULTS,
    ...AS_TOOL,
    // S81: the command inherits no blocked signals.
    resetSignals: "mask",
    ...SCINIT_UNSET,
    stopSignals: new Set<Signal>(["SIGTERM", "SIGINT", "SIGQUIT"]),
    debounce: 500_000 as Duration,
    restartDelay: 1_000_000 as Duration,
    reapInterval: 5_000_000 as Duration,
  },
  resolve: (fields, command) => withScinit(without(fields, "reapInterval"), command),
  usageExitCode: 2 as ExitCode,
};

/** Parses `[OPTION]... [--] COMMAND [ARG]...`. */
export function parseScinit(words: readonly string[], env: Env): Request {
  return parseTool(SCINIT, words, env);
}
