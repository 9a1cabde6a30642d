import type { Transcript } from "../transcript.ts";
import {
  deadline,
  delivered,
  died,
  empty,
  exited,
  relayed,
  signal,
  spawned,
  stopped,
  swept,
} from "../transcript.ts";
import { restOf, TERM_GROUP } from "./groups.ts";

const TERM = "kill child SIGTERM, wake child";
const REST_OF_RUN = restOf("SIGTERM");

/** A service manager signals curfew and its guardian at once; the guardian passes its copy on. */
const COPIES: readonly Transcript[] = [
  [
    "to the guardian alone: as to curfew",
    "run --report /r cmd",
    [0, spawned, ""],
    [1, relayed("SIGTERM"), TERM],
    [2, died("SIGTERM"), "report cancelled 143 2s child:SIGTERM@1 gone, die SIGTERM 143"],
  ],
  [
    "to both, curfew first: one request, and a second one is the next rung",
    "run cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), TERM],
    [1, relayed("SIGTERM"), ""],
    [2, signal("SIGTERM"), "sweep"],
    [2.1, swept("SIGKILL"), "die SIGKILL 137"],
  ],
  [
    "to both, the guardian first: one request, and a second one is the next rung",
    "run cmd",
    [0, spawned, ""],
    [1, relayed("SIGTERM"), TERM],
    [1, signal("SIGTERM"), ""],
    [2, signal("SIGTERM"), "sweep"],
    [2.1, swept("SIGKILL"), "die SIGKILL 137"],
  ],
  [
    "twice to the guardian: no next rung, and the direct copy is none either",
    "run cmd",
    [0, spawned, ""],
    [1, relayed("SIGTERM"), TERM],
    [1.1, relayed("SIGTERM"), ""],
    [1.2, signal("SIGTERM"), ""],
    [1.3, signal("SIGTERM"), "sweep"],
    [1.4, swept("SIGKILL"), "die SIGKILL 137"],
  ],
  [
    "a copy of the signal that the limit sent is no next rung either",
    "run --timeout 5 cmd",
    [0, spawned, ""],
    [5, deadline, TERM],
    [6, relayed("SIGTERM"), ""],
    [6, relayed("SIGTERM"), ""],
    [9, deadline, REST_OF_RUN],
    [9.5, exited(0), "exit 124"],
  ],
  [
    "another kind is another request",
    "run cmd",
    [0, spawned, ""],
    [1, relayed("SIGTERM"), TERM],
    [2, signal("SIGINT"), "sweep"],
    [2.1, swept("SIGKILL"), "die SIGKILL 137"],
  ],
  [
    "another kind by the guardian is another request, too",
    "run cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), TERM],
    [2, relayed("SIGINT"), "sweep"],
    [2.1, swept("SIGKILL"), "die SIGKILL 137"],
  ],
  [
    "to both and to the command, from the terminal",
    "run cmd",
    [0, spawned, ""],
    [1, relayed("SIGINT"), "kill child SIGINT, wake child"],
    [1, delivered("SIGINT"), ""],
    [2, died("SIGINT"), "die SIGINT 130"],
  ],
  [
    "in timeout, to both under -f and -k: forwarded once",
    "-f -k 2 9 cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), "kill child SIGTERM"],
    [1, relayed("SIGTERM"), ""],
    [3, deadline, "sweep"],
    [3.1, swept("SIGKILL"), "exit 137"],
  ],
  [
    "in timeout, to both under -f and -k, the guardian first: forwarded once",
    "-f -k 2 9 cmd",
    [0, spawned, ""],
    [1, relayed("SIGTERM"), "kill child SIGTERM"],
    [1, signal("SIGTERM"), ""],
    [1.5, signal("SIGTERM"), "kill child SIGTERM"],
    [1.6, died("SIGTERM"), "die SIGTERM 143"],
  ],
  [
    "in timeout: forwarded once, as all of a kind",
    "9 cmd",
    [0, spawned, ""],
    [1, relayed("SIGTERM"), TERM_GROUP],
    [1, signal("SIGTERM"), ""],
    [2, died("SIGTERM"), "die SIGTERM 143"],
  ],
];

/** The main child had ended before the other copy came. */
const LATE_COPIES: readonly Transcript[] = [
  [
    "to both, and the main child ends in between: its leftovers have their grace period",
    "run cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), TERM],
    [1, exited(0, "job"), REST_OF_RUN],
    [1, relayed("SIGTERM"), ""],
    [2, signal("SIGTERM"), "sweep"],
    [2.1, swept(), "exit 0"],
  ],
  [
    "to both, the guardian first, and the main child ends in between",
    "run cmd",
    [0, spawned, ""],
    [1, relayed("SIGTERM"), TERM],
    [1, exited(0, "job"), REST_OF_RUN],
    [1, signal("SIGTERM"), ""],
    [2, signal("SIGTERM"), "sweep"],
    [2.1, swept(), "exit 0"],
  ],
  [
    "to both while leftovers are waited for: one request",
    "run --leftovers wait cmd",
    [0, spawned, ""],
    [1, exited(0, "job"), ""],
    [2, relayed("SIGTERM"), REST_OF_RUN],
    [2, signal("SIGTERM"), ""],
    [2.1, relayed("SIGTERM"), ""],
    [3, empty, "exit 0"],
  ],
];

/** `-k inf`: a signal that is forwarded does not switch the limit off. */
const LIMITS: readonly Transcript[] = [
  [
    "after a forwarded signal the limit sends its own",
    "run -k inf --timeout 5 -s USR1 --report /r cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), TERM],
    [5, deadline, "kill child SIGUSR1, wake child"],
    [9, exited(0), "report cancelled 0 9s child:SIGTERM@1 child:SIGUSR1@5 gone, exit 0"],
  ],
  [
    "the limit sends its own once, and then the command has unlimited time",
    "run -k inf --timeout 5 cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), TERM],
    [5, deadline, TERM],
    [500, exited(3), "exit 3"],
  ],
  [
    "without a limit curfew sends no signal of its own",
    "run -k inf cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), TERM],
    [500, exited(3), "exit 3"],
  ],
  [
    "-s KILL: the limit sweeps",
    "run -k inf -s KILL --timeout 5 cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), TERM],
    [5, deadline, "sweep"],
    [5.1, swept("SIGKILL"), "die SIGKILL 137"],
  ],
  [
    "a request after the limit is no second signal",
    "run -k inf --timeout 5 cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), TERM],
    [5.1, relayed("SIGTERM"), TERM],
    [5.4, signal("SIGTERM"), "sweep"],
    [5.5, swept("SIGKILL"), "die SIGKILL 137"],
  ],
];

/** Signals that come through the guardian, and signals after which the limit stays. */
export const RELAYED: readonly Transcript[] = [
  ...COPIES,
  ...LATE_COPIES,
  ...LIMITS,
  [
    "a command that stops after its first signal is continued, and the report lists it",
    "-f --report /r 5 cmd",
    [0, spawned, ""],
    [5, deadline, "kill child SIGTERM"],
    [6, stopped("SIGTSTP"), "kill child SIGCONT"],
    [
      7,
      died("SIGTERM"),
      "report timed_out 124 7s child:SIGTERM@5 child:SIGCONT@6 stop:SIGTSTP@6 gone, exit 124",
    ],
  ],
];
