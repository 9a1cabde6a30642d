// A command line and what it asks for, both as text, so that a row of a table can hold them.
import { parseTimeout, type Wish } from "../../src/core/argv.ts";
import { type Spec, TIMEOUT_DEFAULTS } from "../../src/core/spec.ts";

/** The words of a line; `""` is the empty word. */
export function wordsOf(line: string): string[] {
  if (line === "") return [];
  return line.split(" ").map((word) => (word === '""' ? "" : word));
}

/** What a line asks for, in an environment of at most one variable `NAME=value`. */
export function asked(line: string, environment = ""): string {
  const [variable, value] = environment.split("=");
  const env = (name: string) => (name === variable ? value : undefined);
  return textOf(parseTimeout(wordsOf(line), env));
}

function textOf(wish: Wish): string {
  switch (wish.kind) {
    case "run":
      return [...unusual(wish.spec), ...wish.spec.command.map(shown)].join(" ");
    case "print":
      return `print ${wish.prints}`;
    case "usage": {
      const given = wish.given === undefined ? "" : shown(wish.given);
      return [wish.code, wish.part, given, wish.expected].join("|");
    }
  }
}

const shown = (word: string) => (word === "" ? '""' : word);

/** The fields that are not as by default. */
function unusual({ command: _, ...fields }: Spec): string[] {
  const defaults: Record<string, unknown> = TIMEOUT_DEFAULTS;
  return Object.entries(fields)
    .filter(([name, value]) => value !== defaults[name])
    .map(([name, value]) => `${name}=${value}`);
}
