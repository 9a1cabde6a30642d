import type { Token } from "./glob-tokens.ts";

/** A line of a .gitignore file. */
export type IgnoreLine = {
  /** The pattern includes what an earlier one ignores. */
  readonly isNegated: boolean;
  readonly ofDirectory: boolean;
  /** The pattern is of a path from the file's directory, and not of a name at any depth. */
  readonly isPath: boolean;
  readonly tokens: readonly Token[];
};

/** The patterns of a file's bytes, in order: gitignore(5). A byte order mark does not count. */
export function linesOf(bytes: string): readonly IgnoreLine[] {
  const lines = bytes.replace(/^\xef\xbb\xbf/, "").split("\n");
  return lines.flatMap((line) => lineOf(line.replace(/\r$/, "")) ?? []);
}

function lineOf(written: string): IgnoreLine | undefined {
  if (written.startsWith("#")) return undefined;
  const line = withoutBlanks(written);
  const isNegated = line.startsWith("!");
  const whole = isNegated ? line.slice(1) : line;
  const ofDirectory = whole.endsWith("/");
  const pattern = ofDirectory ? whole.slice(0, -1) : whole;
  const isPath = pattern.includes("/");
  const tokens = isPath ? pathTokensOf(pattern.replace(/^\//, "")) : tokensOf(pattern);
  if (pattern === "" || tokens === undefined) return undefined;
  return { isNegated, ofDirectory, isPath, tokens };
}

/** Blanks at the end do not count, unless a backslash is before them. */
function withoutBlanks(line: string): string {
  let end = line.length;
  while (line[end - 1] === " ") end -= 1;
  if (end === line.length) return line;
  let backslashes = 0;
  while (line[end - 1 - backslashes] === "\\") backslashes += 1;
  return line.slice(0, backslashes % 2 === 0 ? end : end + 1);
}

/** Stars between slashes, at an end, or alone are of directories; any other stars are one. */
const PART = /(?<=^|\/)\*{2,}(?:\/\*{2,})*(\/|$)|(\*+)|(\?)|(\[)|\\([\s\S])|([\s\S])/y;

/** Git takes the plain beginning of a path away first, so what follows is a beginning, too. */
function pathTokensOf(path: string): readonly Token[] | undefined {
  const [plain = ""] = /^[^*?[\\]*/.exec(path) ?? [];
  const rest = tokensOf(path.slice(plain.length));
  const characters = [...plain].map((character) => ({ kind: "character", character }) as const);
  return rest && [...characters, ...rest];
}

/** The parts of a pattern, as bytes; undefined: it is malformed, and matches nothing. */
function tokensOf(pattern: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; ) {
    PART.lastIndex = at;
    const [text = "", whole, stars, one, bracket, escaped, other] = PART.exec(pattern) ?? [];
    at += text.length;
    if (whole !== undefined) {
      tokens.push({ kind: whole === "/" ? "directories" : "all" });
    } else if (stars !== undefined) {
      tokens.push({ kind: "name" });
    } else if (one !== undefined) {
      tokens.push({ kind: "one", source: "[^/]" });
    } else if (bracket !== undefined) {
      const found = classAt(pattern, at);
      if (found === undefined) return undefined;
      tokens.push({ kind: "one", source: found.source });
      at = found.end;
    } else {
      const character = escaped ?? other ?? "";
      // A backslash at the end takes the meaning from nothing.
      if (text === "\\") return undefined;
      tokens.push({ kind: "character", character });
    }
  }
  return tokens;
}

/** POSIX, in the C locale. */
const CLASSES: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  blank: "\\x09\\x20",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "\\x21-\\x7e",
  lower: "a-z",
  print: "\\x20-\\x7e",
  punct: "\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e",
  space: "\\x09-\\x0d\\x20",
  upper: "A-Z",
  xdigit: "0-9A-Fa-f",
};

const NAMED = /\[:([^\]:]*):\]/y;
const MEMBER = /\\([\s\S])|([\s\S])/y;

/** The class behind a `[`, and where it ends; undefined: it is malformed. */
function classAt(
  pattern: string,
  begin: number,
): { readonly source: string; readonly end: number } | undefined {
  const isNegated = pattern[begin] === "!" || pattern[begin] === "^";
  let at = isNegated ? begin + 1 : begin;
  const read = () => {
    MEMBER.lastIndex = at;
    const [text = "", escaped, plain] = MEMBER.exec(pattern) ?? [];
    at += text.length;
    return text === "\\" ? undefined : (escaped ?? plain);
  };
  let members = "";
  for (let isFirst = true; isFirst || pattern[at] !== "]"; isFirst = false) {
    NAMED.lastIndex = at;
    const [named, name = ""] = NAMED.exec(pattern) ?? [];
    if (named !== undefined) {
      const characters = CLASSES[name];
      if (characters === undefined) return undefined;
      members += characters;
      at += named.length;
      continue;
    }
    const first = read();
    if (first === undefined) return undefined;
    let last = first;
    if (pattern[at] === "-" && at + 1 < pattern.length && pattern[at + 1] !== "]") {
      at += 1;
      const end = read();
      if (end === undefined) return undefined;
      last = end;
    }
    // Of a range that ends before it begins, git takes the first.
    members += first <= last ? `${code(first)}-${code(last)}` : code(first);
  }
  return { source: `(?!/)[${isNegated ? "^" : ""}${members}]`, end: at + 1 };
}

function code(byte: string): string {
  return `\\x${(0x100 + byte.charCodeAt(0)).toString(16).slice(1)}`;
}
