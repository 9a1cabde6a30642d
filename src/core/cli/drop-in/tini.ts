import { usageError } from "../../spec/error.ts";
import type { Fields } from "../../spec/spec.ts";
import type { ExitCode } from "../../spec/status.ts";
import type { Env } from "../../values/locale.ts";
import type { Signal } from "../../values/signal.ts";
import { SIGNALS } from "../../values/signal.ts";
import type { Request } from "../options/command-line.ts";
import type { Option } from "../options/option.ts";
import { count, flag, list, value } from "../options/option.ts";
import { without } from "../options/scan.ts";
import type { Value } from "../options/values.ts";
import { EXIT_CODE } from "../options/values.ts";
import type { Tool } from "./drop-in.ts";
import {
  extraOptions,
  PATIENT_DEFAULTS,
  PATIENT_HELP,
  parseTool,
  withPatience,
} from "./drop-in.ts";
import { tiniUsage } from "./tini-words.ts";

/** The fields that tini's options set. */
export type TiniFields = Fields & {
  /** Has no effect: curfew always adopts orphans. */
  readonly subreaper: boolean;
  /** The signal that the exit of curfew's parent stands for. */
  readonly parent: Signal | undefined;
};

/** The full name of a signal, but no real-time signal (S38). */
const PARENT_SIGNAL: Value<Signal | undefined> = {
  metavar: "SIGNAL",
  code: "unknown_signal",
  expected: "a full name such as SIGTERM",
  parse: (text) => SIGNALS.slice(1, 32).find((signal) => signal === text),
  format: (signal) => signal ?? "",
};

// A number as strtol(3) reads it, with blanks and a sign; nothing is 0 (S37).
const NUMBER = /^(?:[ \t-\r]*[+-]?\d+)?$/;

const CODE: Value<number> = {
  ...EXIT_CODE,
  parse: (text) => {
    const code = NUMBER.test(text) ? Number(text) : Number.NaN;
    return code >= 0 && code <= 255 ? code : undefined;
  },
};

const OPTIONS: readonly Option<TiniFields>[] = [
  flag({
    short: "-s",
    key: "subreaper",
    value: true,
    help: "accepted: orphans are always adopted",
  }),
  value({
    short: "-p",
    key: "parent",
    takes: PARENT_SIGNAL,
    help: "forward SIGNAL when curfew's parent exits; SIGKILL: kill everything",
  }),
  count({
    long: "--verbose",
    short: "-v",
    key: "narration",
    help: "report on stderr what curfew does and what happens; up to three times",
  }),
  flag({ short: "-w", key: "sayReaped", value: true, help: "report which orphans were reaped" }),
  flag({
    short: "-g",
    key: "singleChild",
    value: false,
    help: "forward signals to the command's process group, not only to it",
  }),
  list({
    long: "--expect-exit",
    short: "-e",
    key: "expectExit",
    takes: CODE,
    help: "exit with 0 if the command's code, or 128 + its signal, is CODE",
  }),
  { kind: "print", short: "-l", prints: "license", help: "print the license" },
  { kind: "print", long: "--help", short: "-h", prints: "help", help: "print this text" },
  {
    kind: "print",
    long: "--version",
    prints: "version",
    help: "print the version; must be the only option",
  },
];

/** The narration without -v: warnings and fatal errors. */
const WARNINGS = 1;
const EVERYTHING = 4;

/** tini ignores these two, so that it can hand over the terminal (S45). */
const FORWARD: ReadonlySet<Signal> = new Set(
  [...PATIENT_DEFAULTS.forward].filter((signal) => signal !== "SIGTTIN" && signal !== "SIGTTOU"),
);

/** tini 0.19 (docs/facts.md). */
export const TINI: Tool<TiniFields> = {
  name: "tini",
  usage: tiniUsage,
  about: `This is curfew, which stands in for tini. It always adopts orphans. -v is also called --verbose, -e
--expect-exit and -h --help.
${PATIENT_HELP}`,
  options: OPTIONS,
  extra: extraOptions(OPTIONS),
  variables: [
    ["TINI_SUBREAPER", "same as -s"],
    ["TINI_KILL_PROCESS_GROUP", "same as -g, with any value"],
    ["TINI_VERBOSITY", "a number: 0 silences -w; 2, 3 and 4 are the same as -v, -vv and -vvv"],
  ],
  defaults: {
    ...PATIENT_DEFAULTS,
    forward: FORWARD,
    singleChild: true,
    narration: WARNINGS,
    subreaper: false,
    parent: undefined,
  },
  resolve: (given, _command, env) => {
    const { parent, singleChild, dieWithParent } = given;
    const fields = withPatience(without(given, "subreaper", "parent"));
    return Object.assign(fields, reportingOf(fields, env("TINI_VERBOSITY")), {
      singleChild: singleChild && env("TINI_KILL_PROCESS_GROUP") === undefined,
      dieWithParent: dieWithParent || parent !== undefined,
      // SIGKILL would end tini without its tree. curfew ends the tree as --die-with-parent does.
      parentSignal: parent === "SIGKILL" ? undefined : parent,
    });
  },
  usageExitCode: 1 as ExitCode,
};

/** What curfew reports. TINI_VERBOSITY overrides the options where it is set (S39). */
function reportingOf(
  { narration, sayReaped }: Fields,
  verbosity: string | undefined,
): Pick<Fields, "verbose" | "sayReaped" | "narration"> {
  const level = verbosity === undefined ? narration : levelOf(verbosity);
  return { verbose: level > WARNINGS, sayReaped: sayReaped && level > 0, narration: level };
}

/** The verbosity as atoi(3) reads it, whatever follows the digits. Below 0 it is the highest. */
function levelOf(verbosity: string): number {
  const level = Number(/^[ \t-\r]*([+-]?\d+)/.exec(verbosity)?.[1] ?? 0);
  return level < 0 ? EVERYTHING : level;
}

/** Parses `[OPTION]... [--] COMMAND [ARG]...`. */
export function parseTini(words: readonly string[], env: Env): Request {
  const request = parseTool(TINI, words, env);
  if (request.kind !== "print" || request.prints !== "version" || words.length === 1)
    return request;
  // S42: --version is accepted only as the sole word.
  const given = words.find((word) => word !== "--version");
  return usageError("extra_operand", { part: "--version", given, expected: "nothing beside it" });
}
