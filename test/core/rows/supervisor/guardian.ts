import type { Transcript } from "../../transcript.ts";
import {
  deadline,
  died,
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
import { rest, TERM_GROUP } from "./groups.ts";

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
    [1, guardianGone, "take-over"],
    [2, swept("SIGKILL"), "exit 125"],
  ],
  [
    "while running, and it took the main child's end with it",
    "5 cmd",
    [0, spawned, ""],
    [1, guardianGone, "take-over"],
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
      "report timed_out 124 6.1s child:SIGTERM@5 tree:SIGKILL@6 escalated gone, exit 124",
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
    [2, guardianGone, "take-over"],
    [2.1, swept(), "exit 125"],
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
    [18, deadline, "take-over"],
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
];

/** Some do not die. */
const SURVIVORS: readonly Transcript[] = [
  [
    "in run: 125, named, and the tree is not gone",
    "run --timeout 5 -s KILL --report /r cmd",
    [0, spawned, ""],
    [5, deadline, "sweep"],
    [
      15,
      swept("SIGKILL", "a", "b"),
      "say survivors a+b, report timed_out 125 15s tree:SIGKILL@5 survivors:a+b left, exit 125",
    ],
  ],
  [
    "in run, of what the command left: 125",
    "run -s KILL cmd",
    [0, spawned, ""],
    [1, exited(0, "job"), "sweep"],
    [11, swept(undefined, "job"), "say survivors job, exit 125"],
  ],
  [
    "in timeout: GNU's code, and the words",
    "TIMEOUT_METRICS= -k 2 5 cmd",
    [0, spawned, ""],
    [5, deadline, TERM_GROUP],
    [5.5, exited(0, "job"), REST],
    [7, deadline, "sweep"],
    [
      17,
      swept(undefined, "job"),
      "say survivors job, report timed_out 124 17s group:SIGTERM@5 tree:SIGTERM@5.5 " +
        "tree:SIGKILL@7 escalated leftovers:job survivors:job left, exit 124",
    ],
  ],
  [
    "in timeout, of a signal: the command's own",
    "-k 2 5 cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), TERM_GROUP],
    [2, deadline, REST],
    [2.5, exited(4, "job"), REST],
    [3, deadline, "sweep"],
    [13, swept(undefined, "job"), "say survivors job, exit 4"],
  ],
  [
    "in timeout, the main child itself: 137, as it needed SIGKILL",
    "-s KILL -f 5 cmd",
    [0, spawned, ""],
    [5, deadline, "sweep"],
    [15, swept("SIGKILL", "job"), "say survivors job, exit 137"],
  ],
];

/** It could not be executed: told at once, or when more had happened. */
const UNSTARTED: readonly Transcript[] = [
  [
    "while running",
    "5 cmd",
    [0, spawned, ""],
    [0.1, spawnFailed("not_found", "ENOENT"), "say spawn, exit 127"],
  ],
  [
    "while stopping",
    "1e-400 cmd",
    [0, spawned, ""],
    [0.000_001, deadline, TERM_GROUP],
    [0.1, spawnFailed("not_executable", "EACCES"), "say spawn, exit 126"],
  ],
  [
    "while killing",
    "run --timeout 1us -s KILL --report /r cmd",
    [0, spawned, ""],
    [0.000_001, deadline, "sweep"],
    [
      0.1,
      spawnFailed("not_confined", "EPERM"),
      "say spawn, report spawn_failed 125 0s unknown, exit 125",
    ],
  ],
];

/** What the guardian does, or fails to do. */
export const GUARDIAN: readonly Transcript[] = [...LOST, ...STRANGE, ...SURVIVORS, ...UNSTARTED];
