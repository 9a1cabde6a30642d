// What run and init say of an end that curfew causes, and when.
import type { Duration, Instant } from "../../../../src/core/values/duration.ts";
import { processOf } from "../../inspect/snapshots.ts";
import type { Transcript } from "../transcript.ts";
import {
  backstop,
  busy,
  cancelled,
  counted,
  crowded,
  deadline,
  deadlineOn,
  died,
  drained,
  empty,
  excess,
  exited,
  guardianGone,
  looked,
  member,
  orphaned,
  seen,
  signal,
  spawned,
  spawnedIn,
  stopped,
  swept,
} from "../transcript.ts";

/** The command, a child that runs, and one that has ended. */
const TREE = {
  at: 0 as Instant,
  processes: [
    processOf({ pid: 42, command: "cmd", age: 5e6 as Duration }),
    processOf({ pid: 43, parent: 42, command: "job" }),
    processOf({ pid: 44, parent: 42, command: "job", state: "Z" }),
  ],
  omitted: 0,
};
const THREADS = {
  ...TREE,
  processes: TREE.processes.slice(0, 2).map((one) => ({ ...one, state: "Z", isThreadLeft: true })),
};
const CROWD = { ...TREE, omitted: 300 };

const TERM = "kill child SIGTERM, wake child";
const REST = "kill rest SIGTERM, wake rest";
const LIMIT = "time limit of 5s reached; sent TERM to cmd";
const gone = (pid: number, command: string) => member(pid, command);

/** The limit, and what became of the tree. */
const LIMITS: readonly Transcript[] = [
  [
    "the sentence follows the signal, and the drawing the sentence",
    "run --timeout 5 cmd",
    [0, spawned, ""],
    [5, deadlineOn(TREE), `${TERM}, say "${LIMIT}, 1 more process is running" and the tree`],
    [5.1, died("SIGTERM"), 'say "all 2 processes are gone", exit 124'],
  ],
  [
    "init draws nothing",
    "init --timeout 5 cmd",
    [0, spawned, ""],
    [
      5,
      deadlineOn(TREE),
      'kill group SIGTERM, wake group, say "time limit of 5s reached; sent TERM to cmd and its process group, 1 more process is running"',
    ],
    [5.1, died("SIGTERM"), 'say "all 2 processes are gone", exit 124'],
  ],
  [
    "living processes are counted before SIGKILL",
    "run --timeout 5 cmd",
    [0, spawned, ""],
    [5, deadlineOn(TREE), `${TERM}, say "${LIMIT}, 1 more process is running" and the tree`],
    [9, deadline, REST],
    [10, deadline, "count 42+43+44, sweep"],
    [10, counted(43), ""],
    [10.1, swept("SIGKILL"), 'say "all 2 processes are gone, 1 of them by KILL", exit 124'],
  ],
  [
    "processes that were not looked at may have needed SIGKILL, too",
    "run --timeout 5 cmd",
    [0, spawned, ""],
    [
      5,
      deadlineOn(CROWD),
      `${TERM}, say "${LIMIT}, there are at least 301 more processes" and the tree`,
    ],
    [9, deadline, REST],
    [10, deadline, "count 42+43+44, sweep"],
    [10, counted(43), ""],
    [10.1, swept("SIGKILL"), 'say "all processes are gone, at least 1 of them by KILL", exit 124'],
  ],
  [
    "a process whose first thread has ended runs as long as others do",
    "run --timeout 5 cmd",
    [0, spawned, ""],
    [5, deadlineOn(THREADS), `${TERM}, say "${LIMIT}, 1 more process is running" and the tree`],
    [5.1, died("SIGTERM"), 'say "all 2 processes are gone", exit 124'],
  ],
  [
    "--signal CONT is a signal like others",
    "run --timeout 5 --signal CONT cmd",
    [0, spawned, ""],
    [5, deadline, 'kill child SIGCONT, say "time limit of 5s reached; sent CONT to cmd"'],
  ],
  [
    "without a look the sentences claim no numbers",
    "run --timeout 5 cmd",
    [0, spawned, ""],
    [5, deadline, `${TERM}, say "${LIMIT}"`],
    [9, deadline, REST],
    [10, deadline, "sweep"],
    [10.1, swept("SIGKILL"), 'say "all processes are gone; KILL was sent", exit 124'],
  ],
  [
    "survivors have their own message, and nothing is gone",
    "run --timeout 5 cmd",
    [0, spawned, ""],
    [5, deadlineOn(TREE), `${TERM}, say "${LIMIT}, 1 more process is running" and the tree`],
    [9, deadline, REST],
    [10, deadline, "count 42+43+44, sweep"],
    [10.1, swept("SIGKILL", "job"), "say survivors job, exit 125"],
  ],
  [
    "without a proof nothing is said to be gone",
    "run --timeout 5 --containment group cmd",
    [0, spawnedIn("group"), ""],
    [
      5,
      deadline,
      'kill child SIGTERM, wake child, say "time limit of 5s reached; sent TERM to cmd"',
    ],
    [
      5.1,
      died("SIGTERM", "job"),
      'say "cmd is gone; it is not known whether all its processes are", exit 124',
    ],
  ],
  [
    "--signal KILL is on its way, and nothing obeys it",
    "run --timeout 5 --signal KILL cmd",
    [0, spawned, ""],
    [
      5,
      deadlineOn(TREE),
      'count 42+43+44, sweep, say "time limit of 5s reached; sending KILL to all processes" and the tree',
    ],
    [5, counted(42, 43), ""],
    [5.1, swept("SIGKILL"), 'say "all 2 processes are gone, all of them by KILL", exit 124'],
  ],
  [
    "the guardian has sent the first signal",
    "run --timeout 5 cmd",
    [0, spawned, ""],
    [8, backstop(1), 'say "time limit of 5s reached; sent TERM to all processes"'],
    [8.1, died("SIGTERM"), 'say "all processes are gone", exit 124'],
  ],
  [
    "the guardian has done it all",
    "run --timeout 5 cmd",
    [0, spawned, ""],
    [
      15,
      swept("SIGKILL"),
      'say "time limit of 5s reached; sent KILL to all processes", say "all processes are gone; KILL was sent", exit 124',
    ],
  ],
  [
    "leftovers that are waited for reach the limit",
    "run --timeout 5 --leftovers wait cmd",
    [0, spawned, ""],
    [1, exited(0, "job"), ""],
    [
      5,
      deadlineOn({ ...TREE, processes: TREE.processes.slice(1) }),
      `${REST}, say "time limit of 5s reached; sent TERM to what cmd left behind, 1 process is running" and the tree`,
    ],
    [5.1, empty, 'say "cmd is gone", exit 124'],
  ],
];

/** Other limits. */
const OTHERS: readonly Transcript[] = [
  [
    "the idle limit; a busy command may buffer what it prints",
    "run --idle-timeout 5 cmd",
    [0, spawned, ""],
    [
      5,
      busy,
      `${TERM}, say "idle limit of 5s reached, but the command was busy: what it prints may be buffered; sent TERM to cmd"`,
    ],
    [5.1, died("SIGTERM"), "drain held@5.6"],
    [5.2, drained(), 'say "all processes are gone", exit 124'],
  ],
  [
    "the output limit",
    "run --max-output 9 cmd",
    [0, spawned, ""],
    [
      5,
      excess,
      `${TERM}, say "output limit of 9 bytes reached, the rest is discarded; sent TERM to cmd"`,
    ],
    [5.1, died("SIGTERM"), "drain held@5.6"],
    [5.2, drained(), 'say "all processes are gone", exit 125'],
  ],
  [
    "the output limit is seen at the end: nothing was signalled",
    "run --max-output 9 cmd",
    [0, spawned, ""],
    [5.1, exited(0), "drain held@5.6"],
    [
      5.2,
      drained({ isOverLimit: true }),
      'say "output limit of 9 bytes reached, the rest is discarded", exit 125',
    ],
  ],
  [
    "the parent's end",
    "run --die-with-parent cmd",
    [0, spawned, ""],
    [5, orphaned, `${TERM}, say "the process that started curfew has exited; sent TERM to cmd"`],
    [5.1, died("SIGTERM"), 'say "all processes are gone", die SIGTERM 143'],
  ],
  [
    "--on-stop kill",
    "run --on-stop kill cmd",
    [0, spawned, ""],
    [
      5,
      stopped("SIGTSTP"),
      `${TERM}, say "the command was stopped, and --on-stop kill ends it; sent TERM to cmd"`,
    ],
    [5.1, died("SIGTERM"), 'say "all processes are gone", die SIGTERM 143'],
  ],
];

/** An end that a person asked for, and leftovers. */
const LEFTOVERS: readonly Transcript[] = [
  [
    "a request has no line, its leftovers have",
    "run cmd",
    [0, spawned, ""],
    [5, signal("SIGTERM"), TERM],
    [5.1, seen(died("SIGTERM"), gone(7, "job")), REST],
    [5.2, empty, "say \"cmd left 1 process behind: 7 'job'; it is gone\", die SIGTERM 143"],
  ],
  [
    "nothing is said of a request that all obey",
    "run cmd",
    [0, spawned, ""],
    [5, signal("SIGTERM"), TERM],
    [5.1, died("SIGTERM"), "die SIGTERM 143"],
  ],
  [
    "a command that succeeds, whose leftovers obey, gets no line",
    "run cmd",
    [0, spawned, ""],
    [5, seen(exited(0), gone(7, "job")), REST],
    [5.2, empty, "exit 0"],
  ],
  [
    "leftovers of a command that fails are told",
    "run cmd",
    [0, spawned, ""],
    [5, seen(exited(3), gone(7, "job")), REST],
    [5.2, empty, "say \"cmd left 1 process behind: 7 'job'; it is gone\", exit 3"],
  ],
  [
    "leftovers that do not obey are told, and counted before SIGKILL",
    "run -k 1 cmd",
    [0, spawned, ""],
    [5, seen(exited(0), gone(7, "job"), gone(8, "job")), REST],
    [6, deadline, "count 7+8, sweep"],
    [6, counted(8), ""],
    [
      6.1,
      swept(),
      "say \"cmd left 2 processes behind: 7 'job', 8 'job'; they are gone, 1 of them by KILL\", exit 0",
    ],
  ],
  [
    "there were more leftovers than could be looked at",
    "run cmd",
    [0, spawned, ""],
    [5, crowded(exited(3), gone(7, "job")), REST],
    [5.2, empty, "say \"cmd left at least 1 process behind: 7 'job'; they are gone\", exit 3"],
  ],
  [
    "--leftovers fail names the leak itself",
    "run --leftovers fail cmd",
    [0, spawned, ""],
    [5, seen(exited(0), gone(7, "job")), ""],
    [5.2, deadline, "look"],
    [5.2, looked(gone(7, "job")), REST],
    [5.3, empty, "say leaked job, exit 125"],
  ],
];

/** Where nothing is printed. */
const SILENT: readonly Transcript[] = [
  [
    "timeout is as silent as the tool that it replaces",
    "5 cmd",
    [0, spawned, ""],
    [5, deadlineOn(TREE), "kill group SIGTERM, kill group SIGCONT"],
    [5.1, died("SIGTERM"), "exit 124"],
  ],
  [
    "a program that reads events is not told on stderr",
    "run --control fd:3 --events fd:4 --timeout 5 cmd",
    [0, spawned, ""],
    [5, deadlineOn(TREE), `${TERM}, emit deadline@5, emit sent@5`],
  ],
  [
    "--quiet leaves out all that tells of an end",
    "run --quiet --idle-timeout 5 cmd",
    [0, spawned, ""],
    [5, deadlineOn(TREE), TERM],
    [9, deadline, REST],
    [10, deadline, "sweep"],
    [10.1, swept("SIGKILL", "job"), "drain held@10.6"],
    [10.2, drained(), "exit 125"],
  ],
  [
    "--quiet is no answer to -v",
    "run --quiet -v cmd",
    [0, spawned, ""],
    [5, signal("SIGTERM"), `${TERM}, say killing SIGTERM`],
  ],
  [
    "the lost guardian has a message of its own",
    "run cmd",
    [0, spawned, ""],
    [5, guardianGone, "take-over, say guardian-gone"],
    [5.1, swept("SIGKILL"), "exit 125"],
  ],
  [
    "a cancel is a request",
    "run cmd",
    [0, spawned, ""],
    [5, cancelled, TERM],
    [5.1, died("SIGTERM"), "die SIGTERM 143"],
  ],
];

export const TELLINGS: readonly Transcript[] = [...LIMITS, ...OTHERS, ...LEFTOVERS, ...SILENT];
