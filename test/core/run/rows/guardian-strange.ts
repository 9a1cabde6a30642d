import type { Transcript } from "../transcript.ts";
import {
  cancelled,
  deadline,
  died,
  exited,
  signal,
  spawned,
  spawnedIn,
  sweeping,
  swept,
  woken,
} from "../transcript.ts";
import { restOf, TERM_GROUP } from "./groups.ts";

const TERM = "kill child SIGTERM, wake child";
const REST_OF_RUN = restOf("SIGTERM");

/** A guardian that does not do what it was ordered to, or does more. */
export const STRANGE: readonly Transcript[] = [
  [
    "curfew does a sweep itself that is not begun within two seconds, in the time that is left",
    "-v -k 2 5 cmd",
    [0, spawned, ""],
    [5, deadline, `${TERM_GROUP}, say killing SIGTERM`],
    [7, deadline, "sweep, say killing SIGKILL"],
    [9, deadline, "take-over 2, say guardian-late"],
    [99, woken, ""],
    [99, swept("SIGKILL"), "die SIGKILL 137"],
  ],
  [
    "a sweep of leftovers that is not begun: no guardian was lost, and the code is the command's",
    "run --report /r cmd",
    [0, spawned, ""],
    [1, exited(3, "job"), REST_OF_RUN],
    [6, deadline, "sweep"],
    [8, deadline, "take-over 2"],
    [
      9,
      swept(),
      "report exited 3 9s tree:SIGTERM@1 tree:SIGKILL@6x2 escalated leftovers:job " +
        "gone, exit 3",
    ],
  ],
  [
    "a sweep that has begun has its time, and curfew waits a moment longer for the answer",
    "run --timeout 5 cmd",
    [0, spawned, ""],
    [5, deadline, TERM],
    [9, deadline, REST_OF_RUN],
    [10, deadline, "sweep"],
    [10.9, sweeping, ""],
    [14.1, deadline, "take-over 0.1"],
    [14.2, swept(undefined, "job"), "say survivors job, exit 125"],
  ],
  [
    "the message that the sweep has begun comes too late: curfew sweeps itself",
    "run --timeout 5 -s KILL cmd",
    [0, spawned, ""],
    [5, deadline, "sweep"],
    [7, deadline, "take-over 2"],
    [7.1, sweeping, ""],
    [8, swept("SIGKILL"), "exit 124"],
  ],
  [
    "the main child's end is lost with a late guardian: it counts as killed",
    "-k 2 5 cmd",
    [0, spawned, ""],
    [5, deadline, TERM_GROUP],
    [7, deadline, "sweep"],
    [9, deadline, "take-over 2"],
    [9.1, swept(), "die SIGKILL 137"],
  ],
  [
    "the main child's end is known before the sweep's: it was killed all the same",
    "-k 2 5 cmd",
    [0, spawned, ""],
    [5, deadline, TERM_GROUP],
    [7, deadline, "sweep"],
    [7.1, died("SIGKILL"), "die SIGKILL 137"],
  ],
  [
    "the main child's end is known before the sweep's, and the sweep goes on for the rest",
    "-k 2 5 cmd",
    [0, spawned, ""],
    [5, deadline, TERM_GROUP],
    [7, deadline, "sweep"],
    [7.1, died("SIGKILL", "job"), ""],
    [7.2, swept(), "die SIGKILL 137"],
  ],
  [
    "a late exit by itself is no kill",
    "-k 2 5 cmd",
    [0, spawned, ""],
    [5, deadline, TERM_GROUP],
    [7, deadline, "sweep"],
    [7.1, died("SIGTERM"), "exit 124"],
  ],
  [
    "a message that a sweep has begun changes nothing where none was ordered",
    "run cmd",
    [0, spawned, ""],
    [1, sweeping, ""],
    [2, signal("SIGTERM"), TERM],
    [3, sweeping, ""],
    [4, died("SIGTERM"), "die SIGTERM 143"],
  ],
  [
    "the guardian swept alone while curfew was stopping the command, without a signal before: the report says so",
    "run -k 2 --report /r cmd",
    [0, spawned, ""],
    [1, cancelled, TERM],
    [
      20,
      swept("SIGKILL"),
      "report cancelled 137 20s child:SIGTERM@1 tree:SIGKILL@20 escalated gone, " +
        "die SIGKILL 137",
    ],
  ],
  [
    "the guardian signalled and swept alone while curfew was stopping the command",
    "-k 2 5 cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), TERM_GROUP],
    [20, swept("SIGKILL"), "die SIGKILL 137"],
  ],
  [
    "a sweep reports a main child whose end is known already",
    "run cmd",
    [0, spawned, ""],
    [1, exited(3, "job"), REST_OF_RUN],
    [6, deadline, "sweep"],
    [6.1, swept(9), "exit 3"],
  ],
  [
    "where only the main child is held, a sweep kills the main child",
    "--containment child --report /r -s KILL 5 cmd",
    [0, spawnedIn("child"), ""],
    [5, deadline, "sweep"],
    [5.1, swept("SIGKILL"), "report timed_out 137 5.1s child:SIGKILL@5 gone, die SIGKILL 137"],
  ],
  [
    "the guardian swept the leftovers alone",
    "run --timeout 5 cmd",
    [0, spawned, ""],
    [1, exited(3, "job"), REST_OF_RUN],
    [20, swept(), "exit 3"],
  ],
  [
    "the guardian swept the leftovers alone: its SIGKILL is in the report",
    "run --report /r cmd",
    [0, spawned, ""],
    [1, exited(3, "job"), REST_OF_RUN],
    [
      20,
      swept(),
      "report exited 3 20s tree:SIGTERM@1 tree:SIGKILL@20 escalated " +
        "leftovers:job gone, exit 3",
    ],
  ],
  [
    "the guardian swept leftovers that were waited for at once, because SIGKILL is the first signal",
    "--leftovers wait -s KILL --report /r 5 cmd",
    [0, spawned, ""],
    [1, exited(0, "job"), ""],
    [20, swept(), "report timed_out 124 20s tree:SIGKILL@20 leftovers:job gone, exit 124"],
  ],
  [
    "the guardian swept leftovers that curfew was ending: curfew's reason counts",
    "run --leftovers wait --timeout 9 --report /r cmd",
    [0, spawned, ""],
    [1, exited(3, "job"), ""],
    [2, cancelled, REST_OF_RUN],
    [
      20,
      swept(),
      "report cancelled 3 20s tree:SIGTERM@2 tree:SIGKILL@20 escalated " +
        "leftovers:job gone, exit 3",
    ],
  ],
];
