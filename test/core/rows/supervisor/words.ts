import type { Transcript } from "../../transcript.ts";
import {
  continued,
  deadline,
  died,
  dumped,
  exited,
  signal,
  spawned,
  stopped,
  swept,
} from "../../transcript.ts";
import { INT_GROUP, rest, TERM_GROUP } from "./groups.ts";

/** What is said, and when: S25, S26, TIMEOUT_METRICS. */
export const WORDS: readonly Transcript[] = [
  [
    "S25: -v says every signal after it was sent",
    "-v -k 2 5 cmd",
    [0, spawned, ""],
    [5, deadline, `${TERM_GROUP}, say killing SIGTERM`],
    [6, deadline, rest("SIGTERM")],
    [7, deadline, "sweep, say killing SIGKILL"],
    [7.1, swept("SIGKILL"), "die SIGKILL 137"],
  ],
  [
    "S25: -v says what else happens, and who is left",
    "-v 5 cmd",
    [0, spawned, ""],
    [1, stopped("SIGTSTP"), "say stopped SIGTSTP"],
    [2, continued, "say continued SIGCONT"],
    [5, deadline, `${TERM_GROUP}, say killing SIGTERM`],
    [5, stopped("SIGSTOP"), "say stopped SIGSTOP"],
    [5.1, died("SIGTERM"), "exit 124"],
  ],
  [
    "S25: -v says forwarded signals",
    "-v -f 5 cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), "kill child SIGTERM, say killing SIGTERM"],
    [1.1, died("SIGTERM"), "die SIGTERM 143"],
  ],
  [
    "S25: -v says nothing of what was not sent",
    "-v 5 cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), `${TERM_GROUP}, say killing SIGTERM`],
    [2, signal("SIGTERM"), ""],
    [3, exited(0), "exit 0"],
  ],
  [
    "S25: -v says signal 0",
    "-v -s 0 5 cmd",
    [0, spawned, ""],
    [5, deadline, "kill group SIG0, say killing SIG0"],
    [9, exited(0), "exit 124"],
  ],
  [
    "S25: -v says nothing of a run that ends by itself",
    "-v 5 cmd",
    [0, spawned, ""],
    [1, exited(0), "exit 0"],
  ],
  [
    "S25: -v is silent about leftovers that end with us",
    "-v -s KILL 5 cmd",
    [0, spawned, ""],
    [5, deadline, "sweep, say killing SIGKILL"],
    [5.1, swept("SIGKILL"), "die SIGKILL 137"],
  ],
  [
    "S26: a core dump in time",
    "5 cmd",
    [0, spawned, ""],
    [1, dumped("SIGSEGV"), "say dumped-core, die SIGSEGV 139"],
  ],
  [
    "S26: a core dump after expiry",
    "-s QUIT 5 cmd",
    [0, spawned, ""],
    [5, deadline, "kill group SIGQUIT, kill group SIGCONT"],
    [5.1, dumped("SIGQUIT"), "say dumped-core, exit 124"],
  ],
  [
    "S26: a core dump after expiry with -p, -v and the report",
    "TIMEOUT_METRICS= -v -p -f -s ABRT 5 cmd",
    [0, spawned, ""],
    [5, deadline, "kill child SIGABRT, say killing SIGABRT"],
    [
      5.1,
      dumped("SIGABRT"),
      "say dumped-core, report timed_out 134 5.1s child:SIGABRT@5 gone, exit 134",
    ],
  ],
  [
    "TIMEOUT_METRICS: in time",
    "TIMEOUT_METRICS= 5 cmd",
    [0, spawned, ""],
    [1.25, exited(3), "report exited 3 1.25s gone, exit 3"],
  ],
  [
    "TIMEOUT_METRICS: every signal sent, SIGCONT aside",
    "TIMEOUT_METRICS= -k 2 5 cmd",
    [0, spawned, ""],
    [5, deadline, TERM_GROUP],
    [6, signal("SIGINT"), INT_GROUP],
    [6, deadline, rest("SIGTERM")],
    [7, deadline, "sweep"],
    [
      7.1,
      swept("SIGKILL"),
      "report timed_out 137 7.1s group:SIGTERM@5 group:SIGINT@6 tree:SIGTERM@6 tree:SIGKILL@7 " +
        "escalated gone, die SIGKILL 137",
    ],
  ],
  [
    "TIMEOUT_METRICS: a stop signal that was passed on is the reason, also without -k",
    "TIMEOUT_METRICS= 5 cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), TERM_GROUP],
    [1.1, died("SIGTERM"), "report cancelled 143 1.1s group:SIGTERM@1 gone, die SIGTERM 143"],
  ],
];
