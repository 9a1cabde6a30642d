import type { Wish } from "./argv.ts";
import { parseDoctor, parseKill, parseRun, parseTimeout } from "./argv.ts";
import { columns, doctorHelp, killHelp, runHelp, timeoutHelp } from "./help.ts";
import type { Env } from "./locale.ts";

/** A way into the program: a command line of its own. */
export type Door = {
  readonly name: "timeout" | "run" | "kill" | "doctor";
  /** Words without the program's name and the door's. */
  readonly parse: (words: readonly string[], env: Env) => Wish;
  /** `--help`, for the name that the door was called by. */
  readonly help: (name: string) => string;
  readonly summary: string;
};

/** Every door. */
export const DOORS: readonly Door[] = [
  {
    name: "run",
    parse: parseRun,
    help: runHelp,
    summary: "run a command, and end everything it started",
  },
  {
    name: "timeout",
    parse: parseTimeout,
    help: timeoutHelp,
    summary: "run a command with a time limit, on GNU timeout's command line",
  },
  {
    name: "kill",
    parse: parseKill,
    help: killHelp,
    summary: "end running processes with everything they started",
  },
  {
    name: "doctor",
    parse: parseDoctor,
    help: doctorHelp,
    summary: "say what can be guaranteed on this machine, and why not more",
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

Called by the name timeout, this program takes timeout's own command line.
Try '${name} run --help' for the options and exit codes of run, and so on.
`;
}
