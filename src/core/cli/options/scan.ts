import type { UsageError } from "../../spec/error.ts";
import { usageError } from "../../spec/error.ts";
import type { Env } from "../../values/locale.ts";
import { nearest } from "../../values/nearest.ts";
import type { Names, Option, Printable } from "./option.ts";
import type { Value } from "./values.ts";

/** The options of a command line, and the fields if none is given. */
export type Grammar<F> = {
  readonly options: readonly Option<F>[];
  /** Options that no message lists. They have long names only. */
  readonly unlisted?: readonly Option<F>[];
  readonly defaults: F;
};

/** A request for a text; nothing is run. */
export type Printing = { readonly kind: "print"; readonly prints: Printable };

/** The options of a command line, and the words behind them. */
export type Scan<F> = {
  readonly kind: "scanned";
  /** The defaults, and what the options set: this scan's own object, to be changed in place. */
  readonly fields: F;
  /** The rows of the options that were given, in their order. */
  readonly given: readonly Option<F>[];
  readonly operands: readonly string[];
};

/** Reads options until the first operand. */
export function scanOptions<F>(
  { options, unlisted, defaults }: Grammar<F>,
  words: readonly string[],
  env: Env,
): Scan<F> | Printing | UsageError {
  const all: Option<F>[] = [];
  const fields = { ...defaults } as F & object;
  let next = 0;
  for (;;) {
    const word = words[next];
    if (word === undefined || word === "-" || !word.startsWith("-")) break;
    next += 1;
    if (word === "--") break;
    for (const given of occurrences(options, word, unlisted)) {
      if (given.kind === "usage") return given;
      const { option, attached } = given;
      if (option.kind === "print") return { kind: "print", prints: option.prints };
      all.push(option);
      if (option.kind === "flag") {
        Object.assign(fields, { [option.key]: option.value });
        continue;
      }
      if (option.kind === "count") {
        Object.assign(fields, { [option.key]: option.next(fields) });
        continue;
      }
      if (option.kind === "optional" && attached === undefined) {
        Object.assign(fields, { [option.key]: option.bare });
        continue;
      }
      const text = attached ?? words[next++];
      const value = text === undefined ? undefined : option.parse(text, env, fields);
      if (value === undefined) return badValue(option, given.name, text);
      Object.assign(fields, { [option.key]: value }, option.also);
    }
  }
  return { kind: "scanned", fields, given: all, operands: words.slice(next) };
}

/** Takes away, in place, fields that only the reading of a command line needs. */
export function without<F, K extends keyof F>(fields: F, ...keys: readonly K[]): Omit<F, K> {
  for (const key of keys) Reflect.deleteProperty(fields as object, key);
  return fields;
}

/** The words that `scanOptions` reads as these fields, without defaults. */
export function formatOptions<F>(
  { options, unlisted = [], defaults }: Grammar<F>,
  fields: F,
): readonly string[] {
  return [...options, ...unlisted].flatMap((option) => {
    // Only tools have options that are counted, and curfew never writes a tool's words.
    if (option.kind === "print" || option.kind === "count") return [];
    if (option.kind === "flag") return fields[option.key] === option.value ? [nameOf(option)] : [];
    const isDefault = fields[option.key] === defaults[option.key];
    if (isDefault && !isImplied(option, defaults, fields)) return [];
    if (option.kind === "optional" && fields[option.key] === option.bare) return [nameOf(option)];
    const begin = option.long === undefined ? nameOf(option) : `${option.long}=`;
    return option.format(fields).map((text) => begin + text);
  });
}

/** Whether `also` shows that an option was given, perhaps with its default as the value. */
function isImplied<F>(
  { also = {} }: { readonly also?: Partial<F> },
  defaults: F,
  fields: F,
): boolean {
  const keys = Object.keys(also) as (keyof F)[];
  return keys.some((key) => fields[key] === also[key] && fields[key] !== defaults[key]);
}

/** The name that messages call an option by. */
export function nameOf({ long, short = "-" }: Names): string {
  return long ?? short;
}

/** One use of an option. `name`: as written; `attached`: the value in the same word. */
type Occurrence<F> = {
  readonly kind: "option";
  readonly option: Option<F>;
  readonly name: string;
  readonly attached: string | undefined;
};

function occurrences<F>(
  options: readonly Option<F>[],
  word: string,
  unlisted: readonly Option<F>[] = [],
): readonly (Occurrence<F> | UsageError)[] {
  return word.startsWith("--")
    ? [longOption(options, word, unlisted)]
    : shortOptions(options, word);
}

/** Scans `--name` and `--name=value`, abbreviated where the option allows it (S3). */
function longOption<F>(
  options: readonly Option<F>[],
  word: string,
  unlisted: readonly Option<F>[],
): Occurrence<F> | UsageError {
  const equals = word.indexOf("=");
  const name = equals < 0 ? word : word.slice(0, equals);
  const attached = equals < 0 ? undefined : word.slice(equals + 1);
  const option = called(options, "long", name) ?? called(unlisted, "long", name);
  if (option !== undefined) return longOccurrence(option, attached);
  const matches = options.filter(({ long, shortens }) => shortens && long?.startsWith(name));
  const [match] = matches;
  if (match === undefined) return unknownOption(options, word);
  return matches.length > 1 ? ambiguousOption(matches, word) : longOccurrence(match, attached);
}

/** The option of this name. A loop: to call a function for each row costs more than all else. */
function called<F>(
  options: readonly Option<F>[],
  form: "long" | "short",
  name: string,
): Option<F> | undefined {
  for (const option of options) {
    if (option[form] === name) return option;
  }
  return undefined;
}

function longOccurrence<F>(
  option: Option<F>,
  attached: string | undefined,
): Occurrence<F> | UsageError {
  if (attached !== undefined && option.kind !== "value" && option.kind !== "optional") {
    const expected = `${nameOf(option)} without a value`;
    return usageError("unexpected_value", { part: nameOf(option), given: attached, expected });
  }
  return { kind: "option", option, name: nameOf(option), attached };
}

/** Scans `-v`, `-vf`, `-sINT`, `-vsINT`. The value may also be the next word (S4). */
function shortOptions<F>(
  options: readonly Option<F>[],
  word: string,
): readonly (Occurrence<F> | UsageError)[] {
  const found: (Occurrence<F> | UsageError)[] = [];
  let at = 1;
  for (const letter of word.slice(at)) {
    at += letter.length;
    const name = `-${letter}`;
    const option = called(options, "short", name);
    if (option === undefined) return [...found, unknownOption(options, name, word)];
    const rest = word.slice(at);
    const takesRest = option.kind === "value" && rest !== "";
    found.push({ kind: "option", option, name, attached: takesRest ? rest : undefined });
    if (takesRest) break;
  }
  return found;
}

/** What a line says of an unknown option, besides the names that are like it. */
const AN_OPTION = "an option that --help lists";

/** `word`: where the option stood; `-timeout` may mean --timeout. */
function unknownOption(options: readonly Names[], given: string, word: string = given): UsageError {
  const [name = ""] = word.split("=");
  const names = options.flatMap(({ long }) => long ?? []);
  const isLong = given.startsWith("--");
  const choices = isLong ? nearest(name, names) : names.filter((long) => long === `-${name}`);
  return usageError("unknown_option", { part: "OPTION", given, expected: AN_OPTION, choices });
}

function ambiguousOption(matches: readonly Names[], given: string): UsageError {
  const choices = matches.map(nameOf);
  const expected = choices.join(" or ");
  return usageError("ambiguous_option", { part: "OPTION", given, expected, choices });
}

function badValue(
  option: Pick<Value<unknown>, "metavar" | "code" | "expected">,
  name: string,
  given: string | undefined,
): UsageError {
  const part = `${name} ${option.metavar}`;
  const code = given === undefined ? "missing_value" : option.code;
  return usageError(code, { part, given, expected: option.expected });
}
