// Where the keys of a TOML file stand, which the parser does not tell. The file has been parsed
// before: what is read here is well formed.
import type { Position } from "./toml.ts";

/** The places of keys, by `pathText`. */
export type Positions = ReadonlyMap<string, Position>;

/** A key with its tables, as one text. */
export function pathText(path: readonly string[]): string {
  return JSON.stringify(path);
}

/** The text, the place in it, and what was found before. */
type Cursor = {
  readonly text: string;
  at: number;
  line: number;
  lineStart: number;
  readonly found: Map<string, Position>;
};

/** A key's tables and its name; undefined: it is so deep or long that it means nothing. */
type Path = readonly string[] | undefined;

/** No key that means something is as deep or has so long a name: noting it would cost too much. */
const DEEPEST = 16;
const LONGEST = 256;

/** The first place of each key and table of a file. */
export function positionsOf(text: string): Positions {
  const cursor: Cursor = { text, at: 0, line: 1, lineStart: 0, found: new Map() };
  let table: Path = [];
  for (;;) {
    skip(cursor, VOID);
    if (cursor.at >= text.length) return cursor.found;
    const before = cursor.at;
    if (text[cursor.at] === "[") {
      skip(cursor, BRACKETS);
      table = keyFrom(cursor, []);
      skip(cursor, CLOSING);
    } else {
      passAssigned(cursor, keyFrom(cursor, table));
    }
    // A character that nothing takes would keep us here forever.
    if (cursor.at === before) cursor.at += 1;
  }
}

const VOID = /(?:[\s\ufeff]|#[^\n]*)*/y;
const BRACKETS = /\[+/y;
const CLOSING = /[ \t]*\]+/y;
const KEY = /[ \t]*("(?:\\.|[^"\\])*"|'[^']*'|[\w-]+)[ \t]*(\.?)/y;
const EQUALS = /[ \t]*=\s*/y;
const STRING = /"""[\s\S]*?(?<!\\)(?:\\\\)*"{3,5}|'''[\s\S]*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'/y;
const SCALAR = /[^\s,[\]{}#"']*/y;

/** Passes over what an expression takes, and counts the lines in it. */
function skip(cursor: Cursor, expression: RegExp): RegExpExecArray | null {
  expression.lastIndex = cursor.at;
  const match = expression.exec(cursor.text);
  const length = match?.[0].length ?? 0;
  for (let at = cursor.at; at < cursor.at + length; at++) {
    if (cursor.text[at] !== "\n") continue;
    cursor.line += 1;
    cursor.lineStart = at + 1;
  }
  cursor.at += length;
  return match;
}

/** A dotted key, behind the tables that it is in; each of its parts is noted. */
function keyFrom(cursor: Cursor, table: Path): Path {
  let path = table;
  for (;;) {
    skip(cursor, BLANKS);
    const position = { line: cursor.line, column: cursor.at - cursor.lineStart + 1 };
    const [, word, dot] = skip(cursor, KEY) ?? [];
    if (word === undefined) return path;
    const isOdd = word.length > LONGEST || (path?.length ?? DEEPEST) >= DEEPEST;
    path = isOdd || path === undefined ? undefined : [...path, nameOf(word)];
    const text = path && pathText(path);
    if (text !== undefined && !cursor.found.has(text)) cursor.found.set(text, position);
    if (dot !== ".") return path;
  }
}

const BLANKS = /[ \t]*/y;

function nameOf(word: string): string {
  if (word.startsWith("'")) return word.slice(1, -1);
  if (!word.startsWith('"')) return word;
  try {
    return JSON.parse(word) as string;
  } catch {
    // An escape that TOML has and JSON does not. No option has such a name.
    return word;
  }
}

/** Passes over `= VALUE`, and notes the keys of tables in it. */
function passAssigned(cursor: Cursor, path: Path): void {
  skip(cursor, EQUALS);
  passValue(cursor, path);
}

function passValue(cursor: Cursor, path: Path): void {
  const first = cursor.text[cursor.at];
  if (first === "{") {
    passMembers(cursor, "}", () => passAssigned(cursor, keyFrom(cursor, path)));
  } else if (first === "[") {
    passMembers(cursor, "]", () => passValue(cursor, path));
  } else if (skip(cursor, STRING) === null) skip(cursor, SCALAR);
}

function passMembers(cursor: Cursor, end: string, member: () => void): void {
  cursor.at += 1;
  for (;;) {
    skip(cursor, VOID);
    const before = cursor.at;
    const next = cursor.text[cursor.at];
    if (next === undefined || next === end) break;
    if (next === ",") cursor.at += 1;
    else member();
    if (cursor.at === before) cursor.at += 1;
  }
  cursor.at += 1;
}
