/** What a part of a pattern stands for. */
export type Token =
  | { readonly kind: "character"; readonly character: string }
  /** One character that is no slash; `source` is an expression for it. */
  | { readonly kind: "one"; readonly source: string }
  /** Any number of characters that are no slashes. */
  | { readonly kind: "name" }
  /** Any number of characters. */
  | { readonly kind: "all" }
  /** Any number of directories, each with the slash behind it. */
  | { readonly kind: "directories" }
  /** Braces that are closed and have a comma, and their commas. */
  | { readonly kind: "open" | "comma" | "close" };

/** What stands at a place of a pattern; `[` only where it is closed. */
const PART = /\\(.)|\*\*(\/?)|([*?])|\[([!^]?)((?:\\.|[^\\])(?:\\.|[^\]\\])*)\]|./suy;
/** The same behind a `[` that is not closed: no later one is. Else each would be looked for. */
const PART_UNCLOSED = /\\(.)|\*\*(\/?)|([*?])|./suy;

/** The parts of a pattern, in order. */
export function tokensOf(glob: string): readonly Token[] {
  const parts = partsOf(glob);
  const braces = bracesOf(parts);
  return parts.flatMap((part, at) => {
    const brace = braces.get(at);
    return brace === undefined ? tokensOfPart(part, parts[at - 1]?.[0] ?? "/") : [{ kind: brace }];
  });
}

/** Text and groups of `PART`. */
type Part = readonly (string | undefined)[] & { readonly 0: string };

function partsOf(glob: string): readonly Part[] {
  const parts: Part[] = [];
  let expression = PART;
  for (let at = 0; at < glob.length; at += parts.at(-1)?.[0].length ?? 1) {
    expression.lastIndex = at;
    const part = expression.exec(glob) ?? ([glob.slice(at)] as const);
    if (part[0] === "[") expression = PART_UNCLOSED;
    parts.push(part);
  }
  return parts;
}

type Brace = "open" | "comma" | "close";

/** The braces that mean something, and their commas, by their places. */
function bracesOf(parts: readonly Part[]): ReadonlyMap<number, Brace> {
  const found = new Map<number, Brace>();
  const open: { readonly at: number; readonly commas: number[] }[] = [];
  parts.forEach(([text], at) => {
    if (text === "{") open.push({ at, commas: [] });
    if (text === ",") open.at(-1)?.commas.push(at);
    const brace = text === "}" ? open.pop() : undefined;
    if (brace === undefined || brace.commas.length === 0) return;
    found.set(brace.at, "open").set(at, "close");
    for (const comma of brace.commas) found.set(comma, "comma");
  });
  return found;
}

function tokensOfPart([text, escaped, slash, wild, not, inside]: Part, before: string): Token[] {
  if (escaped !== undefined) return [{ kind: "character", character: escaped }];
  if (slash === "/" && /[/{,]$/.test(before)) return [{ kind: "directories" }];
  if (slash === "/") return [{ kind: "all" }, { kind: "character", character: slash }];
  if (slash !== undefined) return [{ kind: "all" }];
  if (wild !== undefined)
    return [wild === "*" ? { kind: "name" } : { kind: "one", source: "[^/]" }];
  if (inside !== undefined) return [{ kind: "one", source: classOf(inside, not !== "") }];
  return [{ kind: "character", character: text }];
}

const RANGE = /(?:\\(.)|(.))(?:-(?:\\(.)|(.)))?/gsu;

/**
 * Whether a pattern cannot mean what its user meant: a `[` or `{` that is not closed, a range that
 * ends before it begins, or a `\` with nothing behind it.
 */
export function isMalformed(glob: string): boolean {
  let open = 0;
  for (const [text, , , , , inside] of partsOf(glob)) {
    if (text === "[" || text === "\\") return true;
    if (text === "{") open += 1;
    if (text === "}" && open > 0) open -= 1;
    for (const [, a, b, c, d] of inside?.matchAll(RANGE) ?? []) {
      if (pointOf(c ?? d ?? "\u{10ffff}") < pointOf(a ?? b ?? "")) return true;
    }
  }
  return open > 0;
}

/** One of some characters, of which a slash is never one. */
function classOf(inside: string, not: boolean): string {
  const items = inside.matchAll(RANGE);
  let members = "";
  for (const [, a, b, c, d] of items) {
    const first = a ?? b ?? "";
    const last = c ?? d ?? first;
    // A range that ends before it begins has no member; an expression would refuse it.
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
