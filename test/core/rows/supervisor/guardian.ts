import type { Transcript } from "../../transcript.ts";
import {
  cancelled,
  deadline,
  exited,
  guardianGone,
  signal,
  spawned,
  spawnFailed,
  swept,
  woken,
} from "../../transcript.ts";
import { HUP_GROUP, rest, TERM_GROUP } from "./groups.ts";
import { STRANGE } from "./guardian-strange.ts";

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
    [6.1, swept(), "say guardian-gone, exit 125"],
  ],
  [
    "while stopping because of a signal, and nobody saw the main child's end: with -v once",
    "run -v cmd",
    [0, spawned, ""],
    [5, signal("SIGTERM"), `${TERM}, say killing SIGTERM`],
    [6, guardianGone, "take-over, say guardian-gone"],
    [6.1, swept(), "exit 125"],
  ],
  [
    "in timeout, while stopping because of a wish, and nobody saw the main child's end: 125",
    "-k 2 5 cmd",
    [0, spawned, ""],
    [1, cancelled, TERM_GROUP],
    [1.5, guardianGone, "take-over"],
    [1.6, swept(), "say guardian-gone, exit 125"],
  ],
  [
    "in timeout, and somebody else survives: that is not why it is 125",
    "-k 2 5 cmd",
    [0, spawned, ""],
    [1, cancelled, TERM_GROUP],
    [1.5, guardianGone, "take-over"],
    [11.6, swept(undefined, "job"), "say guardian-gone, say survivors job, exit 125"],
  ],
  [
    "in run, and somebody survives: that is why it is 125",
    "run cmd",
    [0, spawned, ""],
    [1, cancelled, TERM],
    [1.5, guardianGone, "take-over"],
    [11.6, swept(undefined, "job"), "say survivors job, exit 125"],
  ],
  [
    "a sweep without an answer, and nobody saw the main child's end: 125, and the words",
    "run -k 2 cmd",
    [0, spawned, ""],
    [1, cancelled, TERM],
    [2, deadline, REST],
    [3, deadline, "sweep"],
    [9, deadline, "take-over"],
    [15.1, swept(), "say guardian-gone, exit 125"],
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

/** What the guardian does, or fails to do. */
export const GUARDIAN: readonly Transcript[] = [...LOST, ...STRANGE];
