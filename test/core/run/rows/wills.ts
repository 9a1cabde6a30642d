import type { Transcript } from "../transcript.ts";
import {
  above,
  cancelled,
  continued,
  deadline,
  delivered,
  died,
  empty,
  executed,
  exited,
  signal,
  spawned,
  spawnFailed,
  stopped,
  swept,
} from "../transcript.ts";
import { INT_GROUP, rest, restOf, TERM_GROUP, TERM_TO_GROUP } from "./groups.ts";

const TERM = "kill child SIGTERM, wake child";
const REST = rest("SIGTERM");
const REST_OF_RUN = restOf("SIGTERM");

/** Courses whose rows show each new will of the guardian. */
export const WILLS: readonly Transcript[] = [
  [
    "with the first signal the guardian is to stay, and to sweep half a second later than curfew",
    "-k 2 5 cmd",
    [0, spawned, ""],
    [5, deadline, `will SIGTERM sweep 2 sweep@7.5 stays, ${TERM_GROUP}`],
    [6.5, exited(0, "job"), REST],
    [7, deadline, "sweep"],
    [7.1, swept(), "exit 124"],
  ],
  [
    "without -k the main child has unlimited time, and the guardian does not act",
    "5 cmd",
    [0, spawned, ""],
    [5, deadline, `will SIGTERM sweep 5 stays, ${TERM_GROUP}`],
    [99, exited(0, "job"), `will SIGTERM sweep 5 sweep@104.5 stays, ${REST}`],
    [99.5, empty, "exit 124"],
  ],
  [
    "SIGKILL at once: the guardian is to stay with the leftovers",
    "-s KILL 5 cmd",
    [0, spawned, ""],
    [5, deadline, "will SIGKILL sweep 5 stays, sweep"],
    [5.1, swept("SIGKILL"), "die SIGKILL 137"],
  ],
  [
    "a forwarded stop signal: the guardian is to stay, and to act after the limit",
    "5 cmd",
    [0, spawned, ""],
    [1, signal("SIGINT"), `will SIGTERM sweep 5 signal@7 sweep@10.5 stays, ${INT_GROUP}`],
    [2, exited(0), "exit 0"],
  ],
  [
    "a signal that is no stop signal changes no will",
    "5 cmd",
    [0, spawned, ""],
    [1, signal("SIGUSR1"), "kill group SIGUSR1, kill group SIGCONT"],
    [2, exited(0), "exit 0"],
  ],
  [
    "S20: the terminal's signal starts the clock, and nothing is sent",
    "-k 2 5 cmd",
    [0, spawned, ""],
    [1, delivered("SIGINT"), "will SIGTERM sweep 2 sweep@3.5 stays"],
    [2, died("SIGINT"), "die SIGINT 130"],
  ],
  [
    "without -k the terminal's signal changes no will",
    "5 cmd",
    [0, spawned, ""],
    [1, delivered("SIGINT"), ""],
    [2, died("SIGINT", "job"), "leave-tree, die SIGINT 130"],
  ],
  [
    "run: cancelled",
    "run cmd",
    [0, spawned, ""],
    [1, cancelled, `will SIGTERM sweep 5 sweep@6.5 stays, ${TERM}`],
    [2, died("SIGTERM"), "die SIGTERM 143"],
  ],
  [
    "run: the guardian has no instant while curfew waits for leftovers",
    "run --leftovers wait cmd",
    [0, spawned, ""],
    [1, exited(0, "job"), ""],
    [2, signal("SIGTERM"), `will SIGTERM sweep 5 sweep@7.5 stays, ${REST_OF_RUN}`],
    [3, empty, "exit 0"],
  ],
];

/** `--events`: a line for every event, behind the signals of its step and before its messages. */
export const EVENT_LINES: readonly Transcript[] = [
  [
    "a line for every event, and the report last",
    "--events /e -k 2 5 cmd",
    [0, spawned, ""],
    [0, executed, "emit spawned@0"],
    [1, stopped("SIGTSTP"), "emit stopped@1"],
    [2, continued, "emit continued@2"],
    [3, signal("SIGWINCH"), "emit signal@3"],
    [5, deadline, `${TERM_GROUP}, emit deadline@5, emit sent@5, emit sent@5`],
    [5.5, cancelled, "emit cancelled@5.5"],
    [5.8, exited(0, "job"), `${REST}, emit exited@5.8, emit sent@5.8, emit sent@5.8`],
    [7, deadline, "sweep, emit deadline@7, emit sent@7"],
    [
      7.1,
      swept(),
      "emit swept@7.1, report timed_out 124 7.1s group:SIGTERM@5 group:SIGCONT@5 " +
        "tree:SIGTERM@5.8 tree:SIGCONT@5.8 tree:SIGKILL@7 escalated stop:SIGTSTP@1 " +
        "leftovers:job gone, exit 124",
    ],
    [8, cancelled, ""],
  ],
  [
    "one line for an event with two actions",
    "run --events /e --timeout 5 cmd",
    [0, spawned, ""],
    [0, executed, "emit spawned@0"],
    [5.1, cancelled, `${TERM}, emit cancelled@5.1, emit sent@5.1`],
    [5.2, empty, "emit tree-empty@5.2"],
    [
      5.3,
      died("SIGTERM"),
      "emit exited@5.3, report timed_out 124 5.3s child:SIGTERM@5.1 gone, " + "exit 124",
    ],
  ],
  [
    "a command that could not be started",
    "run --events /e cmd",
    [
      0,
      spawnFailed("not_found", "ENOENT"),
      "emit spawn-failed@0, say spawn, report spawn_failed 127 0s unknown, exit 127",
    ],
  ],
];

/** The same with the processes that the guardian need not signal, because they had the signal. */
export const RECIPIENTS: readonly Transcript[] = [
  [
    "the command, then the whole tree",
    "run -k 5 cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), `will SIGTERM sweep 5 sweep@6.5 stays, ${TERM}, recipients command`],
    [5, deadline, `${REST_OF_RUN}, recipients tree`],
    [6, deadline, "sweep"],
    [6.1, swept("SIGKILL"), "die SIGKILL 137"],
  ],
  [
    "the command's group",
    "init -k 5 cmd",
    [0, spawned, ""],
    [
      1,
      signal("SIGTERM"),
      `will SIGTERM sweep 5 sweep@6.5 stays, ${TERM_TO_GROUP}, recipients group`,
    ],
  ],
  [
    "the command's group, by the terminal",
    "-k 2 5 cmd",
    [0, spawned, ""],
    [1, delivered("SIGINT"), "will SIGTERM sweep 2 sweep@3.5 stays, recipients group"],
  ],
  [
    "all leftovers",
    "-k 2 5 cmd",
    [0, spawned, ""],
    [5, deadline, `will SIGTERM sweep 2 sweep@7.5 stays, ${TERM_GROUP}, recipients group`],
    [6.5, exited(0, "job"), `${REST}, recipients tree`],
  ],
  [
    "a signal that does not ask for the end counts for no process",
    "run cmd",
    [0, spawned, ""],
    [1, signal("SIGUSR1"), "kill child SIGUSR1"],
  ],
  [
    "timeout without -k: it counts only if a curfew above sent it",
    "5 cmd",
    [0, spawned, ""],
    [
      1,
      above("SIGTERM"),
      `will SIGTERM sweep 5 signal@7 sweep@10.5 stays, ${TERM_GROUP}, recipients group`,
    ],
  ],
];
