import { formatGnuDuration } from "./duration.ts";
import type { UsageError } from "./error.ts";
import { usageError } from "./error.ts";
import type { Env } from "./locale.ts";
import type { Option } from "./options.ts";
import { DURATION_EXPECTED, parseLocalDuration, TIMEOUT_OPTIONS } from "./options.ts";
import type { Fields, Spec } from "./spec.ts";
import { TIMEOUT_DEFAULTS } from "./spec.ts";

/** What a command line asks for. */
export type Wish =
  | { readonly kind: "run"; readonly spec: Spec }
  | { readonly kind: "print"; readonly prints: "help" | "version" }
  | UsageError;

/** Options read so far, and where the operands begin. */
type Scan = { readonly kind: "scanned"; readonly fields: Fields; readonly next: number };

/**
 * `timeout [OPTION]... DURATION COMMAND [ARG]...`, without the program's name. Parsing stops at the
 * first operand (S2); values are checked in the order they stand in (S5).
 */
export function parseTimeout(words: readonly string[], env: Env): Wish {
  const scan = scanOptions(TIMEOUT_OPTIONS, TIMEOUT_DEFAULTS, words, env);
  if (scan.kind !== "scanned") return scan;
  const [duration, ...rest] = words.slice(scan.next);
  // GNU would run a program called "--".
  const command = rest[0] === "--" ? rest.slice(1) : rest;
  if (duration === undefined || command.length === 0) return missingOperand(duration);
  const timeout = parseLocalDuration(duration, env);
  if (timeout === undefined) return badDuration(duration);
  const metrics = env("TIMEOUT_METRICS") !== undefined;
  return { kind: "run", spec: { ...scan.fields, timeout, command, metrics } };
}

/**
 * The words that parseTimeout reads as this Spec again; what is as by default is left out. What the
 * environment decides (`metrics`) has no words.
 */
export function formatTimeout(spec: Spec): readonly string[] {
  const options = TIMEOUT_OPTIONS.flatMap((option) => formatOption(option, spec));
  return [...options, formatGnuDuration(spec.timeout), "--", ...spec.command];
}

function formatOption(option: Option, spec: Spec): readonly string[] {
  switch (option.kind) {
    case "flag":
      return spec[option.key] === option.value ? [option.long] : [];
    case "value": {
      const isDefault = spec[option.key] === TIMEOUT_DEFAULTS[option.key];
      return isDefault ? [] : [`${option.long}=${option.format(spec)}`];
    }
    case "print":
      return [];
  }
}

function missingOperand(duration: string | undefined): UsageError {
  const part = duration === undefined ? "DURATION" : "COMMAND";
  const expected = "DURATION COMMAND [ARG]...";
  return usageError("missing_operand", { part, given: undefined, expected });
}

function badDuration(given: string): UsageError {
  return usageError("bad_duration", { part: "DURATION", given, expected: DURATION_EXPECTED });
}

/** Reads options until the first operand. */
function scanOptions(
  options: readonly Option[],
  defaults: Fields,
  words: readonly string[],
  env: Env,
): Scan | Exclude<Wish, { kind: "run" }> {
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
  return { kind: "scanned", fields, next };
}

/** One use of an option: as it was written, and the value that was attached to it. */
type Occurrence = {
  readonly kind: "option";
  readonly option: Option;
  readonly name: string;
  readonly attached: string | undefined;
};

function occurrences(
  options: readonly Option[],
  word: string,
): readonly (Occurrence | UsageError)[] {
  return word.startsWith("--") ? [longOption(options, word)] : shortOptions(options, word);
}

/** `--name`, `--name=value`, and of GNU's any beginning that only one of them has (S3). */
function longOption(options: readonly Option[], word: string): Occurrence | UsageError {
  const equals = word.indexOf("=");
  const name = equals < 0 ? word : word.slice(0, equals);
  const attached = equals < 0 ? undefined : word.slice(equals + 1);
  const matches = options.filter((option) =>
    option.spelledOut ? option.long === name : option.long.startsWith(name),
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
function shortOptions(
  options: readonly Option[],
  word: string,
): readonly (Occurrence | UsageError)[] {
  const found: (Occurrence | UsageError)[] = [];
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

function unknownOption(options: readonly Option[], given: string): UsageError {
  const expected = `one of ${options.map(({ long }) => long).join(", ")}`;
  return usageError("unknown_option", { part: "OPTION", given, expected });
}

function ambiguousOption(matches: readonly Option[], given: string): UsageError {
  const expected = matches.map(({ long }) => long).join(" or ");
  return usageError("ambiguous_option", { part: "OPTION", given, expected });
}

function badValue(
  option: Extract<Option, { kind: "value" }>,
  name: string,
  given: string | undefined,
): UsageError {
  const { code, expected } = option;
  const part = `${name} ${option.metavar}`;
  if (given === undefined) return usageError("missing_value", { part, given, expected });
  return usageError(code, { part, given, expected });
}
