// A command line and what it asks for, both as text, so that a row of a table can hold them.
import type { Wish } from "../../src/core/argv.ts";
import type { Door } from "../../src/core/doors.ts";
import { DOORS } from "../../src/core/doors.ts";
import { KILL_DEFAULTS } from "../../src/core/kill-spec.ts";
import { RUN_DEFAULTS, TIMEOUT_DEFAULTS } from "../../src/core/spec.ts";

/** The words of a line; `""` is the empty word. */
export function wordsOf(line: string): string[] {
  if (line === "") return [];
  return line.split(" ").map((word) => (word === '""' ? "" : word));
}

/** What a line asks a door for, in an environment of at most one variable `NAME=value`. */
export function asked(line: string, environment = "", door: Door["name"] = "timeout"): string {
  const [variable, value] = environment.split("=");
  const env = (name: string) => (name === variable ? value : undefined);
  const wish = DOORS.find(({ name }) => name === door)?.parse(wordsOf(line), env);
  if (wish === undefined) throw new Error(`no door ${door}`);
  return textOf(wish, door);
}

function textOf(wish: Wish, door: Door["name"]): string {
  switch (wish.kind) {
    case "run": {
      const { command, ...fields } = wish.spec;
      const defaults = door === "run" ? RUN_DEFAULTS : TIMEOUT_DEFAULTS;
      return [...unusual(fields, defaults), ...command.map(shown)].join(" ");
    }
    case "kill": {
      const { pids, ...fields } = wish.spec;
      return [...unusual(fields, KILL_DEFAULTS), ...pids].join(" ");
    }
    case "doctor":
      return `json=${wish.spec.json}`;
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
function unusual(fields: object, defaults: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(fields)
    .filter(([name, value]) => value !== defaults[name])
    .map(([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : value}`);
}
