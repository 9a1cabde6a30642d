import type { Transcript } from "../../transcript.ts";
import {
  cancelled,
  deadline,
  died,
  empty,
  exited,
  guardianGone,
  late,
  signal,
  spawned,
  spawnedIn,
  spawnFailed,
  swept,
  woken,
} from "../../transcript.ts";
import { HUP_GROUP, INT_GROUP, rest, TERM_GROUP } from "./groups.ts";

const TERM = "kill child SIGTERM, kill child SIGCONT";
const REST = rest("SIGTERM");

/** The guardian is ended from outside. */
const LOST: readonly Transcript[] = [
  [
    "while running: the tree is ours, and ends: 125",
    "run -v --report /r cmd",
    [0, spawned, ""],
    [1, guardianGone, "take-over, say guardian-gone"],
    [2, signal("SIGTERM"), ""],
    [2, swept("SIGKILL"), "report guardian_lost 125 2s tree:SIGKILL@1 gone, exit 125"],
  ],
  [
    "while running, in timeout: 125",
    "5 cmd",
    [0, spawned, ""],
    [1, guardianGone, "take-over, say guardian-gone"],
    [2, swept("SIGKILL"), "exit 125"],
  ],
  [
    "while running, and it took the main child's end with it",
    "5 cmd",
    [0, spawned, ""],
    [1, guardianGone, "take-over, say guardian-gone"],
    [2, swept(), "exit 125"],
  ],
  [
    "while stopping: the first reason sticks",
    "run --timeout 5 cmd",
    [0, spawned, ""],
    [5, deadline, TERM],
    [6, guardianGone, "take-over"],
    [6.1, swept("SIGKILL"), "exit 124"],
  ],
  [
    "while stopping, and nobody saw the main child's end",
    "run --timeout 5 --report /r cmd",
    [0, spawned, ""],
    [5, deadline, TERM],
    [6, guardianGone, "take-over"],
    [
      6.1,
      swept(),
      "report timed_out 124 6.1s child:SIGTERM@5 child:SIGCONT@5 tree:SIGKILL@6 escalated " +
        "gone, exit 124",
    ],
  ],
  [
    "while stopping because of a signal, and nobody saw the main child's end: 125",
    "run cmd",
    [0, spawned, ""],
    [5, signal("SIGTERM"), TERM],
    [6, guardianGone, "take-over"],
    [6.1, swept(), "exit 125"],
  ],
  [
    "while there are leftovers: 125",
    "run cmd",
    [0, spawned, ""],
    [1, exited(0, "job"), REST],
    [2, guardianGone, "take-over, say guardian-gone"],
    [2.1, swept(), "exit 125"],
  ],
  [
    "of leftovers that are waited for: 125, and the words",
    "run --leftovers wait --report /r cmd",
    [0, spawned, ""],
    [1, exited(0, "job"), ""],
    [2, guardianGone, "take-over, say guardian-gone"],
    [2.1, swept(), "report guardian_lost 125 2.1s tree:SIGKILL@2 leftovers:job gone, exit 125"],
  ],
  [
    "after HUP, which meant no end: 125, and the words",
    "5 cmd",
    [0, spawned, ""],
    [1, signal("SIGHUP"), HUP_GROUP],
    [2, guardianGone, "take-over, say guardian-gone"],
    [2.1, swept("SIGKILL"), "exit 125"],
  ],
  [
    "while stopping, with -v: the words, and the first reason's code",
    "run -v --timeout 5 cmd",
    [0, spawned, ""],
    [5, deadline, `${TERM}, say killing SIGTERM`],
    [6, guardianGone, "take-over, say guardian-gone"],
    [6.1, swept("SIGKILL"), "exit 124"],
  ],
  [
    "while stopping because somebody asked: silent, and the command's own end",
    "run cmd",
    [0, spawned, ""],
    [5, cancelled, TERM],
    [6, guardianGone, "take-over"],
    [6.1, swept("SIGKILL"), "die SIGKILL 137"],
  ],
  [
    "while there are leftovers of an expired run: 124",
    "run --timeout 5 cmd",
    [0, spawned, ""],
    [5, deadline, TERM],
    [6, exited(0, "job"), REST],
    [7, guardianGone, "take-over"],
    [7.1, swept(), "exit 124"],
  ],
  [
    "while it sweeps: we go on, once",
    "run --timeout 5 -s KILL cmd",
    [0, spawned, ""],
    [5, deadline, "sweep"],
    [6, guardianGone, "take-over"],
    [6, guardianGone, ""],
    [60, woken, ""],
    [60, swept("SIGKILL"), "exit 124"],
  ],
  [
    "before the spawn was answered: that answer comes",
    "5 cmd",
    [0, guardianGone, ""],
    [0, spawnFailed("resource", "EAGAIN"), "say spawn, exit 125"],
  ],
];

/** A guardian that does not do what it is told, or more. */
const STRANGE: readonly Transcript[] = [
  [
    "a sweep that does not answer is done by ourselves, 2 s after its patience",
    "-v -k 2 5 cmd",
    [0, spawned, ""],
    [5, deadline, `${TERM_GROUP}, say killing SIGTERM`],
    [6, deadline, REST],
    [7, deadline, "sweep, say killing SIGKILL"],
    [19, deadline, "take-over, say guardian-gone"],
    [99, woken, ""],
    [99, swept("SIGKILL"), "die SIGKILL 137"],
  ],
  [
    "a sweep of leftovers that does not answer: the guardian is lost",
    "run cmd",
    [0, spawned, ""],
    [1, exited(0, "job"), REST],
    [6, deadline, "sweep"],
    [18, deadline, "take-over, say guardian-gone"],
    [19, swept(), "exit 125"],
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
    [9, late(died("SIGTERM", "job")), REST],
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
    [9, late(exited(0, "job")), REST],
    [
      10,
      empty,
      "report timed_out 124 10s tree:SIGTERM@9x2 tree:SIGCONT@9 leftovers:job gone, exit 124",
    ],
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
    "it acted and swept alone while we had begun: the report says what both sent",
    "run -k 2 --report /r cmd",
    [0, spawned, ""],
    [1, cancelled, TERM],
    [
      20,
      swept("SIGKILL"),
      "report cancelled 137 20s child:SIGTERM@1 child:SIGCONT@1 tree:SIGTERM@20 " +
        "tree:SIGKILL@20 escalated gone, die SIGKILL 137",
    ],
  ],
  [
    "it acted and swept alone",
    "run --timeout 5 --report /r cmd",
    [0, spawned, ""],
    [
      20,
      swept("SIGKILL"),
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
    [1, exited(3, "job"), REST],
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
    [1, exited(3, "job"), REST],
    [20, swept(), "exit 3"],
  ],
  [
    "it swept alone what was left: its SIGKILL is in the report",
    "run --report /r cmd",
    [0, spawned, ""],
    [1, exited(3, "job"), REST],
    [
      20,
      swept(),
      "report exited 3 20s tree:SIGTERM@1 tree:SIGCONT@1 tree:SIGKILL@20 escalated " +
        "leftovers:job gone, exit 3",
    ],
  ],
];

/** What the guardian does, or fails to do. */
export const GUARDIAN: readonly Transcript[] = [...LOST, ...STRANGE];
