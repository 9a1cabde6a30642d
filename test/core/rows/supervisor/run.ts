import type { Transcript } from "../../transcript.ts";
import {
  cancelled,
  continued,
  deadline,
  delivered,
  died,
  empty,
  exited,
  orphaned,
  signal,
  spawned,
  stopped,
  swept,
} from "../../transcript.ts";
import { rest, TERM_GROUP } from "./groups.ts";

const TERM = "kill child SIGTERM, kill child SIGCONT";
const REST = rest("SIGTERM");

/** `run` and its ladder. */
const LADDER: readonly Transcript[] = [
  ["it ends by itself", "run cmd", [0, spawned, ""], [1, exited(7), "exit 7"]],
  [
    "it dies by itself, and we as it did",
    "run cmd",
    [0, spawned, ""],
    [1, died("SIGINT"), "die SIGINT 130"],
  ],
  [
    "limit, half of kill after for the rest, sweep: 124",
    "run --timeout 5 --report /r cmd",
    [0, spawned, ""],
    [5, deadline, TERM],
    [7.5, deadline, REST],
    [10, deadline, "sweep"],
    [
      10.1,
      swept("SIGKILL"),
      "report timed_out 124 10.1s child:SIGTERM@5 child:SIGCONT@5 tree:SIGTERM@7.5 " +
        "tree:SIGCONT@7.5 tree:SIGKILL@10 escalated gone, exit 124",
    ],
  ],
  [
    "--kill-after inf: never SIGKILL while the main child lives",
    "run --timeout 5 -k inf cmd",
    [0, spawned, ""],
    [5, deadline, TERM],
    [500, exited(0), "exit 124"],
  ],
  [
    "-s KILL: 124 all the same",
    "run --timeout 5 -s KILL cmd",
    [0, spawned, ""],
    [5, deadline, "sweep"],
    [5.1, swept("SIGKILL"), "exit 124"],
  ],
  [
    "a session of its own is signalled as a group, and always woken",
    "run --new-session --timeout 5 cmd",
    [0, spawned, ""],
    [5, deadline, TERM_GROUP],
    [5.1, died("SIGTERM"), "exit 124"],
  ],
  [
    "it ends as the sweep is on its way",
    "run --timeout 5 -k 1 cmd",
    [0, spawned, ""],
    [5, deadline, TERM],
    [5.5, deadline, REST],
    [6, deadline, "sweep"],
    [6.1, exited(0), "exit 124"],
  ],
  [
    "it ends as the sweep is on its way, and the rest after it",
    "run --timeout 5 -k 1 cmd",
    [0, spawned, ""],
    [5, deadline, TERM],
    [5.5, deadline, REST],
    [6, deadline, "sweep"],
    [6.1, exited(0, "job"), ""],
    [6.2, empty, "exit 124"],
  ],
  [
    "cancelled: its own end",
    "run --report /r cmd",
    [0, spawned, ""],
    [1, cancelled, TERM],
    [2, cancelled, ""],
    [
      3,
      died("SIGTERM"),
      "report cancelled 143 3s child:SIGTERM@1 child:SIGCONT@1 gone, die SIGTERM 143",
    ],
  ],
  [
    "our parent is gone",
    "run --die-with-parent --report /r cmd",
    [0, spawned, ""],
    [1, orphaned, TERM],
    [3.5, deadline, REST],
    [6, deadline, "sweep"],
    [
      6.1,
      swept("SIGKILL"),
      "report parent_died 137 6.1s child:SIGTERM@1 child:SIGCONT@1 tree:SIGTERM@3.5 " +
        "tree:SIGCONT@3.5 tree:SIGKILL@6 escalated gone, die SIGKILL 137",
    ],
  ],
  [
    "our parent is gone when the limit has passed: the limit was first",
    "run --die-with-parent --timeout 5 cmd",
    [0, spawned, ""],
    [5.1, orphaned, TERM],
    [5.2, died("SIGTERM"), "exit 124"],
  ],
];

/** Signals sent to `run`. */
const SIGNALLED: readonly Transcript[] = [
  [
    "a stop signal starts the clock, a second one of any kind is the sweep",
    "run --report /r cmd",
    [0, spawned, ""],
    [1, signal("SIGINT"), "kill child SIGINT, kill child SIGCONT"],
    [2, signal("SIGTERM"), "sweep"],
    [2, signal("SIGTERM"), ""],
    [
      2.1,
      swept("SIGKILL"),
      "report cancelled 137 2.1s child:SIGINT@1 child:SIGCONT@1 tree:SIGKILL@2 escalated " +
        "gone, die SIGKILL 137",
    ],
  ],
  [
    "a stop signal starts the clock",
    "run cmd",
    [0, spawned, ""],
    [1, signal("SIGHUP"), "kill child SIGHUP, kill child SIGCONT"],
    [3.5, deadline, rest("SIGHUP")],
    [6, deadline, "sweep"],
    [6.1, swept("SIGKILL"), "die SIGKILL 137"],
  ],
  [
    "a stop signal after the limit insists",
    "run --timeout 5 cmd",
    [0, spawned, ""],
    [5, deadline, TERM],
    [6, signal("SIGTERM"), "sweep"],
    [6.1, swept("SIGKILL"), "exit 124"],
  ],
  [
    "--kill-after inf: who insists gets the sweep",
    "run -k inf cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), TERM],
    [900, signal("SIGTERM"), "sweep"],
    [900.1, swept("SIGKILL"), "die SIGKILL 137"],
  ],
  [
    "a signal that is no stop signal is passed on, every time, without the clock",
    "run --report /r cmd",
    [0, spawned, ""],
    [1, signal("SIGUSR1"), "kill child SIGUSR1"],
    [2, signal("SIGUSR1"), "kill child SIGUSR1"],
    [3, signal("SIGALRM"), "kill child SIGALRM"],
    [4, exited(0), "report exited 0 4s child:SIGUSR1@1x2 child:SIGALRM@3 gone, exit 0"],
  ],
  [
    "a signal that is no stop signal is passed on while stopping, and does not insist",
    "run cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), TERM],
    [2, signal("SIGUSR1"), "kill child SIGUSR1, kill child SIGCONT"],
    [3, exited(0), "exit 0"],
  ],
  [
    "what the terminal sent to all of us is ignored: it has no clock, and does not insist",
    "run cmd",
    [0, spawned, ""],
    [1, delivered("SIGINT"), ""],
    [2, delivered("SIGQUIT"), ""],
    [3, signal("SIGINT"), "kill child SIGINT, kill child SIGCONT"],
    [4, delivered("SIGINT"), ""],
    [5, died("SIGINT"), "die SIGINT 130"],
  ],
  [
    "S91: a stop signal at exactly the limit is first, one after it insists",
    "run --timeout 5 cmd",
    [0, spawned, ""],
    [5, signal("SIGTERM"), TERM],
    [5.1, died("SIGTERM"), "die SIGTERM 143"],
  ],
  [
    "S91: a stop signal that comes when the rest is due comes second",
    "run -k 4 --timeout 5 cmd",
    [0, spawned, ""],
    [5, deadline, TERM],
    [7.1, signal("SIGUSR1"), `${REST}, kill child SIGUSR1, kill child SIGCONT`],
    [7.2, died("SIGTERM"), "exit 124"],
  ],
];

/** The main child is stopped. */
const STOPS: readonly Transcript[] = [
  [
    "mirror, as by default: we stop with it, every time",
    "run -v --report /r cmd",
    [0, spawned, ""],
    [1, stopped("SIGTSTP"), "say stopped SIGTSTP, stop-with-it SIGTSTP"],
    [2, continued, "say continued SIGCONT"],
    [3, stopped("SIGTTIN"), "say stopped SIGTTIN, stop-with-it SIGTTIN"],
    [4, continued, "say continued SIGCONT"],
    [5, exited(0), "report exited 0 5s stop:SIGTSTP@1 stop:SIGTTIN@3 gone, exit 0"],
  ],
  [
    "mirror: never while it is to end",
    "run --timeout 5 cmd",
    [0, spawned, ""],
    [5, deadline, TERM],
    [6, stopped("SIGTSTP"), ""],
    [7.5, deadline, REST],
    [8, died("SIGTERM"), "exit 124"],
  ],
  [
    "continue",
    "run --on-stop continue cmd",
    [0, spawned, ""],
    [1, stopped("SIGTSTP"), "kill child SIGCONT"],
    [1, continued, ""],
    [2, exited(0), "exit 0"],
  ],
  [
    "continue: every time, and that is in the report",
    "run --new-session --on-stop continue --report /r cmd",
    [0, spawned, ""],
    [1, stopped("SIGTSTP"), "kill child SIGCONT"],
    [1, continued, ""],
    [2, stopped("SIGTTIN"), "kill child SIGCONT"],
    [
      3,
      exited(0),
      "report exited 0 3s child:SIGCONT@1x2 stop:SIGTSTP@1 stop:SIGTTIN@2 gone, exit 0",
    ],
  ],
  [
    "ignore, and report",
    "run --on-stop report cmd",
    [0, spawned, ""],
    [1, stopped("SIGTSTP"), ""],
    [2, exited(0), "exit 0"],
  ],
  [
    "kill: a stop is the reason, and it is woken to die",
    "run --on-stop kill --report /r cmd",
    [0, spawned, ""],
    [1, stopped("SIGTTOU"), TERM],
    [
      2,
      died("SIGTERM"),
      "report cancelled 143 2s child:SIGTERM@1 child:SIGCONT@1 stop:SIGTTOU@1 gone, die " +
        "SIGTERM 143",
    ],
  ],
  [
    "kill, with SIGKILL",
    "run --on-stop kill -s KILL cmd",
    [0, spawned, ""],
    [1, stopped("SIGTTOU"), "sweep"],
    [2, swept("SIGKILL"), "die SIGKILL 137"],
  ],
  [
    "in timeout, by an option",
    "--on-stop mirror 5 cmd",
    [0, spawned, ""],
    [1, stopped("SIGTSTP"), "stop-with-it SIGTSTP"],
    [5, deadline, TERM_GROUP],
    [5.1, died("SIGTERM"), "exit 124"],
  ],
];

/** What `run` does that `timeout` does not. */
export const RUN: readonly Transcript[] = [...LADDER, ...SIGNALLED, ...STOPS];
