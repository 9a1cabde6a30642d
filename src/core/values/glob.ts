import { anyOf, isQuick, sourceOf } from "./glob-expression.ts";
import type { Machine, Parsed } from "./glob-machine.ts";
import { isTaken, machineOf } from "./glob-machine.ts";
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
  readonly machine: Machine | undefined;
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
  const quick = patterns.filter(({ tokens }) => isQuick(tokens));
  const slow = patterns.filter(({ tokens }) => !isQuick(tokens));
  const sources = (of: readonly Pattern[]) => of.map(({ tokens }) => sourceOf(tokens));
  return {
    all: anyOf(sources(quick.filter(({ ofDirectory }) => !ofDirectory))),
    directories: anyOf(sources(quick)),
    machine: slow.length === 0 ? undefined : machineOf(slow),
  };
}

/** Whether one of the patterns is this one's. */
export function isMatched(globs: Globs, { path, root, isDirectory }: Entry): boolean {
  const { names, paths, absolutes } = globs;
  if (test(names, path.slice(path.lastIndexOf("/") + 1), isDirectory)) return true;
  if (test(paths, path, isDirectory)) return true;
  return test(absolutes, root === "/" ? `/${path}` : `${root}/${path}`, isDirectory);
}

function test({ all, directories, machine }: Group, text: string, isDirectory: boolean): boolean {
  if ((isDirectory ? directories : all)?.test(text) === true) return true;
  return machine !== undefined && isTaken(machine, text, isDirectory);
}

/** Patterns of texts that are no paths: a slash is a character as others. */
export function parseTexts(patterns: readonly string[]): Machine {
  const any = (token: Token): Token => {
    if (token.kind === "name" || token.kind === "directories") return { kind: "all" };
    return token.kind === "one" && token.source === "[^/]" ? { kind: "one", source: "." } : token;
  };
  const tokens = patterns.map((pattern) => tokensOf(pattern).map(any));
  return machineOf(tokens.map((one) => ({ tokens: one, ofDirectory: false })));
}

type Pattern = Parsed & { readonly kind: "name" | "path" | "absolute" };

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
