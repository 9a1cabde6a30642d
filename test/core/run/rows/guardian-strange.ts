import type { Transcript } from "../transcript.ts";
import {
  cancelled,
  deadline,
  died,
  empty,
  exited,
  late,
  signal,
  spawned,
  spawnedIn,
  sweeping,
  swept,
  woken,
} from "../transcript.ts";
import { INT_GROUP, restOf, TERM_GROUP } from "./groups.ts";

const TERM = "kill child SIGTERM, wake child";
const REST_OF_RUN = restOf("SIGTERM");

/** A guardian that does not do what it is told, or more. */
export const STRANGE: readonly Transcript[] = [
  [
    "a sweep that is not begun within two seconds is done by ourselves, in the time that is left",
    "-v -k 2 5 cmd",
    [0, spawned, ""],
    [5, deadline, `${TERM_GROUP}, say killing SIGTERM`],
    [7, deadline, "sweep, say killing SIGKILL"],
    [9, deadline, "take-over 2, say guardian-late"],
    [99, woken, ""],
    [99, swept("SIGKILL"), "die SIGKILL 137"],
  ],
  [
    "a sweep of leftovers that is not begun: nobody was lost, and the code is the command's",
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
    "a sweep that has begun has its time, and we wait a moment more for its answer",
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
    "the word that it has begun comes too late: we are at it ourselves",
    "run --timeout 5 -s KILL cmd",
    [0, spawned, ""],
    [5, deadline, "sweep"],
    [7, deadline, "take-over 2"],
    [7.1, sweeping, ""],
    [8, swept("SIGKILL"), "exit 124"],
  ],
  [
    "it acted alone before the main child ended, and swept alone after: its signal was one",
    "run --timeout 5 --report /r cmd",
    [0, spawned, ""],
    [9, late(exited(0, "job")), REST_OF_RUN],
    [
      20,
      late(swept()),
      "report timed_out 124 20s tree:SIGTERM@9x2 tree:SIGKILL@20 escalated " +
        "leftovers:job gone, exit 124",
    ],
  ],
  [
    "a late guardian takes the main child's end with it: SIGKILL had its time",
    "-k 2 5 cmd",
    [0, spawned, ""],
    [5, deadline, TERM_GROUP],
    [7, deadline, "sweep"],
    [9, deadline, "take-over 2"],
    [9.1, swept(), "die SIGKILL 137"],
  ],
  [
    "the main child's end is told before the sweep's: it was killed all the same",
    "-k 2 5 cmd",
    [0, spawned, ""],
    [5, deadline, TERM_GROUP],
    [7, deadline, "sweep"],
    [7.1, died("SIGKILL"), "die SIGKILL 137"],
  ],
  [
    "the main child's end is told before the sweep's, and others are left for that",
    "-k 2 5 cmd",
    [0, spawned, ""],
    [5, deadline, TERM_GROUP],
    [7, deadline, "sweep"],
    [7.1, died("SIGKILL", "job"), ""],
    [7.2, swept(), "die SIGKILL 137"],
  ],
  [
    "an end that comes late, but by itself, is no kill",
    "-k 2 5 cmd",
    [0, spawned, ""],
    [5, deadline, TERM_GROUP],
    [7, deadline, "sweep"],
    [7.1, died("SIGTERM"), "exit 124"],
  ],
  [
    "nobody says that it has begun where nothing was ordered",
    "run cmd",
    [0, spawned, ""],
    [1, sweeping, ""],
    [2, signal("SIGTERM"), TERM],
    [3, sweeping, ""],
    [4, died("SIGTERM"), "die SIGTERM 143"],
  ],
  [
    "it acted alone, as we slept beyond the limit: that was the limit",
    "5 cmd",
    [0, spawned, ""],
    [9, late(died("SIGTERM")), "exit 124"],
  ],
  [
    "it acted alone, and somebody is left",
    "run --timeout 5 cmd",
    [0, spawned, ""],
    [9, late(died("SIGTERM", "job")), REST_OF_RUN],
    [14, deadline, "sweep"],
    [14.1, swept(), "exit 124"],
  ],
  [
    "it acted alone: what it sent is in the report, and is no escalation",
    "run --timeout 5 --report /r cmd",
    [0, spawned, ""],
    [9, late(died("SIGTERM")), "report timed_out 124 9s tree:SIGTERM@9 gone, exit 124"],
  ],
  [
    "it acted alone with SIGKILL: that is in the report",
    "-s KILL --report /r 5 cmd",
    [0, spawned, ""],
    [9, late(died("SIGKILL")), "report timed_out 137 9s tree:SIGKILL@9 gone, exit 137"],
  ],
  [
    "it acted alone after a signal that was passed on: both are in the report",
    "--report /r 5 cmd",
    [0, spawned, ""],
    [1, signal("SIGINT"), INT_GROUP],
    [
      9,
      late(died("SIGTERM")),
      "report timed_out 124 9s group:SIGINT@1 group:SIGCONT@1 tree:SIGTERM@9 gone, exit 124",
    ],
  ],
  [
    "it acted alone, and what is left gets the signal, too",
    "run --timeout 5 --report /r cmd",
    [0, spawned, ""],
    [9, late(exited(0, "job")), REST_OF_RUN],
    [10, empty, "report timed_out 124 10s tree:SIGTERM@9x2 leftovers:job gone, exit 124"],
  ],
  [
    "it acted alone while we had begun: what both sent is in the report",
    "-k 2 --report /r 5 cmd",
    [0, spawned, ""],
    [1, signal("SIGINT"), INT_GROUP],
    [
      20,
      late(died("SIGTERM")),
      "report cancelled 143 20s group:SIGINT@1 group:SIGCONT@1 tree:SIGTERM@20 gone, " +
        "die SIGTERM 143",
    ],
  ],
  [
    "it swept alone what we had begun to end, and sent nothing before: the report says so",
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
    "it acted and swept alone",
    "run --timeout 5 --report /r cmd",
    [0, spawned, ""],
    [
      20,
      late(swept("SIGKILL")),
      "report timed_out 124 20s tree:SIGTERM@20 tree:SIGKILL@20 escalated gone, exit 124",
    ],
  ],
  [
    "it acted and swept alone while we had begun",
    "-k 2 5 cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), TERM_GROUP],
    [20, swept("SIGKILL"), "die SIGKILL 137"],
  ],
  [
    "a sweep tells of a main child whose end is known already",
    "run cmd",
    [0, spawned, ""],
    [1, exited(3, "job"), REST_OF_RUN],
    [6, deadline, "sweep"],
    [6.1, swept(9), "exit 3"],
  ],
  [
    "where nothing but the main child is held, a sweep is for that one",
    "--containment child --report /r -s KILL 5 cmd",
    [0, spawnedIn("child"), ""],
    [5, deadline, "sweep"],
    [5.1, swept("SIGKILL"), "report timed_out 137 5.1s child:SIGKILL@5 gone, die SIGKILL 137"],
  ],
  [
    "it swept alone what was left",
    "run --timeout 5 cmd",
    [0, spawned, ""],
    [1, exited(3, "job"), REST_OF_RUN],
    [20, swept(), "exit 3"],
  ],
  [
    "it swept alone what was left: its SIGKILL is in the report",
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
    "it acted and swept alone what was waited for: that was the limit",
    "run --leftovers wait --timeout 5 --report /r cmd",
    [0, spawned, ""],
    [1, exited(3, "job"), ""],
    [
      20,
      late(swept()),
      "report timed_out 124 20s tree:SIGTERM@20 tree:SIGKILL@20 escalated leftovers:job gone, " +
        "exit 124",
    ],
  ],
  [
    "it swept alone at once what was waited for, SIGKILL being the first signal",
    "--leftovers wait -s KILL --report /r 5 cmd",
    [0, spawned, ""],
    [1, exited(0, "job"), ""],
    [20, swept(), "report timed_out 124 20s tree:SIGKILL@20 leftovers:job gone, exit 124"],
  ],
  [
    "it swept alone what we had begun to end: the reason is ours",
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
