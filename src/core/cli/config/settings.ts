import { usageSentence } from "../../messages/usage-sentence.ts";
import { usageError } from "../../spec/error.ts";
import type { Env } from "../../values/locale.ts";
import { nearest } from "../../values/nearest.ts";
import { quote } from "../../values/quote.ts";
import type { SettableOption } from "./options.ts";
import { settableOptions } from "./options.ts";
import type { Positions } from "./positions.ts";
import { pathText, positionsOf } from "./positions.ts";
import type { Flaw, Position, Table } from "./toml.ts";
import { isDate, parseToml } from "./toml.ts";

/** An option that a file sets. `values`: none for a flag; `isOn`: false for a flag that is off. */
export type Setting = {
  readonly option: SettableOption;
  readonly isOn: boolean;
  readonly values: readonly string[];
  readonly position: Position;
};

/** A setting that holds, and where it was made; without a file it is built in. */
export type EffectiveSetting = Omit<Setting, "position"> & {
  readonly profile?: string;
  readonly file?: string;
  readonly position?: Position;
};

/** What a file says. */
export type Settings = {
  readonly defaults: readonly Setting[];
  readonly profiles: ReadonlyMap<string, readonly Setting[]>;
};

/** Thrown and caught in this file only: the first mistake of a file ends the reading of it. */
class Mistake extends Error {
  readonly path: readonly string[];
  readonly text: string;
  constructor(path: readonly string[], text: string) {
    super(text);
    this.path = path;
    this.text = text;
  }
}

/** Reads a file. Every value is checked, whichever subcommand and profile it is for. */
export function readSettings(text: string, env: Env): Settings | Flaw {
  const document = parseToml(text);
  if (isFlaw(document)) return document;
  const positions = positionsOf(text);
  try {
    return settingsOf(document, positions, env);
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    return { ...positionOf(positions, error.path), text: error.text };
  }
}

/** Whether a file was refused. A key `text` beside `line` is unknown, so that no table has them. */
export function isFlaw(result: object): result is Flaw {
  return "line" in result && typeof result.line === "number" && "text" in result;
}

/** The place of a key, or of the table that it must be in. */
function positionOf(positions: Positions, path: readonly string[]): Position {
  for (let length = path.length; length > 0; length--) {
    const position = positions.get(pathText(path.slice(0, length)));
    if (position !== undefined) return { line: position.line, column: position.column };
  }
  return { line: 1, column: 1 };
}

const TABLES = ["defaults", "profiles"];

function settingsOf(document: Table, positions: Positions, env: Env): Settings {
  const options = settableOptions();
  for (const key of Object.keys(document)) {
    if (TABLES.includes(key)) continue;
    const isOption = options.has(key);
    throw new Mistake([key], unknown("table or key", key, isOption ? [] : TABLES, "[defaults]"));
  }
  const read = (path: readonly string[], table: unknown) =>
    Object.entries(tableAt(path, table)).map(([key, value]): Setting => {
      const at = [...path, key];
      const option = options.get(key);
      if (option === undefined) throw new Mistake(at, unknown("key", key, [...options.keys()]));
      return { option, ...valuesOf(option, value, at, env), position: positionOf(positions, at) };
    });
  const { defaults = {}, profiles = {} } = document;
  return {
    defaults: read(["defaults"], defaults),
    profiles: new Map(
      Object.entries(tableAt(["profiles"], profiles)).map(([name, table]) => {
        return [name, read(["profiles", name], table)] as const;
      }),
    ),
  };
}

function unknown(
  what: string,
  key: string,
  names: readonly string[],
  expected: string = "the name of an option, such as kill_after",
): string {
  const near = nearest(key.replaceAll("-", "_"), names);
  const meant = near.length > 0 ? `did you mean ${near.join(" or ")}?` : `expected ${expected}`;
  return `unknown ${what} ${quote(shortened(key), false)}: ${meant}`;
}

/** A word of a file as a line shows it. */
function shortened(word: string): string {
  return word.length > LONGEST ? `${word.slice(0, LONGEST)}...` : word;
}

const LONGEST = 80;

function tableAt(path: readonly string[], value: unknown): Table {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    // A date is an object, and no table.
    if (!isDate(value)) return value as Table;
  }
  throw new Mistake(
    path,
    wrongType(path.at(-1) ?? "", value, `a table such as [${path.map(shortened).join(".")}]`),
  );
}

/** A list has no more members: each of them costs a run time. */
const MOST_MEMBERS = 1000;

type Values = Pick<Setting, "isOn" | "values">;

function valuesOf(
  option: SettableOption,
  value: unknown,
  path: readonly string[],
  env: Env,
): Values {
  const { row, key } = option;
  if (row.kind === "flag" || row.kind === "count") {
    if (typeof value === "boolean") return { isOn: value, values: [] };
    throw new Mistake(path, wrongType(key, value, "true or false"));
  }
  if (row.kind === "optional" && typeof value === "boolean") return { isOn: value, values: [] };
  const isList = row.kind === "value" && row.repeats === true;
  if (isList !== Array.isArray(value)) {
    const members = COUNTED.includes(row.code) ? "whole numbers" : "strings";
    const expected = isList ? `a list of ${members}` : exampleOf(row);
    throw new Mistake(path, wrongType(key, value, expected));
  }
  if (Array.isArray(value) && value.length > MOST_MEMBERS) {
    const text = `${quote(key, false)} has ${value.length} members: at most ${MOST_MEMBERS} can be`;
    throw new Mistake(path, text);
  }
  const values = [value].flat().map((one) => textOf(option, one, path));
  let fields = option.defaults;
  for (const text of values) {
    const parsed = row.parse(text, env, fields);
    if (parsed === undefined) {
      const parts = { part: key, given: shortened(text), expected: row.expected };
      throw new Mistake(path, usageSentence(usageError(row.code, parts), false));
    }
    fields = { ...fields, [row.key]: parsed };
  }
  return { isOn: true, values };
}

/** A value as the command line has it: a string, or a whole number where the option counts. */
function textOf({ key, row }: SettableOption, value: unknown, path: readonly string[]): string {
  if (!("metavar" in row)) return "";
  if (typeof value === "string") {
    if (row.metavar !== "DURATION" || !/^[\d.]+$/.test(value) || /^[0.]+$/.test(value))
      return value;
    const given = shortened(value);
    throw new Mistake(path, `${key}: no unit in ${quote(given, false)}: expected "${given}s", say`);
  }
  const isCounted = COUNTED.includes(row.code);
  if (isCounted && typeof value === "number" && Number.isSafeInteger(value) && value >= 0) {
    return String(value);
  }
  throw new Mistake(path, wrongType(key, value, exampleOf(row)));
}

/** The options whose values are numbers, by the error of one that is not. */
const COUNTED = ["bad_number", "bad_pid", "bad_size"];

function exampleOf(row: SettableOption["row"]): string {
  if (!("metavar" in row)) return "true or false";
  if (row.metavar === "DURATION") return 'a string such as "90s"';
  if (row.code === "bad_size") return 'a number of bytes or a string such as "512M"';
  return COUNTED.includes(row.code) ? "a whole number" : "a string";
}

function wrongType(key: string, value: unknown, expected: string): string {
  return `${quote(shortened(key), false)} is ${typeOf(value)}: expected ${expected}`;
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (isDate(value)) return "a date";
  if (typeof value === "object") return "a table";
  return typeof value === "boolean" ? "true or false" : `a ${typeof value}`;
}
