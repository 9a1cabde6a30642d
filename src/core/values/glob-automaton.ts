import type { Token } from "./glob-tokens.ts";

/**
 * Patterns as an automaton that is everywhere at once: it never goes back in a text, so its time is
 * the length of the text times that of the patterns, whatever they are (Thompson, "Regular
 * expression search algorithm", 1968).
 */
export type Automaton = readonly Node[];

/** A place in a pattern; where it does not say, the next one follows. */
type Node =
  | { readonly kind: "one"; readonly takes: CharacterTest }
  | { readonly kind: "many"; readonly takes: CharacterTest }
  | { readonly kind: "fork"; readonly to: number[] }
  | { readonly kind: "end"; readonly ofDirectory: boolean };

type CharacterTest = (character: string) => boolean;

const anything: CharacterTest = () => true;
const noSlash: CharacterTest = (character) => character !== "/";
const slash: CharacterTest = (character) => character === "/";

/** A pattern, and whether it is of directories only. */
export type ParsedPattern = { readonly tokens: readonly Token[]; readonly ofDirectory: boolean };

/** All patterns as one. */
export function automatonOf(patterns: readonly ParsedPattern[]): Automaton {
  const start: number[] = [];
  const nodes: Node[] = [{ kind: "fork", to: start }];
  for (const { tokens, ofDirectory } of patterns) {
    start.push(nodes.length);
    add(nodes, tokens);
    nodes.push({ kind: "end", ofDirectory });
  }
  return nodes;
}

/** Braces that are open: where their texts begin, and where those that have ended go on. */
type Braces = { readonly begins: number[]; readonly after: number[] };

function add(nodes: Node[], tokens: readonly Token[]): void {
  const open: Braces[] = [];
  for (const token of tokens) {
    switch (token.kind) {
      case "open": {
        const begins = [nodes.length + 1];
        open.push({ begins, after: [] });
        nodes.push({ kind: "fork", to: begins });
        break;
      }
      case "comma": {
        const braces = open.at(-1);
        const { after } = braces ?? { after: [] };
        nodes.push({ kind: "fork", to: after });
        braces?.begins.push(nodes.length);
        break;
      }
      case "close":
        open.pop()?.after.push(nodes.length);
        break;
      default:
        nodes.push(...nodesOf(token, nodes.length));
    }
  }
}

function nodesOf(
  token: Exclude<Token, { kind: "open" | "comma" | "close" }>,
  at: number,
): readonly Node[] {
  switch (token.kind) {
    case "character": {
      const { character } = token;
      return [{ kind: "one", takes: (other) => other === character }];
    }
    case "one": {
      const expression = new RegExp(`^${token.source}$`, "su");
      return [{ kind: "one", takes: (character) => expression.test(character) }];
    }
    case "name":
      return [{ kind: "many", takes: noSlash }];
    case "all":
      return [{ kind: "many", takes: anything }];
    case "directories":
      return [
        { kind: "fork", to: [at + 1, at + 4] },
        { kind: "many", takes: noSlash },
        { kind: "one", takes: slash },
        { kind: "fork", to: [at] },
      ];
  }
}

/** Whether one of the patterns matches the whole text. */
export function accepts(automaton: Automaton, text: string, isDirectory: boolean): boolean {
  /** How many characters had been read when a node was last arrived at. */
  const reached = new Array<number>(automaton.length).fill(-1);
  let places = closureOf(automaton, [0], reached, 0);
  let count = 0;
  for (const character of text) {
    count += 1;
    const next: number[] = [];
    for (const place of places) {
      const node = automaton[place];
      if (node?.kind === "one" && node.takes(character)) next.push(place + 1);
      if (node?.kind === "many" && node.takes(character)) next.push(place);
    }
    if (next.length === 0) return false;
    places = closureOf(automaton, next, reached, count);
  }
  return places.some((place) => {
    const node = automaton[place];
    return node?.kind === "end" && (isDirectory || !node.ofDirectory);
  });
}

/** Where we are without reading on, each place once. */
function closureOf(
  automaton: Automaton,
  waiting: number[],
  reached: number[],
  count: number,
): number[] {
  const places: number[] = [];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    if (reached[place] === count) continue;
    reached[place] = count;
    const node = automaton[place];
    if (node?.kind === "fork") {
      for (const to of node.to) waiting.push(to);
      continue;
    }
    places.push(place);
    if (node?.kind === "many") waiting.push(place + 1);
  }
  return places;
}
