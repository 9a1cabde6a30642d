// A command line and what it asks for, both as text, so that a row of a table can hold them.

import type { EntryPoint } from "../../../src/core/cli/commands.ts";
import { DROP_INS, SUBCOMMANDS } from "../../../src/core/cli/commands.ts";
import type { Request } from "../../../src/core/cli/options/command-line.ts";
import { INIT_DEFAULTS, RUN_DEFAULTS, TIMEOUT_DEFAULTS } from "../../../src/core/spec/defaults.ts";
import { CONFIG_DEFAULTS, KILL_DEFAULTS } from "../../../src/core/spec/kill-spec.ts";
import type { Fields } from "../../../src/core/spec/spec.ts";

/** The words of a line; `""` is the empty word, and `~` a blank in one. */
export function wordsOf(line: string): string[] {
  if (line === "") return [];
  return line.split(" ").map((word) => (word === '""' ? "" : word.replaceAll("~", " ")));
}

/** The subcommand or the tool of that name. */
export function entryPointOf(name: string): EntryPoint {
  const own = SUBCOMMANDS.find((subcommand) => subcommand.name === name);
  const found = own ?? DROP_INS.find(({ names }) => names.includes(name));
  if (found === undefined) throw new Error(`nothing is called ${name}`);
  return found;
}

/**
 * The fields that a command line sets, as text: those whose value differs from the default.
 * `environment`: variables `NAME=value`; `name`: a subcommand or a tool.
 */
export function asked(line: string, environment = "", name = "timeout"): string {
  const variables = new Map(environment.split(" ").map(assignment));
  const request = entryPointOf(name).parse(wordsOf(line), (variable) => variables.get(variable));
  return textOf(request, name);
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
  const request = entryPointOf(name).parse(["a"], () => undefined);
  if (request.kind !== "run") throw new Error(`${name} does not run a command`);
  const { command: _, ...fields } = request.spec;
  return fields;
}

function textOf(request: Request, name: string): string {
  switch (request.kind) {
    case "run": {
      const { command, ...fields } = request.spec;
      return [...unusual(fields, defaultsOf(name)), ...command.map(shown)].join(" ");
    }
    case "kill": {
      const { pids, ...fields } = request.spec;
      return [...unusual(fields, KILL_DEFAULTS), ...pids].join(" ");
    }
    case "doctor":
      return `json=${request.spec.json}`;
    case "config":
      return [...unusual(request.spec, CONFIG_DEFAULTS), "config"].join(" ");
    case "show":
      return `${request.spec.format} ${request.spec.path}`;
    case "inspect":
      return `json=${request.spec.json} ${request.spec.pids.join(" ")}`;
    case "pause":
      return "pause";
    case "print":
      return `print ${request.prints}`;
    case "usage": {
      const given = request.given === undefined ? "" : shown(request.given);
      return [request.code, request.part, given, request.expected].join("|");
    }
  }
}

const shown = (word: string) => (word === "" ? '""' : word);

/** The fields that are not as by default, except `forward`, which follows from `rewrite`. */
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
