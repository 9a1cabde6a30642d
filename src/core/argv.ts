import type { UsageError } from "./error.ts";
import { usageError } from "./error.ts";
import type { DoctorSpec, KillSpec } from "./kill-spec.ts";
import { DOCTOR_DEFAULTS, KILL_DEFAULTS } from "./kill-spec.ts";
import type { Env } from "./locale.ts";
import type { Option } from "./options.ts";
import { DOCTOR_OPTIONS, KILL_OPTIONS, RUN_OPTIONS, TIMEOUT_OPTIONS } from "./options.ts";
import type { Spec } from "./spec.ts";
import { RUN_DEFAULTS, TIMEOUT_DEFAULTS } from "./spec.ts";
import type { Value } from "./values.ts";
import { GNU_DURATION, PID } from "./values.ts";

/** What a command line asks for. */
export type Wish =
  | { readonly kind: "run"; readonly spec: Spec }
  | { readonly kind: "kill"; readonly spec: KillSpec }
  | { readonly kind: "doctor"; readonly spec: DoctorSpec }
  | Printing
  | UsageError;

type Printing = { readonly kind: "print"; readonly prints: "help" | "version" };

/** What a door's options are, and what holds where none is given. */
type Grammar<F> = { readonly options: readonly Option<F>[]; readonly defaults: F };

const TIMEOUT = { options: TIMEOUT_OPTIONS, defaults: TIMEOUT_DEFAULTS };
const RUN = { options: RUN_OPTIONS, defaults: RUN_DEFAULTS };
const KILL = { options: KILL_OPTIONS, defaults: KILL_DEFAULTS };
const DOCTOR = { options: DOCTOR_OPTIONS, defaults: DOCTOR_DEFAULTS };

/**
 * `timeout [OPTION]... DURATION COMMAND [ARG]...`, without the program's name. Parsing stops at the
 * first operand (S2); values are checked in the order they stand in (S5).
 */
export function parseTimeout(words: readonly string[], env: Env): Wish {
  const scan = scanOptions(TIMEOUT, words, env);
  if (scan.kind !== "scanned") return scan;
  const [duration, ...rest] = scan.operands;
  // GNU would run a program called "--".
  const command = rest[0] === "--" ? rest.slice(1) : rest;
  if (duration === undefined || command.length === 0) {
    return missingOperand(duration === undefined ? "DURATION" : "COMMAND", TIMEOUT_OPERANDS);
  }
  const timeout = GNU_DURATION.parse(duration, env);
  if (timeout === undefined) return badOperand(GNU_DURATION, duration);
  return { kind: "run", spec: { ...scan.fields, timeout, command, metrics: hasMetrics(env) } };
}

const TIMEOUT_OPERANDS = "DURATION COMMAND [ARG]...";

/** `run [OPTION]... [--] COMMAND [ARG]...`. */
export function parseRun(words: readonly string[], env: Env): Wish {
  const scan = scanOptions(RUN, words, env);
  if (scan.kind !== "scanned") return scan;
  const command = scan.operands;
  if (command.length === 0) return missingOperand("COMMAND", "COMMAND [ARG]...");
  return { kind: "run", spec: { ...scan.fields, command, metrics: hasMetrics(env) } };
}

/** `kill [OPTION]... PID...`. */
export function parseKill(words: readonly string[], env: Env): Wish {
  const scan = scanOptions(KILL, words, env);
  if (scan.kind !== "scanned") return scan;
  const { fields, operands } = scan;
  if (operands.length === 0) return missingOperand("PID", "PID...");
  const pids: number[] = [];
  for (const word of operands) {
    const pid = PID.parse(word, env);
    if (pid === undefined) return badOperand(PID, word);
    pids.push(pid);
  }
  if (fields.requireStartTime !== undefined && operands.length > 1) {
    return extraOperand("PID", operands[1], "one PID with --require-start-time");
  }
  return { kind: "kill", spec: { ...fields, pids } };
}

/** `doctor [OPTION]...`. */
export function parseDoctor(words: readonly string[], env: Env): Wish {
  const scan = scanOptions(DOCTOR, words, env);
  if (scan.kind !== "scanned") return scan;
  const [operand] = scan.operands;
  if (operand !== undefined) return extraOperand("OPERAND", operand, "options only");
  return { kind: "doctor", spec: scan.fields };
}

/**
 * The words that parseTimeout reads as this Spec again; what is as by default is left out. What the
 * environment decides (`metrics`) has no words.
 */
export function formatTimeout(spec: Spec): readonly string[] {
  return [
    ...formatOptions(TIMEOUT, spec),
    GNU_DURATION.format(spec.timeout),
    "--",
    ...spec.command,
  ];
}

/** The words that parseRun reads as this Spec again, in the same way. */
export function formatRun(spec: Spec): readonly string[] {
  return [...formatOptions(RUN, spec), "--", ...spec.command];
}

function formatOptions<F>({ options, defaults }: Grammar<F>, fields: F): readonly string[] {
  return options.flatMap((option) => {
    if (option.kind === "print") return [];
    if (option.kind === "value") {
      const isDefault = fields[option.key] === defaults[option.key];
      return isDefault ? [] : [`${option.long}=${option.format(fields)}`];
    }
    return fields[option.key] === option.value ? [option.long] : [];
  });
}

function hasMetrics(env: Env): boolean {
  return env("TIMEOUT_METRICS") !== undefined;
}

function missingOperand(part: string, expected: string): UsageError {
  return usageError("missing_operand", { part, given: undefined, expected });
}

function extraOperand(part: string, given: string | undefined, expected: string): UsageError {
  return usageError("extra_operand", { part, given, expected });
}

/** What is accepted where a value stands. */
type Accepted = Pick<Value<unknown>, "metavar" | "code" | "expected">;

function badOperand({ code, metavar, expected }: Accepted, given: string): UsageError {
  return usageError(code, { part: metavar, given, expected });
}

/** Options read, and what follows them. */
type Scan<F> = {
  readonly kind: "scanned";
  readonly fields: F;
  readonly operands: readonly string[];
};

/** Reads options until the first operand. */
function scanOptions<F>(
  { options, defaults }: Grammar<F>,
  words: readonly string[],
  env: Env,
): Scan<F> | Printing | UsageError {
  let fields = defaults;
  let next = 0;
  for (;;) {
    const word = words[next];
    if (word === undefined || word === "-" || !word.startsWith("-")) break;
    next += 1;
    if (word === "--") break;
    for (const given of occurrences(options, word)) {
      if (given.kind === "usage") return given;
      const { option, attached } = given;
      if (option.kind === "print") return { kind: "print", prints: option.prints };
      if (option.kind === "flag") {
        fields = { ...fields, [option.key]: option.value };
        continue;
      }
      const text = attached ?? words[next++];
      const value = text === undefined ? undefined : option.parse(text, env);
      if (value === undefined) return badValue(option, given.name, text);
      fields = { ...fields, [option.key]: value };
    }
  }
  return { kind: "scanned", fields, operands: words.slice(next) };
}

/** One use of an option: as it was written, and the value that was attached to it. */
type Occurrence<F> = {
  readonly kind: "option";
  readonly option: Option<F>;
  readonly name: string;
  readonly attached: string | undefined;
};

function occurrences<F>(
  options: readonly Option<F>[],
  word: string,
): readonly (Occurrence<F> | UsageError)[] {
  return word.startsWith("--") ? [longOption(options, word)] : shortOptions(options, word);
}

/** `--name`, `--name=value`, and of GNU's any beginning that only one of them has (S3). */
function longOption<F>(options: readonly Option<F>[], word: string): Occurrence<F> | UsageError {
  const equals = word.indexOf("=");
  const name = equals < 0 ? word : word.slice(0, equals);
  const attached = equals < 0 ? undefined : word.slice(equals + 1);
  const matches = options.filter((option) =>
    option.shortens ? option.long.startsWith(name) : option.long === name,
  );
  const option = matches.find(({ long }) => long === name) ?? matches[0];
  if (option === undefined) return unknownOption(options, word);
  if (matches.length > 1 && option.long !== name) return ambiguousOption(matches, word);
  if (attached !== undefined && option.kind !== "value") {
    const expected = `${option.long} without a value`;
    return usageError("unexpected_value", { part: option.long, given: attached, expected });
  }
  return { kind: "option", option, name: option.long, attached };
}

/** `-v`, `-vf`, `-sINT`, `-vsINT`; the value may also be the next word (S4). */
function shortOptions<F>(
  options: readonly Option<F>[],
  word: string,
): readonly (Occurrence<F> | UsageError)[] {
  const found: (Occurrence<F> | UsageError)[] = [];
  let at = 1;
  for (const letter of word.slice(at)) {
    at += letter.length;
    const name = `-${letter}`;
    const option = options.find(({ short }) => short === name);
    if (option === undefined) return [...found, unknownOption(options, name)];
    const rest = word.slice(at);
    const takesRest = option.kind === "value" && rest !== "";
    found.push({ kind: "option", option, name, attached: takesRest ? rest : undefined });
    if (takesRest) break;
  }
  return found;
}

type Named = { readonly long: string };

function unknownOption(options: readonly Named[], given: string): UsageError {
  const expected = `one of ${options.map(({ long }) => long).join(", ")}`;
  return usageError("unknown_option", { part: "OPTION", given, expected });
}

function ambiguousOption(matches: readonly Named[], given: string): UsageError {
  const expected = matches.map(({ long }) => long).join(" or ");
  return usageError("ambiguous_option", { part: "OPTION", given, expected });
}

function badValue(option: Accepted, name: string, given: string | undefined): UsageError {
  const part = `${name} ${option.metavar}`;
  const code = given === undefined ? "missing_value" : option.code;
  return usageError(code, { part, given, expected: option.expected });
}
