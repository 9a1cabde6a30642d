import type { Dialect } from "../messages/messages.ts";
import { GNU } from "../messages/phrases.ts";
import type { UsageError } from "../spec/error.ts";
import { usageError } from "../spec/error.ts";
import type { ExitCode } from "../spec/status.ts";
import { EXIT_FAILED } from "../spec/status.ts";
import type { Env } from "../values/locale.ts";
import type { Tables } from "./advice.ts";
import { meantCommand, meantTopic } from "./advice.ts";
import {
  parseConfig,
  parseDoctor,
  parseInit,
  parseInspect,
  parseKill,
  parseRun,
  parseShow,
  parseTimeout,
  parseTimeoutLink,
} from "./argv.ts";
import {
  CATATONIT,
  catatonitVersion,
  catatonitWords,
  parseCatatonit,
} from "./drop-in/catatonit.ts";
import { DUMB_INIT, parseDumbInit } from "./drop-in/dumb-init.ts";
import { dumbInitVersion, dumbInitWords } from "./drop-in/dumb-init-words.ts";
import { parseScinit, SCINIT } from "./drop-in/scinit.ts";
import { parseTini, TINI } from "./drop-in/tini.ts";
import { tiniVersion, tiniWords } from "./drop-in/tini-words.ts";
import {
  configHelp,
  doctorHelp,
  initHelp,
  inspectHelp,
  killHelp,
  runHelp,
  showHelp,
  timeoutHelp,
  toolHelp,
  versionText,
} from "./help.ts";
import type { Row } from "./layout.ts";
import { columns, DEFAULT_WIDTH, paragraphs } from "./layout.ts";
import type { Request } from "./options/command-line.ts";
import { extraOperand } from "./options/command-line.ts";
import { INIT_OPTIONS } from "./options/init.ts";
import { INSPECT_OPTIONS } from "./options/inspect.ts";
import { CONFIG_OPTIONS, DOCTOR_OPTIONS, KILL_OPTIONS } from "./options/kill.ts";
import type { Names } from "./options/option.ts";
import { LINK_OPTIONS, RUN_OPTIONS, TIMEOUT_OPTIONS } from "./options/options.ts";
import { SHOW_OPTIONS } from "./options/show.ts";

/** A way into the program, with a command line of its own. */
export type EntryPoint = {
  /** `words`: without the names of the program and the subcommand. */
  readonly parse: (words: readonly string[], env: Env) => Request;
  /** The text of `--help`. `name`: as the program was called; `version`: curfew's. */
  readonly help: (name: string, version: string, width: number) => string;
  /** The text of `--version`. `build`: which build of the version it is. */
  readonly version: (name: string, version: string, build: string) => string;
  /** Whether configuration files are read: also unasked, or only where an option asks for it. */
  readonly configuration?: "unasked" | "asked";
  /** The wording of messages, where it is a tool's. */
  readonly dialect?: Dialect;
  /** The stream that help and version are printed to. */
  readonly helpStream: "stdout" | "stderr";
  /** The exit code after a mistake in the command line. */
  readonly usageExitCode: ExitCode;
};

/** An entry point that the first word of the command line names. */
export type Subcommand = EntryPoint & {
  readonly name: "timeout" | "run" | "init" | "kill" | "doctor" | "inspect" | "show" | "config";
  readonly summary: string;
  readonly options: readonly Names[];
};

/** An entry point for a program name: curfew behaves as the tool of that name. */
export type DropIn = EntryPoint & { readonly names: readonly string[] };

const OURS = { helpStream: "stdout", usageExitCode: EXIT_FAILED, version: versionText } as const;

/** The subcommands, in the order of `curfew --help`. */
export const SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: "run",
    ...OURS,
    configuration: "unasked",
    parse: parseRun,
    help: (name, _, width) => runHelp(name, width),
    options: RUN_OPTIONS,
    summary: "run a command, and terminate everything it started",
  },
  {
    name: "timeout",
    ...OURS,
    configuration: "asked",
    parse: parseTimeout,
    help: (name, _, width) => timeoutHelp(name, width),
    options: TIMEOUT_OPTIONS,
    summary: "run a command with a time limit, with GNU timeout's command line",
  },
  {
    name: "init",
    ...OURS,
    configuration: "asked",
    parse: parseInit,
    help: (name, _, width) => initHelp(name, width),
    options: INIT_OPTIONS,
    summary: "run a command as the first process of a container, and restart it on a change",
  },
  {
    name: "kill",
    ...OURS,
    parse: parseKill,
    help: (name, _, width) => killHelp(name, width),
    options: KILL_OPTIONS,
    summary: "terminate running processes with everything they started",
  },
  {
    name: "doctor",
    ...OURS,
    parse: parseDoctor,
    help: (name, _, width) => doctorHelp(name, width),
    options: DOCTOR_OPTIONS,
    summary: "report what curfew can guarantee on this machine, and what prevents more",
  },
  {
    name: "inspect",
    ...OURS,
    parse: parseInspect,
    help: (name, _, width) => inspectHelp(name, width),
    options: INSPECT_OPTIONS,
    summary: "draw a process tree as it is now, and what each process waits for",
  },
  {
    name: "show",
    ...OURS,
    parse: parseShow,
    help: (name, _, width) => showHelp(name, width),
    options: SHOW_OPTIONS,
    summary: "draw a timeline of a run from the file that --events has written",
  },
  {
    name: "config",
    ...OURS,
    parse: parseConfig,
    help: (name, _, width) => configHelp(name, width),
    options: CONFIG_OPTIONS,
    summary:
      "print the value of each option before the command line changes it, and where it was set",
  },
];

/** The tools that curfew stands in for, each under the names that it has. */
export const DROP_INS: readonly DropIn[] = [
  {
    ...OURS,
    names: ["timeout"],
    dialect: GNU,
    parse: parseTimeoutLink,
    help: (name, _, width) => timeoutHelp(name, width, LINK_OPTIONS.filter(isShortened)),
  },
  {
    // docker-init and podman-init: the names under which Docker and Podman start the init of
    // --init.
    names: ["tini", "tini-static", "docker-init", "podman-init"],
    helpStream: "stdout",
    usageExitCode: TINI.usageExitCode,
    parse: parseTini,
    dialect: tiniWords,
    help: (name, version, width) => toolHelp(TINI, name, version, width),
    version: (_, version) => `${tiniVersion(version)}\n`,
  },
  {
    names: ["dumb-init"],
    // S55: dumb-init prints both to stderr.
    helpStream: "stderr",
    usageExitCode: DUMB_INIT.usageExitCode,
    parse: parseDumbInit,
    dialect: dumbInitWords,
    help: (name, version, width) => toolHelp(DUMB_INIT, name, version, width),
    version: (_, version) => `${dumbInitVersion(version)}\n`,
  },
  {
    // Podman starts catatonit for --init, and as the first process of a pod.
    names: ["catatonit"],
    helpStream: "stdout",
    usageExitCode: CATATONIT.usageExitCode,
    parse: parseCatatonit,
    dialect: catatonitWords,
    help: (name, version, width) => toolHelp(CATATONIT, name, version, width),
    version: (_, version) => `${catatonitVersion(version)}\n`,
  },
  {
    names: ["scinit"],
    helpStream: "stdout",
    usageExitCode: SCINIT.usageExitCode,
    parse: parseScinit,
    help: (name, version, width) => toolHelp(SCINIT, name, version, width),
    version: versionText,
  },
];

function isShortened({ shortens }: Names): boolean {
  return shortens === true;
}

/** The options of each subcommand, for questions about what was meant. */
export function tables(): Tables {
  return Object.fromEntries(SUBCOMMANDS.map(({ name, options }) => [name, options]));
}

/** What the first words ask for where they name no subcommand. */
export type Introduction =
  /** The help of curfew, or of one subcommand or tool. */
  | { readonly kind: "help"; readonly of?: EntryPoint; readonly name: string }
  | { readonly kind: "version" }
  | UsageError;

/** What a command line without a subcommand asks for. Bare `curfew` asks for its help. */
export function introductionOf(name: string, words: readonly string[]): Introduction {
  const [word, topic, extra] = words;
  if (word === undefined || word === "--help" || word === "-h") return { kind: "help", name };
  if (word === "--version" || word === "-V") return { kind: "version" };
  if (word !== "help") return unknownCommand(word, meantCommand(word, tables()));
  if (topic === undefined || topic === "help" || topic === "--help" || topic === "-h") {
    return { kind: "help", name };
  }
  if (extra !== undefined) return extraOperand("OPERAND", extra, "one COMMAND");
  const own = SUBCOMMANDS.find((subcommand) => subcommand.name === topic);
  if (own !== undefined) return { kind: "help", of: own, name: `${name} ${topic}` };
  const tool = DROP_INS.find(({ names }) => names.includes(topic));
  if (tool === undefined) return unknownCommand(topic, meantTopic(topic, tables()));
  return { kind: "help", of: tool, name: topic };
}

function unknownCommand(given: string, meant: string | undefined): UsageError {
  const names = SUBCOMMANDS.map((subcommand) => subcommand.name).join(", ");
  const expected = `${names}, help, --help or --version`;
  return usageError("unknown_command", {
    ...{ part: "COMMAND", given, expected },
    ...(meant !== undefined && { meant }),
  });
}

/** The text of `curfew --help`. */
export function curfewHelp(name: string, width: number = DEFAULT_WIDTH): string {
  return `Usage: ${name} COMMAND [OPTION]... [OPERAND]...
       ${name} help [COMMAND] | --help | --version
${paragraphs(
  width,
  "Run a command, enforce a time limit, and make sure that everything it started is gone " +
    "afterwards.",
)}

Example: ${name} run --timeout 5m -- npm test

Commands:
${columns(
  SUBCOMMANDS.map(({ name, summary }): Row => [name, summary]),
  width,
  0,
)}

${paragraphs(
  width,
  "Called by the name timeout, tini, dumb-init, catatonit or scinit, this program takes that " +
    "tool's own command line.",
  `Try '${name} help run' for the options and exit codes of run, and so on.`,
)}
`;
}
