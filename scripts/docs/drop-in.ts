// What docs/init.md says about the tools that curfew stands in for, made from the core's tables and
// from what is written here. The statements that are cited are those of the tests.
import { CATATONIT } from "../../src/core/cli/drop-in/catatonit.ts";
import type { Tool } from "../../src/core/cli/drop-in/drop-in.ts";
import { DUMB_INIT } from "../../src/core/cli/drop-in/dumb-init.ts";
import { SCINIT } from "../../src/core/cli/drop-in/scinit.ts";
import { TINI } from "../../src/core/cli/drop-in/tini.ts";
import { optionUse } from "../../src/core/cli/option-help.ts";
import { nameOf } from "../../src/core/cli/options/scan.ts";
import { code, table } from "./markdown.ts";

/** What a tool does, what we do instead where we are called by its name, and why. */
type Difference = readonly [theirs: string, ours: string, why: string];

const TINIS: readonly Difference[] = [
  [
    "Options after the command are tini's unless `--` is given: `tini ls -l` prints a license",
    "Options after the command are the command's",
    "`--` before the command still works",
  ],
  [
    "Does not terminate processes that the command leaves behind; if it is PID 1, the kernel kills them",
    "Sends them TERM, SIGKILL after 8 s, and waits until they are gone",
    "They can exit in an orderly way",
  ],
  [
    "`-p SIGKILL`: tini dies, and the command keeps running",
    "Terminates the command and all processes it started",
    "A supervisor that is dead protects nothing",
  ],
  [
    "Without `-s` and not as PID 1, warns and reaps no orphans",
    "Always adopts and reaps orphans",
    "It costs nothing",
  ],
  [
    "SEGV, ABRT, FPE, ILL, BUS, TRAP and SYS from another process kill tini",
    "Forwards them",
    "They are meant for the command",
  ],
  ["Hangs if SIGCHLD was ignored at the start", "Does not hang", "The hang is a fault"],
  [
    "The command leads a process group in the terminal's foreground",
    "On a terminal the command stays in curfew's group; if curfew is PID 1, it has a session of its own",
    "Keys and job control reach the command as without curfew",
  ],
  [
    "`-v` and more write to stdout",
    "Writes to stderr, in the same words; does not print `No child to wait`",
    "stdout belongs to the command",
  ],
  [
    "`-vv` reports each orphan that was reaped",
    "Reports the command; reports orphans with `-w`",
    "The guardian reaps them",
  ],
  [
    "If the command cannot be run for an unusual reason, the exit code is 1",
    "The exit code is 126",
    "It is 126 for all other reasons too",
  ],
  [
    "Does not know `--help`",
    "`--help` prints the help, as `-h` does",
    "The hint after a usage error names it",
  ],
];

const DUMB_INITS: readonly Difference[] = [
  [
    "As PID 1, `-v` reports how each orphan exited, and what it could not do with the terminal",
    "Reports only how the command exited",
    "The guardian reaps the others",
  ],
  [
    "If the command cannot be run, the exit code is 2",
    "It is 127 if the command was not found, otherwise 126",
    "As in a shell, with tini, and in every other command line of curfew",
  ],
  [
    "When the command exits, sends TERM to its process group and does not wait",
    "Sends TERM to everything that is left, SIGKILL after 8 s, and waits until it is gone",
    "No process is cut off, and none is left",
  ],
  [
    "Reaps orphans only as PID 1",
    "Always reaps them",
    "Orphans should not go to another process unnoticed",
  ],
  [
    "TSTP, TTIN and TTOU suspend the process group, and then dumb-init itself",
    "They suspend the group; curfew suspends itself only if a shell with job control waits for it",
    "Elsewhere nothing would resume curfew, and its limits would be late",
  ],
  [
    "Has no `--watch`",
    "With `--watch`, the session of the command has no terminal",
    "Ctrl-C has to reach curfew, which may have no command at that time",
  ],
  [
    "Without `-c`, the rest of the group gets TERM when the command exits",
    "With `--leftovers=leave`, no process gets TERM",
    "The option says so",
  ],
  ["Changes to the directory `/`", "Stays in its directory", "The command also stays there"],
];

const CATATONITS: readonly Difference[] = [
  [
    "Options after the command are catatonit's unless `--` is given",
    "Options after the command are the command's",
    "`--` before the command still works",
  ],
  [
    "Does not terminate processes that the command leaves behind; if it is PID 1, the kernel kills them",
    "Sends them TERM, SIGKILL after 8 s, and waits until they are gone",
    "They can exit in an orderly way",
  ],
  [
    "If the command cannot be run, the exit code is 1",
    "It is 127 if the command was not found, otherwise 126",
    "As in a shell, with tini, and in every other command line of curfew",
  ],
  [
    "The command leads a process group in the terminal's foreground, with TSTP, TTIN and TTOU blocked",
    "On a terminal the command stays in curfew's group; if curfew is PID 1, it has a session of its own. It inherits curfew's signal mask",
    "Keys and job control reach the command as without curfew; the command can be suspended",
  ],
  ["Hangs if SIGCHLD was ignored at the start", "Does not hang", "The hang is a fault"],
];

const SCINITS: readonly Difference[] = [
  [
    "The command ignores TTIN and TTOU, and has the terminal's foreground",
    "The command inherits which signals are ignored, and on a terminal stays in curfew's group",
    "A background job that reads is suspended, as everywhere, and gets no error",
  ],
  [
    "The command has the default action of PIPE and of the signals that scinit catches",
    "The command inherits which signals are ignored",
    "Otherwise `nohup` would have no effect",
  ],
  [
    "Exits with 0, whatever the command did",
    "Exits as the command did; 128 + N for a signal N",
    "The caller needs to know",
  ],
  [
    "Binds sockets again for each new generation, and waiting connections are lost",
    "Binds sockets once, and keeps them open",
    "No connection is refused or lost",
  ],
  [
    "Sockets have descriptors in no order, and SO_REUSEPORT",
    "They start at descriptor 3 in the order of `--ports`, are also announced in LISTEN_FDS, and no other process can bind their ports",
    "Every library for socket activation can find them",
  ],
  [
    "Watches one path, but nothing below it",
    "Also watches everything below it; `--ignore` excludes files",
    "Sources are in directories",
  ],
  [
    "Waits 2 s before SIGKILL after INT and QUIT, and `--graceful-timeout-secs` after TERM",
    "Waits the same time after each; 8 s by default",
    "One time is easier to remember",
  ],
  [
    "Sends SIGKILL only to the command",
    "Sends it to all processes that the command started",
    "No process is left",
  ],
  [
    "Otherwise forwards only HUP, USR1 and USR2",
    "Forwards every signal",
    "The command may handle more of them",
  ],
  [
    "Exits when the command exits, also with `--live-reload`",
    "With `--live-reload`, waits for a change and then starts the command again",
    "You repair a program that has crashed, and need not start it",
  ],
  [
    "Options of the command need `--` before the command",
    "The first word that is not an option starts the command",
    "So `scinit sh -c ...` works",
  ],
];

/** How `curfew init` says what an option of a tool says. */
const AS_INIT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  tini: {
    "-s": "always so",
    "-p": "`--die-with-parent`, which terminates everything",
    "--verbose": "`-v`",
    "-w": "`-v`",
    "-g": "always so; without `-g`: `--single-child`",
    "--expect-exit": "`--expect-exit=CODE`",
    "-l": "",
    "--help": "`--help`",
    "--version": "`--version`",
  },
  "dumb-init": {
    "--single-child": "`--single-child`",
    "--rewrite": "`--rewrite=S:R`, with names as well",
    "--verbose": "`-v`",
    "--help": "`--help`",
    "--version": "`--version`",
  },
  catatonit: {
    "-g": "always so; without `-g`: `--single-child`",
    "-P": "",
    "-L": "",
    "--help": "`--help`",
    "--version": "`--version`",
  },
  scinit: {
    "--live-reload": "`--watch=PATH`, or the same name",
    "--watch-path": "`--watch=PATH`, or the same name",
    "--ports": "`--listen=HOST:PORT`, or the same name",
    "--bind-addr": "`--listen=HOST:PORT`, or the same name",
    "--debounce-ms": "`--debounce=DURATION`, or the same name",
    "--restart-delay-ms": "`--restart-delay=DURATION`, or the same name",
    "--graceful-timeout-secs": "`--kill-after=DURATION`, or the same name",
    "--zombie-reap-interval-ms": "not needed",
    "--help": "`--help`",
    "--version": "`--version`",
  },
};

/** The generated parts by name, and their document. */
export const DROP_IN_PARTS: Readonly<Record<string, () => string>> = {
  "tini options": () => optionsTable(TINI),
  "tini differences": () => differencesTable("tini", TINIS),
  "dumb-init options": () => optionsTable(DUMB_INIT),
  "dumb-init differences": () => differencesTable("dumb-init", DUMB_INITS),
  "catatonit options": () => optionsTable(CATATONIT),
  "catatonit differences": () => differencesTable("catatonit", CATATONITS),
  "scinit options": () => optionsTable(SCINIT),
  "scinit differences": () => differencesTable("scinit", SCINITS),
};

/** A row for every option and variable; an option without a text of its own is an error. */
function optionsTable<F>({ name, options, variables }: Tool<F>): string {
  const rows = options.map((option) => {
    const same = AS_INIT[name]?.[nameOf(option)];
    if (same === undefined) throw new Error(`${name} ${nameOf(option)}: what is it in init?`);
    return [code(optionUse(option).trim()), option.help, same];
  });
  const read = variables.map(([variable, meaning]) => [code(variable), meaning, ""]);
  return table([code(name), "Meaning", "`curfew init`"], [...rows, ...read]);
}

function differencesTable(name: string, differences: readonly Difference[]): string {
  return table([code(name), "curfew", "Why"], differences);
}
