import type { Fields } from "../../spec/spec.ts";
import type { ExitCode } from "../../spec/status.ts";
import type { Env } from "../../values/locale.ts";
import type { Signal } from "../../values/signal.ts";
import { signalOfNumber } from "../../values/signal.ts";
import type { Request } from "../options/command-line.ts";
import { rewriting } from "../options/init.ts";
import type { Option } from "../options/option.ts";
import { flag } from "../options/option.ts";
import { VERBOSE_ROW } from "../options/options.ts";
import type { SignalPair, Value } from "../options/values.ts";
import type { Tool } from "./drop-in.ts";
import {
  extraOptions,
  PATIENT_DEFAULTS,
  PATIENT_HELP,
  parseTool,
  withPatience,
} from "./drop-in.ts";
import { dumbInitUsage } from "./dumb-init-words.ts";

// Two numbers as scanf(3) reads them: with blanks and a sign, and any text after the second (S51).
const PAIR = /^[ \t-\r]*([+-]?\d+):[ \t-\r]*([+-]?\d+)/;
const LARGEST = 31;

const NUMBERS: Value<SignalPair> = {
  metavar: "S:R",
  code: "unknown_signal",
  expected: "two numbers of signals such as 15:3, from 1 to 31, the second one 0 to drop the first",
  parse: parseNumbers,
  format: ([from, to]) => `${from}:${to}`,
};

function parseNumbers(text: string): SignalPair | undefined {
  const [, first, second] = PAIR.exec(text) ?? [];
  if (Number(first) > LARGEST || Number(second) > LARGEST) return undefined;
  const [from, to] = [signalOfNumber(Number(first)), signalOfNumber(Number(second))];
  return from === undefined || to === undefined || from === "SIG0" ? undefined : [from, to];
}

const OPTIONS: readonly Option<Fields>[] = [
  flag({
    long: "--single-child",
    short: "-c",
    key: "singleChild",
    value: true,
    help: "forward signals only to the command, not to its process group",
  }),
  rewriting(
    {
      long: "--rewrite",
      short: "-r",
      help: "forward signal R when S is received; 0 drops it",
    },
    NUMBERS,
  ),
  flag({ ...VERBOSE_ROW, help: "report on stderr what curfew does and what happens" }),
  { kind: "print", long: "--help", short: "-h", prints: "help", help: "print this text" },
  { kind: "print", long: "--version", short: "-V", prints: "version", help: "print the version" },
];

/**
 * The rewrites of the default mode. In a session of its own the command's group is orphaned, so
 * these signals would have no effect; SIGSTOP has (S52).
 */
const STOPS: readonly SignalPair[] = (["SIGTSTP", "SIGTTIN", "SIGTTOU"] as const).map(
  (signal: Signal) => [signal, "SIGSTOP"],
);

/** The narration of -v: dumb-init reports everything or nothing. */
const EVERYTHING = 4;

/** dumb-init 1.2.5 (docs/facts.md). */
export const DUMB_INIT: Tool<Fields> = {
  name: "dumb-init",
  usage: dumbInitUsage,
  about: `This is curfew, which stands in for dumb-init.
${PATIENT_HELP}`,
  options: OPTIONS.map((option): Option<Fields> => ({ ...option, shortens: true })),
  extra: extraOptions(OPTIONS),
  variables: [
    ["DUMB_INIT_DEBUG", "1: same as -v; other values have no effect"],
    ["DUMB_INIT_SETSID", "0: same as -c; other values have no effect"],
  ],
  // S52, S56: a session of its own, with all signals unblocked and at their defaults.
  defaults: { ...PATIENT_DEFAULTS, group: "terminal", resetSignals: "all" },
  resolve: (fields, _command, env) => {
    const singleChild = fields.singleChild || env("DUMB_INIT_SETSID") === "0";
    const verbose = fields.verbose || env("DUMB_INIT_DEBUG") === "1";
    return Object.assign(withPatience(fields), {
      singleChild,
      group: singleChild ? "caller" : fields.group,
      rewrite: singleChild ? fields.rewrite : new Map([...STOPS, ...fields.rewrite]),
      verbose,
      narration: verbose ? EVERYTHING : 0,
    });
  },
  usageExitCode: 1 as ExitCode,
};

/** Parses `[OPTION]... [--] COMMAND [ARG]...`. */
export function parseDumbInit(words: readonly string[], env: Env): Request {
  return parseTool(DUMB_INIT, words, env);
}
