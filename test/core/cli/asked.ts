// A command line and what it asks for, both as text, so that a row of a table can hold them.

import type { Entrance } from "../../../src/core/cli/commands.ts";
import { DOORS, DROP_INS } from "../../../src/core/cli/commands.ts";
import type { Wish } from "../../../src/core/cli/options/command-line.ts";
import { KILL_DEFAULTS } from "../../../src/core/spec/kill-spec.ts";
import type { Fields } from "../../../src/core/spec/spec.ts";
import { INIT_DEFAULTS, RUN_DEFAULTS, TIMEOUT_DEFAULTS } from "../../../src/core/spec/spec.ts";

/** The words of a line; `""` is the empty word, and `~` a blank in one. */
export function wordsOf(line: string): string[] {
  if (line === "") return [];
  return line.split(" ").map((word) => (word === '""' ? "" : word.replaceAll("~", " ")));
}

/** The door or the tool of that name. */
export function entranceOf(name: string): Entrance {
  const own = DOORS.find((door) => door.name === name);
  const found = own ?? DROP_INS.find(({ names }) => names.includes(name));
  if (found === undefined) throw new Error(`nothing is called ${name}`);
  return found;
}

/**
 * What a line asks a door or a tool for, in an environment of variables `NAME=value`: the fields
 * that are not as without any option.
 */
export function asked(line: string, environment = "", name = "timeout"): string {
  const variables = new Map(environment.split(" ").map(assignment));
  const wish = entranceOf(name).parse(wordsOf(line), (variable) => variables.get(variable));
  return textOf(wish, name);
}

function assignment(text: string): [name: string, value: string] {
  const [name = "", value = ""] = text.split("=");
  return [name, value.replaceAll("~", " ")];
}

const DEFAULTS: Readonly<Record<string, Fields>> = {
  timeout: TIMEOUT_DEFAULTS,
  run: RUN_DEFAULTS,
  init: INIT_DEFAULTS,
};

/** What holds where no option is given. */
export function defaultsOf(name: string): Fields {
  const known = DEFAULTS[name];
  if (known !== undefined) return known;
  const wish = entranceOf(name).parse(["a"], () => undefined);
  if (wish.kind !== "run") throw new Error(`${name} does not run a command`);
  const { command: _, ...fields } = wish.spec;
  return fields;
}

function textOf(wish: Wish, name: string): string {
  switch (wish.kind) {
    case "run": {
      const { command, ...fields } = wish.spec;
      return [...unusual(fields, defaultsOf(name)), ...command.map(shown)].join(" ");
    }
    case "kill": {
      const { pids, ...fields } = wish.spec;
      return [...unusual(fields, KILL_DEFAULTS), ...pids].join(" ");
    }
    case "doctor":
      return `json=${wish.spec.json}`;
    case "pause":
      return "pause";
    case "print":
      return `print ${wish.prints}`;
    case "usage": {
      const given = wish.given === undefined ? "" : shown(wish.given);
      return [wish.code, wish.part, given, wish.expected].join("|");
    }
  }
}

const shown = (word: string) => (word === "" ? '""' : word);

/** The fields that are not as by default; but for `forward`, which follows from `rewrite`. */
function unusual(fields: object, defaults: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(fields)
    .filter(([name]) => name !== "forward")
    .map(([name, value]) => [name, fieldText(value), fieldText(defaults[name])] as const)
    .filter(([, text, usual]) => text !== usual)
    .map(([name, text]) => `${name}=${text}`);
}

function fieldText(value: unknown): string {
  if (value instanceof Set) return [...value].join(",");
  if (value instanceof Map) return [...value].map((pair) => pair.join(":")).join(",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
