import type { Token } from "./glob-tokens.ts";

/**
 * Whether an expression takes a time that grows as the text does. The engine's expressions go back
 * and try again: each star more multiplies that time by the length of the text, and braces have no
 * bound at all. Nor do engines take expressions of any size.
 */
export function isLinear(tokens: readonly Token[]): boolean {
  const forks = tokens.filter(({ kind }) => FORKS.includes(kind));
  return tokens.length <= LONGEST && forks.length <= 1 && forks[0]?.kind !== "open";
}

/** No name is longer. */
const LONGEST = 255;

const FORKS: readonly Token["kind"][] = ["name", "all", "directories", "open"];

/** The source of an expression that matches what a pattern does. */
export function sourceOf(tokens: readonly Token[]): string {
  return tokens.map(partOf).join("");
}

function partOf(token: Token): string {
  switch (token.kind) {
    case "character":
      return token.character.replace(/[$()*+./?[\\\]^{|}]/g, "\\$&");
    case "one":
      return token.source;
    default:
      return SOURCES[token.kind];
  }
}

const SOURCES: Readonly<Record<Exclude<Token["kind"], "character" | "one">, string>> = {
  name: "[^/]*",
  all: ".*",
  directories: "(?:[^/]*/)*",
  open: "(?:",
  comma: "|",
  close: ")",
};

/** One expression for several; undefined where there are none. */
export function unionOf(sources: readonly string[]): RegExp | undefined {
  return sources.length === 0 ? undefined : new RegExp(`^(?:${sources.join("|")})$`, "su");
}
