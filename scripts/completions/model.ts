// What the completions of all shells are made from: the commands, their options, and what a value
// is completed with.
import { DROP_INS, SUBCOMMANDS } from "../../src/core/cli/commands.ts";
import { CATATONIT } from "../../src/core/cli/drop-in/catatonit.ts";
import { DUMB_INIT } from "../../src/core/cli/drop-in/dumb-init.ts";
import { SCINIT } from "../../src/core/cli/drop-in/scinit.ts";
import { TINI } from "../../src/core/cli/drop-in/tini.ts";
import { INIT_OPTIONS } from "../../src/core/cli/options/init.ts";
import { INSPECT_OPTIONS } from "../../src/core/cli/options/inspect.ts";
import { CONFIG_OPTIONS, DOCTOR_OPTIONS, KILL_OPTIONS } from "../../src/core/cli/options/kill.ts";
import type { Option } from "../../src/core/cli/options/option.ts";
import { RUN_OPTIONS, TIMEOUT_OPTIONS } from "../../src/core/cli/options/options.ts";
import { SHOW_OPTIONS } from "../../src/core/cli/options/show.ts";
import { signalNames } from "../../src/core/values/signal.ts";

/** What a word is completed with. */
export type Words =
  | { readonly kind: "choices"; readonly words: readonly string[] }
  | { readonly kind: "files" | "signals" | "pids" | "nothing" };

export type CompletedOption = {
  /** `-s` and `--signal`, as far as the option has them. */
  readonly names: readonly string[];
  readonly help: string;
  /** Without it, the option has no value. */
  readonly value?: { readonly name: string; readonly words: Words; readonly isOptional: boolean };
};

/** A command line that is completed. */
export type CompletedCommand = {
  readonly options: readonly CompletedOption[];
  /** What stands behind the options: PIDs, files, a command, or a duration and a command. */
  readonly operands: "none" | "pids" | "files" | "topics" | "command" | "duration-command";
};

export const SIGNAL_WORDS: readonly string[] = signalNames();

/** Each subcommand, and what it is for. */
export const SUBCOMMAND_SUMMARIES: readonly (readonly [name: string, summary: string])[] = [
  ...SUBCOMMANDS.map(({ name, summary }) => [name, summary] as const),
  ["help", "print the options of a command"],
];

export const COMMANDS: Readonly<Record<string, CompletedCommand>> = {
  run: { options: RUN_OPTIONS.map(completed), operands: "command" },
  timeout: { options: TIMEOUT_OPTIONS.map(completed), operands: "duration-command" },
  init: { options: INIT_OPTIONS.map(completed), operands: "command" },
  kill: { options: KILL_OPTIONS.map(completed), operands: "pids" },
  doctor: { options: DOCTOR_OPTIONS.map(completed), operands: "none" },
  config: { options: CONFIG_OPTIONS.map(completed), operands: "none" },
  inspect: { options: INSPECT_OPTIONS.map(completed), operands: "pids" },
  show: { options: SHOW_OPTIONS.map(completed), operands: "files" },
  help: { options: [], operands: "topics" },
};

const TOOLS: Readonly<Record<string, CompletedCommand>> = {
  tini: toolCommand([...TINI.options, ...TINI.extra]),
  "dumb-init": toolCommand([...DUMB_INIT.options, ...DUMB_INIT.extra]),
  catatonit: toolCommand([...CATATONIT.options, ...CATATONIT.extra]),
  scinit: toolCommand([...SCINIT.options, ...SCINIT.extra]),
};

/** The drop-in names, each with the command line that it has. */
export const NAMES: readonly (readonly [name: string, command: string])[] = DROP_INS.flatMap(
  ({ names: [first = "", ...others] }) => [first, ...others].map((name) => [name, first] as const),
);

/** What `curfew help` explains: the subcommands, and the tools by their names. */
export const TOPICS: readonly string[] = [
  ...SUBCOMMANDS.map(({ name }) => name),
  ...NAMES.map(([name]) => name).filter((name) => name !== "timeout"),
];

/** All command lines by name. */
export const COMMAND_LINES: readonly (readonly [name: string, command: CompletedCommand])[] =
  Object.entries({ ...COMMANDS, ...TOOLS });

function toolCommand<F>(options: readonly Option<F>[]): CompletedCommand {
  return { options: options.map(completed), operands: "command" };
}

function completed<F>(option: Option<F>): CompletedOption {
  const { long, short, help } = option;
  const names = [short, long].filter((name) => name !== undefined);
  if (!("metavar" in option)) return { names, help };
  const { metavar, choices, kind } = option;
  const words =
    choices === undefined ? wordsOf(metavar) : ({ kind: "choices", words: choices } as const);
  return { names, help, value: { name: metavar, words, isOptional: kind === "optional" } };
}

function wordsOf(metavar: string): Words {
  switch (metavar) {
    case "PATH":
    case "FILE":
    case "OUTPUT":
      return { kind: "files" };
    case "SIGNAL":
    case "SIGNALS":
      return { kind: "signals" };
    case "PID":
      return { kind: "pids" };
    default:
      return { kind: "nothing" };
  }
}
