// What docs/init.md says about the tools that curfew stands in for, made from the core's tables and
// from what is written here. The statements that are cited are those of the tests.
import { CATATONIT } from "../../src/core/cli/drop-in/catatonit.ts";
import type { Tool } from "../../src/core/cli/drop-in/drop-in.ts";
import { DUMB_INIT } from "../../src/core/cli/drop-in/dumb-init.ts";
import { SCINIT } from "../../src/core/cli/drop-in/scinit.ts";
import { TINI } from "../../src/core/cli/drop-in/tini.ts";
import { optionUse } from "../../src/core/cli/help.ts";
import { nameOf } from "../../src/core/cli/options/scan.ts";
import { code, table } from "./markdown.ts";

/** What a tool does, what we do instead where we are called by its name, and why. */
type Difference = readonly [theirs: string, ours: string, why: string];

const TINIS: readonly Difference[] = [
  [
    "Options behind the command are tini's unless `--` is given: `tini ls -l` prints a licence",
    "They are the command's",
    "`--` in front of the command still works",
  ],
  [
    "Processes that the command leaves behind are not ended; as PID 1 the kernel kills them",
    "They get TERM, after 8 s KILL, and curfew waits for their end",
    "They can end in order",
  ],
  [
    "`-p SIGKILL`: tini dies, and the command goes on",
    "The command and all it started are ended",
    "A guard that is gone guards nothing",
  ],
  [
    "Without `-s`, where it is not PID 1, it warns and reaps no orphans",
    "Orphans are always adopted and reaped",
    "It costs nothing",
  ],
  [
    "SEGV, ABRT, FPE, ILL, BUS, TRAP and SYS from another process end tini",
    "They are passed on",
    "The command is whom they are meant for",
  ],
  ["SIGCHLD ignored at the start: it hangs for ever", "It makes no difference", "It is a fault"],
  [
    "The command leads a group in the terminal's foreground",
    "On a terminal it stays in our group, or as PID 1 has a session of its own",
    "Keys and job control reach it as if curfew were not there",
  ],
  [
    "`-v` and more write to stdout",
    "To stderr, in the same words; `No child to wait` is not among them",
    "stdout is the command's",
  ],
  [
    "`-vv` says of each orphan that it was reaped",
    "Of the command; of orphans with `-w`",
    "The guardian reaps them",
  ],
  ["A command that cannot be run for an odd reason: 1", "126", "As with every other reason"],
  [
    "`--help` is a mistake",
    "It prints the help, as `-h` does",
    "The hint after a mistake names it",
  ],
];

const DUMB_INITS: readonly Difference[] = [
  [
    "As PID 1, `-v` says of each orphan how it ended; and what it could not do with the terminal",
    "Of the command alone",
    "The guardian reaps the others",
  ],
  [
    "A command that cannot be run: 2",
    "127 where it was not found, 126 otherwise",
    "As in a shell, with tini, and with every other command line of curfew",
  ],
  [
    "When the command ends, its group gets TERM and is not waited for",
    "Everything that is left gets TERM, after 8 s KILL, and curfew waits for the end",
    "Nothing is cut off, and nothing is left",
  ],
  ["Only as PID 1 orphans are reaped", "Always", "Orphans should not go elsewhere unseen"],
  [
    "TSTP, TTIN and TTOU stop the group, and then dumb-init itself",
    "They stop the group; curfew stops with it where a shell with job control waits",
    "Elsewhere no process would continue curfew, and its limits would be late",
  ],
  [
    "While it waits for changes (`--watch`), as leader of a session: there is no such thing",
    "The command's session gets no terminal",
    "The keys that mean the end have to reach curfew, which may have no command then",
  ],
  [
    "Without `-c` the rest of the group gets TERM when the command ends",
    "With `--leftovers=leave` no process gets it",
    "It is what the option says",
  ],
  ["It changes to the directory `/`", "It stays where it is", "The command stays there, too"],
];

const CATATONITS: readonly Difference[] = [
  [
    "Options behind the command are catatonit's unless `--` is given",
    "They are the command's",
    "`--` in front of the command still works",
  ],
  [
    "Processes that the command leaves behind are not ended; as PID 1 the kernel kills them",
    "They get TERM, after 8 s KILL, and curfew waits for their end",
    "They can end in order",
  ],
  [
    "A command that cannot be run: 1",
    "127 where it was not found, 126 otherwise",
    "As in a shell, with tini, and with every other command line of curfew",
  ],
  [
    "The command is in catatonit's process group, with TSTP, TTIN and TTOU blocked",
    "As PID 1 on a terminal in a session of its own, else in a group of its own, or on a terminal in ours; with the mask that curfew came with",
    "A signal to curfew's group is no second request; a command can be stopped",
  ],
  ["SIGCHLD ignored at the start: it hangs for ever", "It makes no difference", "It is a fault"],
];

const SCINITS: readonly Difference[] = [
  [
    "The command ignores TTIN and TTOU, and has the terminal's foreground",
    "It inherits what is ignored, and on a terminal stays in our group",
    "A background job that reads is stopped, as everywhere, and gets no error",
  ],
  [
    "The command has the default action of PIPE and of what scinit catches",
    "It inherits what is ignored",
    "`nohup` is there for a reason",
  ],
  [
    "Exits with 0, whatever the command did",
    "Exits as the command did; 128 + N for a signal N",
    "The caller wants to know",
  ],
  [
    "Sockets are bound again for each new generation, and connections that wait are lost",
    "They are bound once, and held",
    "No connection is refused or lost",
  ],
  [
    "Sockets have descriptors in no order, and SO_REUSEPORT",
    "They begin at descriptor 3 in the order of `--ports`, have LISTEN_FDS as well, and no other process holds them",
    "Every library for socket activation can find them",
  ],
  [
    "One path is watched, not what is below it",
    "What is below it, too; `--ignore` leaves things out",
    "Sources are in folders",
  ],
  [
    "INT and QUIT wait 2 s before KILL, TERM as long as `--graceful-timeout-secs`",
    "All of them wait so long; 8 s if it is not given",
    "One patience is easier to keep in mind",
  ],
  ["KILL goes to the command alone", "To everything it started", "Nothing is left"],
  [
    "Only HUP, USR1 and USR2 are passed on besides",
    "Every signal is",
    "The command may know more of them",
  ],
  [
    "Ends when the command ends, also with `--live-reload`",
    "With `--live-reload` it waits for a change, and then begins anew",
    "After a crash a repaired program need not be started by hand",
  ],
  [
    "Options of the command need `--` in front",
    "The first word that is no option is the command, and what follows is its own",
    "So `scinit sh -c ...` works",
  ],
];

/** How `curfew init` says what an option of a tool says. */
const AS_INIT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  tini: {
    "-s": "always so",
    "-p": "`--die-with-parent`, which ends everything",
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
  return table([code(name), "Here", "Why"], differences);
}
