/** A value of JSON. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };
/** A JSON Schema (2020-12), as a value. */
export type Schema = { readonly [key: string]: Json };
/** An object of JSON. */
export type JsonObject = { readonly [key: string]: Json };

/**
 * A key of a JSON object: its name, its schema, what it means, and how to get its value. A row that
 * ends with `optional` is left out where its value is `undefined`.
 */
export type Row<T> = readonly [
  key: string,
  schema: Schema,
  means: string,
  of: (from: T) => Json | undefined,
  optional?: "optional",
];

/** A word of --events: what it means, and the keys of its line besides `event` and `at_ms`. */
export type Kind<E> = { readonly means: string; readonly facts: readonly Row<E>[] };

export const TEXT: Schema = { type: "string" };
export const FLAG: Schema = { type: "boolean" };
export const COUNT: Schema = { type: "integer", minimum: 0 };
/** A count from 1 on. */
export const ORDINAL: Schema = { type: "integer", minimum: 1 };
export const MILLISECONDS: Schema = { type: "number", minimum: 0 };
export const EXIT_CODE: Schema = { type: "integer", minimum: 0, maximum: 255 };

/** One of the keys of `words`. The type makes sure that no word is missing. */
export function oneOf<Word extends string>(words: Readonly<Record<Word, unknown>>): Schema {
  return { enum: Object.keys(words) };
}

export function orNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: "null" }] };
}

export function listOf(items: Schema): Schema {
  return { type: "array", items };
}

/** An object with these keys. A later version of curfew may add keys, so a reader skips others. */
export function objectOf<T>(rows: readonly Row<T>[]): Schema {
  const properties = rows.map(([key, schema, means]) => [key, { ...schema, description: means }]);
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    required: rows.filter(([, , , , optional]) => optional === undefined).map(([key]) => key),
  };
}

/** The object that rows make of a value. */
export function jsonOf<T>(rows: readonly Row<T>[], from: T): JsonObject {
  const entries = rows.flatMap(([key, , , of]) => {
    const value = of(from);
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(entries);
}

/** The same; null for undefined. */
export function jsonOrNull<T>(rows: readonly Row<T>[], from: T | undefined): JsonObject | null {
  return from === undefined ? null : jsonOf(rows, from);
}

export function jsonListOf<T>(rows: readonly Row<T>[], all: readonly T[]): JsonObject[] {
  return all.map((from) => jsonOf(rows, from));
}

/** Microseconds as milliseconds with decimals. */
export function milliseconds(us: number): number {
  return us / 1000;
}

/** JSON with the keys that the TypeScript API has: `exit_code` is `exitCode`. */
export function camelCased(json: Json): Json {
  if (json === null || typeof json !== "object") return json;
  if (isList(json)) return json.map(camelCased);
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [camelOf(key), camelCased(value)]),
  );
}

function camelOf(key: string): string {
  if (!key.includes("_")) return key;
  return key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Array.isArray with a type that knows readonly arrays. */
function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}
