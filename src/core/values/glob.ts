import type { Automaton, ParsedPattern } from "./glob-automaton.ts";
import { accepts, automatonOf } from "./glob-automaton.ts";
import { isLinear, sourceOf, unionOf } from "./glob-expression.ts";
import type { Token } from "./glob-tokens.ts";
import { tokensOf } from "./glob-tokens.ts";

/**
 * Glob patterns of names and paths. Libraries for it are written for all that shells know, are as
 * large as the rest of the core together, and would be its only import from outside.
 *
 * `*` any characters of a name, `?` one, `[a-z]` one of these, `[!a-z]` another one, `{a,b}` one of
 * the texts, `**` any characters and slashes, a whole `**` before a slash also no directory at all,
 * `\` takes the meaning from the next character. Dots at the beginning are characters as others.
 * What is not closed means itself.
 *
 * A pattern without a slash is of a name, at any depth; one with a slash is of a path from what is
 * watched, one that begins with a slash of a path from the root. A slash at its end: directories
 * only.
 */
export type Globs = {
  readonly names: Group;
  readonly paths: Group;
  readonly absolutes: Group;
};

/** Patterns of one kind: expressions for all, and for directories; what those are slow at. */
type Group = {
  readonly all: RegExp | undefined;
  readonly directories: RegExp | undefined;
  readonly automaton: Automaton | undefined;
};

/** Something in a watched directory: its path from what is watched, and that one's from `/`. */
export type Entry = { readonly path: string; readonly root: string; readonly isDirectory: boolean };

/** All patterns as one. */
export function parseGlobs(patterns: readonly string[]): Globs {
  const parsed = patterns.map(parsePattern);
  const of = (kind: Pattern["kind"]) => groupOf(parsed.filter((pattern) => pattern.kind === kind));
  return { names: of("name"), paths: of("path"), absolutes: of("absolute") };
}

function groupOf(patterns: readonly Pattern[]): Group {
  const quick = patterns.filter(({ tokens }) => isLinear(tokens));
  const slow = patterns.filter(({ tokens }) => !isLinear(tokens));
  const sources = (of: readonly Pattern[]) => of.map(({ tokens }) => sourceOf(tokens));
  return {
    all: unionOf(sources(quick.filter(({ ofDirectory }) => !ofDirectory))),
    directories: unionOf(sources(quick)),
    automaton: slow.length === 0 ? undefined : automatonOf(slow),
  };
}

/** Whether one of the patterns is this one's. */
export function matchesAny(globs: Globs, { path, root, isDirectory }: Entry): boolean {
  const { names, paths, absolutes } = globs;
  if (test(names, path.slice(path.lastIndexOf("/") + 1), isDirectory)) return true;
  if (test(paths, path, isDirectory)) return true;
  return test(absolutes, root === "/" ? `/${path}` : `${root}/${path}`, isDirectory);
}

function test({ all, directories, automaton }: Group, text: string, isDirectory: boolean): boolean {
  if ((isDirectory ? directories : all)?.test(text) === true) return true;
  return automaton !== undefined && accepts(automaton, text, isDirectory);
}

/** Patterns of texts that are no paths: a slash is a character as others. */
export function parseTextPatterns(patterns: readonly string[]): Automaton {
  const any = (token: Token): Token => {
    if (token.kind === "name" || token.kind === "directories") return { kind: "all" };
    return token.kind === "one" && token.source === "[^/]" ? { kind: "one", source: "." } : token;
  };
  const tokens = patterns.map((pattern) => tokensOf(pattern).map(any));
  return automatonOf(tokens.map((one) => ({ tokens: one, ofDirectory: false })));
}

type Pattern = ParsedPattern & { readonly kind: "name" | "path" | "absolute" };

function parsePattern(pattern: string): Pattern {
  const text = withoutSlashes(pattern);
  const kind = text.startsWith("/") ? "absolute" : text.includes("/") ? "path" : "name";
  const tokens = tokensOf(text.replace(/^(?:\.\/+)+/, ""));
  return { kind, ofDirectory: text !== pattern, tokens };
}

/** An expression for slashes at the end would try at each slash. */
function withoutSlashes(pattern: string): string {
  let end = pattern.length;
  while (pattern[end - 1] === "/") end -= 1;
  return pattern.slice(0, end);
}
