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
  readonly names: Pair;
  readonly paths: Pair;
  readonly absolutes: Pair;
};

/** Expressions for everything, and for directories. */
type Pair = { readonly all: RegExp | undefined; readonly directories: RegExp | undefined };

/** Something in a watched directory: its path from what is watched, and that one's from `/`. */
export type Entry = { readonly path: string; readonly root: string; readonly isDirectory: boolean };

/** All patterns as one. */
export function parseGlobs(patterns: readonly string[]): Globs {
  const parsed = patterns.map(parsePattern);
  const of = (kind: Pattern["kind"]): Pair => {
    const those = parsed.filter((pattern) => pattern.kind === kind);
    return {
      all: anyOf(those.filter(({ ofDirectory }) => !ofDirectory)),
      directories: anyOf(those),
    };
  };
  return { names: of("name"), paths: of("path"), absolutes: of("absolute") };
}

/** Whether one of the patterns is this one's. */
export function isMatched(globs: Globs, { path, root, isDirectory }: Entry): boolean {
  const { names, paths, absolutes } = globs;
  if (test(names, path.slice(path.lastIndexOf("/") + 1), isDirectory)) return true;
  if (test(paths, path, isDirectory)) return true;
  return test(absolutes, root === "/" ? `/${path}` : `${root}/${path}`, isDirectory);
}

function test({ all, directories }: Pair, text: string, isDirectory: boolean): boolean {
  return (isDirectory ? directories : all)?.test(text) ?? false;
}

type Pattern = {
  readonly kind: "name" | "path" | "absolute";
  readonly ofDirectory: boolean;
  readonly source: string;
};

function parsePattern(pattern: string): Pattern {
  const text = pattern.replace(/\/+$/, "");
  const kind = text.startsWith("/") ? "absolute" : text.includes("/") ? "path" : "name";
  const source = sourceOf(text.replace(/^(?:\.\/+)+/, ""));
  return { kind, ofDirectory: text !== pattern, source };
}

function anyOf(patterns: readonly Pattern[]): RegExp | undefined {
  if (patterns.length === 0) return undefined;
  return new RegExp(`^(?:${patterns.map(({ source }) => source).join("|")})$`, "su");
}

/** What stands at the beginning of the rest of a pattern; `[` only where it is closed. */
const TOKEN = /^(?:\\(.)|\*\*(\/?)|([*?])|\[([!^]?)((?:\\.|[^\\])(?:\\.|[^\]\\])*)\]|.)/su;

/** The source of an expression that matches what a pattern does. */
function sourceOf(glob: string): string {
  const tokens = tokensOf(glob);
  const braces = bracesOf(tokens);
  return tokens.map((token, at) => braces.get(at) ?? partOf(token, tokens[at - 1])).join("");
}

function tokensOf(glob: string): string[] {
  const tokens: string[] = [];
  for (let rest = glob; rest !== ""; rest = rest.slice(tokens.at(-1)?.length)) {
    tokens.push(TOKEN.exec(rest)?.[0] ?? rest);
  }
  return tokens;
}

/** What the braces mean that are closed and have a comma, and their commas, by their places. */
function bracesOf(tokens: readonly string[]): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  const open: { readonly at: number; readonly commas: number[] }[] = [];
  tokens.forEach((token, at) => {
    if (token === "{") open.push({ at, commas: [] });
    if (token === ",") open.at(-1)?.commas.push(at);
    const brace = token === "}" ? open.pop() : undefined;
    if (brace === undefined || brace.commas.length === 0) return;
    found.set(brace.at, "(?:").set(at, ")");
    for (const comma of brace.commas) found.set(comma, "|");
  });
  return found;
}

function partOf(token: string, before = "/"): string {
  const [, escaped, slash, wild, not, inside] = TOKEN.exec(token) ?? [];
  if (escaped !== undefined) return literal(escaped);
  if (slash === "/" && /[/{,]$/.test(before)) return "(?:[^/]*/)*";
  if (slash !== undefined) return `.*${slash}`;
  if (wild !== undefined) return wild === "*" ? "[^/]*" : "[^/]";
  return inside === undefined ? literal(token) : classOf(inside, not !== "");
}

function literal(text: string): string {
  return text.replace(/[$()*+./?[\\\]^{|}]/g, "\\$&");
}

/** One of some characters, of which a slash is never one. */
function classOf(inside: string, not: boolean): string {
  const items = inside.matchAll(/(?:\\(.)|(.))(?:-(?:\\(.)|(.)))?/gsu);
  let members = "";
  for (const [, a, b, c, d] of items) {
    const first = a ?? b ?? "";
    const last = c ?? d ?? first;
    // A range that ends before it begins has nobody in it; an expression would refuse it.
    if (pointOf(first) <= pointOf(last)) members += `${member(first)}-${member(last)}`;
  }
  return `(?!/)[${not ? "^" : ""}${members}]`;
}

function pointOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function member(character: string): string {
  return `\\u{${pointOf(character).toString(16)}}`;
}
