// The only import of the core from outside. A parser of TOML is no part of what curfew is about,
// and one that is wrong in a corner would read another value than its user wrote.
import { parse, TomlDate, TomlError } from "smol-toml";
import { onOneLine } from "../../values/quote.ts";

/** A place in a file, counted from 1. */
export type Position = { readonly line: number; readonly column: number };

/** What is wrong with a file, in words that need no quoting any more. */
export type Flaw = Position & { readonly text: string };

export type Table = { readonly [key: string]: unknown };

/** Whether a value is a date or a time. */
export function isDate(value: unknown): boolean {
  return value instanceof TomlDate;
}

/** Deeper nesting has no meaning here, and would only use up the stack. */
const DEEPEST = 16;
const LONGEST = 200;
/** A half of a pair of surrogates without the other one. */
const LONE = /\p{Surrogate}/u;

/** Parses a file. Bytes that are not UTF-8 are U+DC80..U+DCFF. */
export function parseToml(text: string): Table | Flaw {
  const strange = text.search(LONE);
  if (strange >= 0) return { ...positionAt(text, strange), text: "this is not UTF-8" };
  try {
    return parse(text, { maxDepth: DEEPEST });
  } catch (error) {
    if (error instanceof TomlError) {
      const { line, column, message } = error;
      return { line, column, text: reasonIn(message) };
    }
    // Of our own memory or stack, which a file must not be able to use up.
    return { line: 1, column: 1, text: "the file is too large or too deeply nested" };
  }
}

/** The parser's reason, without its head, and without the lines of the file that it quotes. */
function reasonIn(message: string): string {
  const [first = ""] = message.replace(/^Invalid TOML document: /, "").split("\n");
  return onOneLine(first.slice(0, LONGEST));
}

/** The place of an index. */
export function positionAt(text: string, index: number): Position {
  const before = text.slice(0, index).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}
