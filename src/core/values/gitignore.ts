import type { IgnoreLine } from "./gitignore-tokens.ts";
import { linesOf } from "./gitignore-tokens.ts";
import type { Automaton } from "./glob-automaton.ts";
import { accepts, automatonOf } from "./glob-automaton.ts";
import { isLinear, sourceOf, unionOf } from "./glob-expression.ts";
import { appendUtf8 } from "./utf8.ts";

/**
 * A .gitignore file: patterns of which the last one that matches counts. Git compares bytes, so
 * texts are turned into one character for each byte.
 */
export type Gitignore = {
  readonly patterns: readonly Pattern[];
  /** Matches where one of the quick patterns may match, whether it ignores or includes. */
  readonly anyName: RegExp | undefined;
  readonly anyPath: RegExp | undefined;
  readonly hasSlow: boolean;
};

type Pattern = Pick<IgnoreLine, "isNegated" | "ofDirectory" | "isPath"> &
  ({ readonly expression: RegExp | undefined } | { readonly automaton: Automaton });

export function parseGitignore(text: string): Gitignore {
  const lines = linesOf(bytesOf(text));
  const quick = lines.filter(({ tokens }) => isLinear(tokens));
  const any = (isPath: boolean) => {
    const meant = quick.filter((line) => line.isPath === isPath);
    return unionOf(meant.map(({ tokens }) => sourceOf(tokens)));
  };
  return {
    patterns: lines.map(patternOf),
    anyName: any(false),
    anyPath: any(true),
    hasSlow: quick.length < lines.length,
  };
}

function patternOf({ isNegated, ofDirectory, isPath, tokens }: IgnoreLine): Pattern {
  const what = { isNegated, ofDirectory, isPath };
  if (isLinear(tokens)) return { ...what, expression: unionOf([sourceOf(tokens)]) };
  return { ...what, automaton: automatonOf([{ tokens, ofDirectory: false }]) };
}

/**
 * Whether the file ignores a path below its directory; undefined: it says nothing. What is in an
 * ignored directory is ignored as well, and that directory is the caller's to know.
 */
export function ignores(
  gitignore: Gitignore,
  path: string,
  isDirectory: boolean,
): boolean | undefined {
  const whole = bytesOf(path);
  const name = whole.slice(whole.lastIndexOf("/") + 1);
  const { patterns, anyName, anyPath, hasSlow } = gitignore;
  if (!hasSlow && anyName?.test(name) !== true && anyPath?.test(whole) !== true) return undefined;
  for (let at = patterns.length - 1; at >= 0; at -= 1) {
    const pattern = patterns[at];
    if (pattern === undefined || (pattern.ofDirectory && !isDirectory)) continue;
    if (matches(pattern, pattern.isPath ? whole : name)) return !pattern.isNegated;
  }
  return undefined;
}

function matches(pattern: Pattern, text: string): boolean {
  if ("automaton" in pattern) return accepts(pattern.automaton, text, true);
  return pattern.expression?.test(text) === true;
}

/** A text as its bytes in UTF-8, each as the character of that number. */
function bytesOf(text: string): string {
  if (!/[\u0080-\uffff]/.test(text)) return text;
  const bytes: number[] = [];
  for (const character of text) appendUtf8(bytes, character.codePointAt(0) ?? 0);
  return bytes.map((byte) => String.fromCharCode(byte)).join("");
}
