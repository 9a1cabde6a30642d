import type { Dialect } from "../messages/messages.ts";
import { GNU } from "../messages/phrases.ts";
import type { ExitCode } from "../spec/status.ts";
import { EXIT_FAILED } from "../spec/status.ts";
import type { Env } from "../values/locale.ts";
import {
  parseAsGnu,
  parseDoctor,
  parseInit,
  parseKill,
  parseRun,
  parseShow,
  parseTimeout,
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
  columns,
  doctorHelp,
  initHelp,
  killHelp,
  runHelp,
  showHelp,
  timeoutHelp,
  toolHelp,
  versionText,
} from "./help.ts";
import type { Request } from "./options/command-line.ts";

/** A way into the program, with a command line of its own. */
export type EntryPoint = {
  /** `words`: without the names of the program and the subcommand. */
  readonly parse: (words: readonly string[], env: Env) => Request;
  /** The text of `--help`. `name`: as the program was called; `version`: curfew's. */
  readonly help: (name: string, version: string) => string;
  /** The text of `--version`. */
  readonly version: (name: string, version: string) => string;
  /** The wording of messages, where it is a tool's. */
  readonly dialect?: Dialect;
  /** The stream that help and version are printed to. */
  readonly helpStream: "stdout" | "stderr";
  /** The exit code after a mistake in the command line. */
  readonly usageExitCode: ExitCode;
};

/** An entry point that the first word of the command line names. */
export type Subcommand = EntryPoint & {
  readonly name: "timeout" | "run" | "init" | "kill" | "doctor" | "show";
  readonly summary: string;
};

/** An entry point for a program name: curfew behaves as the tool of that name. */
export type DropIn = EntryPoint & { readonly names: readonly string[] };

const OURS = { helpStream: "stdout", usageExitCode: EXIT_FAILED, version: versionText } as const;

/** The subcommands, in the order of `curfew --help`. */
export const SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: "run",
    ...OURS,
    parse: parseRun,
    help: runHelp,
    summary: "run a command, and terminate everything it started",
  },
  {
    name: "timeout",
    ...OURS,
    parse: parseTimeout,
    help: timeoutHelp,
    summary: "run a command with a time limit, with GNU timeout's command line",
  },
  {
    name: "init",
    ...OURS,
    parse: parseInit,
    help: initHelp,
    summary: "run a command as the first process of a container, and restart it on a change",
  },
  {
    name: "kill",
    ...OURS,
    parse: parseKill,
    help: killHelp,
    summary: "terminate running processes with everything they started",
  },
  {
    name: "doctor",
    ...OURS,
    parse: parseDoctor,
    help: doctorHelp,
    summary: "report what curfew can guarantee on this machine, and what prevents more",
  },
  {
    name: "show",
    ...OURS,
    parse: parseShow,
    help: showHelp,
    summary: "draw a timeline of a run from the file that --events has written",
  },
];

/** The tools that curfew stands in for, each under the names that it has. */
export const DROP_INS: readonly DropIn[] = [
  { ...OURS, names: ["timeout"], dialect: GNU, parse: parseAsGnu, help: timeoutHelp },
  {
    // docker-init and podman-init: the names under which Docker and Podman start the init of
    // --init.
    names: ["tini", "tini-static", "docker-init", "podman-init"],
    helpStream: "stdout",
    usageExitCode: TINI.usageExitCode,
    parse: parseTini,
    dialect: tiniWords,
    help: (name, version) => toolHelp(TINI, name, version),
    version: (_, version) => `${tiniVersion(version)}\n`,
  },
  {
    names: ["dumb-init"],
    // S55: dumb-init prints both to stderr.
    helpStream: "stderr",
    usageExitCode: DUMB_INIT.usageExitCode,
    parse: parseDumbInit,
    dialect: dumbInitWords,
    help: (name, version) => toolHelp(DUMB_INIT, name, version),
    version: (_, version) => `${dumbInitVersion(version)}\n`,
  },
  {
    // Podman starts catatonit for --init, and as the first process of a pod.
    names: ["catatonit"],
    helpStream: "stdout",
    usageExitCode: CATATONIT.usageExitCode,
    parse: parseCatatonit,
    dialect: catatonitWords,
    help: (name, version) => toolHelp(CATATONIT, name, version),
    version: (_, version) => `${catatonitVersion(version)}\n`,
  },
  {
    names: ["scinit"],
    helpStream: "stdout",
    usageExitCode: SCINIT.usageExitCode,
    parse: parseScinit,
    help: (name, version) => toolHelp(SCINIT, name, version),
    version: versionText,
  },
];

/** The text of `curfew --help`. */
export function curfewHelp(name: string): string {
  const names = SUBCOMMANDS.map((subcommand) => subcommand.name).join("|");
  return `Usage: ${name} ${names} [OPTION]... [OPERAND]...
       ${name} --help | --version
Run a command, enforce a time limit, and make sure that everything it started is gone afterwards.

${columns(
  SUBCOMMANDS.map((subcommand) => [subcommand.name, subcommand.summary]),
  0,
)}

Called by the name timeout, tini, dumb-init, catatonit or scinit, this program takes that tool's own
command line.
Try '${name} run --help' for the options and exit codes of run, and so on.
`;
}
