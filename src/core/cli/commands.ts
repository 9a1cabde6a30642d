import type { Dialect } from "../messages/messages.ts";
import { GNU } from "../messages/phrases.ts";
import type { ExitCode } from "../spec/status.ts";
import { EXIT_FAILED } from "../spec/status.ts";
import type { Env } from "../values/locale.ts";
import { parseDoctor, parseInit, parseKill, parseRun, parseTimeout } from "./argv.ts";
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
  timeoutHelp,
  toolHelp,
  versionText,
} from "./help.ts";
import type { Wish } from "./options/command-line.ts";

/** A way into the program: a command line of its own. */
export type Entrance = {
  /** Words without the program's name and the door's. */
  readonly parse: (words: readonly string[], env: Env) => Wish;
  /** `--help`, for the name that we were called by and curfew's version. */
  readonly help: (name: string, version: string) => string;
  /** `--version`, in the same way. */
  readonly version: (name: string, version: string) => string;
  /** The words that messages have, where they are not ours. */
  readonly dialect?: Dialect;
  /** Where help and version are printed. */
  readonly prints: "stdout" | "stderr";
  /** The exit code of a mistake in the words. */
  readonly failure: ExitCode;
};

/** A way in by the program's first word. */
export type Door = Entrance & {
  readonly name: "timeout" | "run" | "init" | "kill" | "doctor";
  readonly summary: string;
};

/** A way in by the name that the program is called by, which is a tool's. */
export type DropIn = Entrance & { readonly names: readonly string[] };

const OURS = { prints: "stdout", failure: EXIT_FAILED, version: versionText } as const;

/** Every door. */
export const DOORS: readonly Door[] = [
  {
    name: "run",
    ...OURS,
    parse: parseRun,
    help: runHelp,
    summary: "run a command, and end everything it started",
  },
  {
    name: "timeout",
    ...OURS,
    parse: parseTimeout,
    help: timeoutHelp,
    summary: "run a command with a time limit, on GNU timeout's command line",
  },
  {
    name: "init",
    ...OURS,
    parse: parseInit,
    help: initHelp,
    summary: "be the first process of a container, and replace a command that changed",
  },
  {
    name: "kill",
    ...OURS,
    parse: parseKill,
    help: killHelp,
    summary: "end running processes with everything they started",
  },
  {
    name: "doctor",
    ...OURS,
    parse: parseDoctor,
    help: doctorHelp,
    summary: "say what can be guaranteed on this machine, and why not more",
  },
];

/** Every tool that we stand in for, under the names that it has. */
export const DROP_INS: readonly DropIn[] = [
  { ...OURS, names: ["timeout"], dialect: GNU, parse: parseTimeout, help: timeoutHelp },
  {
    // What Docker and Podman call the init of their --init, whichever it is.
    names: ["tini", "tini-static", "docker-init", "podman-init"],
    prints: "stdout",
    failure: TINI.failure,
    parse: parseTini,
    dialect: tiniWords,
    help: (name, version) => toolHelp(TINI, name, version),
    version: (_, version) => `${tiniVersion(version)}\n`,
  },
  {
    names: ["dumb-init"],
    // S55.
    prints: "stderr",
    failure: DUMB_INIT.failure,
    parse: parseDumbInit,
    dialect: dumbInitWords,
    help: (name, version) => toolHelp(DUMB_INIT, name, version),
    version: (_, version) => `${dumbInitVersion(version)}\n`,
  },
  {
    // What Podman takes for its --init, and for the first process of a pod.
    names: ["catatonit"],
    prints: "stdout",
    failure: CATATONIT.failure,
    parse: parseCatatonit,
    dialect: catatonitWords,
    help: (name, version) => toolHelp(CATATONIT, name, version),
    version: (_, version) => `${catatonitVersion(version)}\n`,
  },
  {
    names: ["scinit"],
    prints: "stdout",
    failure: SCINIT.failure,
    parse: parseScinit,
    help: (name, version) => toolHelp(SCINIT, name, version),
    version: versionText,
  },
];

/** `curfew --help`. */
export function curfewHelp(name: string): string {
  return `Usage: ${name} ${DOORS.map((door) => door.name).join("|")} [OPTION]... [OPERAND]...
       ${name} --help | --version
Run a command, and guarantee when and how it ends, with everything it started.

${columns(
  DOORS.map((door) => [door.name, door.summary]),
  0,
)}

Called by the name timeout, tini, dumb-init, catatonit or scinit, this program takes that tool's own
command line.
Try '${name} run --help' for the options and exit codes of run, and so on.
`;
}
