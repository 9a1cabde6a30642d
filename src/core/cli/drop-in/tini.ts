import { usageError } from "../../spec/error.ts";
import type { Fields } from "../../spec/spec.ts";
import type { ExitCode } from "../../spec/status.ts";
import type { Env } from "../../values/locale.ts";
import type { Signal } from "../../values/signal.ts";
import { SIGNALS } from "../../values/signal.ts";
import type { Request } from "../options/command-line.ts";
import type { Option } from "../options/options.ts";
import { count, flag, list, value } from "../options/options.ts";
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

/** What tini's options say, as far as it is not a field of ours. */
export type TiniFields = Fields & {
  /** We always are one. */
  readonly subreaper: boolean;
  /** What the end of our parent is to send us. */
  readonly parent: Signal | undefined;
};

/** A full name of a signal that is not a real-time one (S38). */
const PARENT_SIGNAL: Value<Signal | undefined> = {
  metavar: "SIGNAL",
  code: "unknown_signal",
  expected: "a full name such as SIGTERM",
  parse: (text) => SIGNALS.slice(1, 32).find((signal) => signal === text),
  format: (signal) => signal ?? "",
};

// strtol(3): blanks and a sign may come first; and where there is nothing, it is 0 (S37).
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
  { kind: "print", short: "-l", prints: "licence", help: "print the license" },
  { kind: "print", long: "--help", short: "-h", prints: "help", help: "print this text" },
  {
    kind: "print",
    long: "--version",
    prints: "version",
    help: "print the version; must be the only option",
  },
];

/** What tini says if nothing else is asked for: warnings, and what ends it. */
const WARNINGS = 1;
const EVERYTHING = 4;

/** S45: it ignores these two, so that it can give the terminal away. */
const FORWARD: ReadonlySet<Signal> = new Set(
  [...PATIENT_DEFAULTS.forward].filter((signal) => signal !== "SIGTTIN" && signal !== "SIGTTOU"),
);

/** tini 0.19 (docs/facts.md). */
export const TINI: Tool<TiniFields> = {
  name: "tini",
  usage: tiniUsage,
  about: `This is curfew, which stands in for tini: orphans are always adopted, -v is also --verbose, -e
--expect-exit and -h --help.
${PATIENT_HELP}`,
  options: OPTIONS,
  extra: extraOptions(OPTIONS),
  variables: [
    ["TINI_SUBREAPER", "as -s"],
    ["TINI_KILL_PROCESS_GROUP", "as -g, whatever its value"],
    ["TINI_VERBOSITY", "a number: 0 silences -w, 2, 3 and 4 are as -v, -vv and -vvv"],
  ],
  defaults: {
    ...PATIENT_DEFAULTS,
    forward: FORWARD,
    singleChild: true,
    narration: WARNINGS,
    subreaper: false,
    parent: undefined,
  },
  resolve: ({ subreaper, parent, ...fields }, _command, env) => ({
    ...withPatience(fields),
    ...voiceOf(fields, env("TINI_VERBOSITY")),
    singleChild: fields.singleChild && env("TINI_KILL_PROCESS_GROUP") === undefined,
    dieWithParent: fields.dieWithParent || parent !== undefined,
    // Who cannot be asked about it any more cannot end what it started: we do that in good order.
    parentSignal: parent === "SIGKILL" ? undefined : parent,
  }),
  usageExitCode: 1 as ExitCode,
};

/** What is said; the variable decides alone where it is set (S39). */
function voiceOf(
  { narration, sayReaped }: Fields,
  verbosity: string | undefined,
): Pick<Fields, "verbose" | "sayReaped" | "narration"> {
  const level = verbosity === undefined ? narration : levelOf(verbosity);
  return { verbose: level > WARNINGS, sayReaped: sayReaped && level > 0, narration: level };
}

/** As atoi(3) reads it: what follows the digits does not matter. Below 0 tini says everything. */
function levelOf(verbosity: string): number {
  const level = Number(/^[ \t-\r]*([+-]?\d+)/.exec(verbosity)?.[1] ?? 0);
  return level < 0 ? EVERYTHING : level;
}

/** `tini [OPTION]... [--] COMMAND [ARG]...`. */
export function parseTini(words: readonly string[], env: Env): Request {
  const request = parseTool(TINI, words, env);
  if (request.kind !== "print" || request.prints !== "version" || words.length === 1)
    return request;
  // S42: only alone, and so not by the way.
  const given = words.find((word) => word !== "--version");
  return usageError("extra_operand", { part: "--version", given, expected: "nothing beside it" });
}
