import type { Transcript } from "../transcript.ts";
import { cancelled, deadline, exited, signal, spawned, spawnFailed, swept } from "../transcript.ts";
import { rest, restOf, TERM_GROUP } from "./groups.ts";

const REST = rest("SIGTERM");
const REST_OF_RUN = restOf("SIGTERM");

/** Processes that survive SIGKILL. */
const UNENDED: readonly Transcript[] = [
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
    "in run, of the leftovers: 125",
    "run -s KILL cmd",
    [0, spawned, ""],
    [1, exited(0, "job"), "sweep"],
    [11, swept(undefined, "job"), "say survivors job, exit 125"],
  ],
  [
    "in timeout: GNU's code, and a message",
    "TIMEOUT_METRICS= -k 2 5 cmd",
    [0, spawned, ""],
    [5, deadline, TERM_GROUP],
    [5.5, exited(0, "job"), REST],
    [7, deadline, "sweep"],
    [
      17,
      swept(undefined, "job"),
      "say survivors job, report timed_out 124 17s group:SIGTERM@5 group:SIGCONT@5 " +
        "tree:SIGTERM@5.5 tree:SIGCONT@5.5 tree:SIGKILL@7 escalated leftovers:job " +
        "survivors:job left, exit 124",
    ],
  ],
  [
    "in timeout, after a signal: the command's code",
    "-k 2 5 cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), TERM_GROUP],
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
  [
    "in run, the main child itself, whose end is not known: no message about the guardian, which lives",
    "run -k 2 cmd",
    [0, spawned, ""],
    [1, cancelled, "kill child SIGTERM, wake child"],
    [2, deadline, REST_OF_RUN],
    [3, deadline, "sweep"],
    [13, swept(undefined, "cmd"), "say survivors cmd, exit 125"],
  ],
  [
    "in timeout, the main child itself, after a signal: no message about the guardian, which lives",
    "-k 2 5 cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), TERM_GROUP],
    [3, deadline, "sweep"],
    [13, swept(undefined, "cmd"), "say survivors cmd, exit 125"],
  ],
];

/** The command could not be executed: that is known at once, or after other events. */
const UNSTARTED: readonly Transcript[] = [
  [
    "while running",
    "5 cmd",
    [0, spawned, ""],
    [0.1, spawnFailed("not_found", "ENOENT"), "say spawn, exit 127"],
  ],
  [
    "while running, with the report: it took its time",
    "run --report /r cmd",
    [0, spawned, ""],
    [
      0.2,
      spawnFailed("not_found", "ENOENT"),
      "say spawn, report spawn_failed 127 0.2s unknown, exit 127",
    ],
  ],
  [
    "while stopping, with the report: it took its time",
    "run --timeout 100ms --report /r cmd",
    [0, spawned, ""],
    [0.1, deadline, "kill child SIGTERM, wake child"],
    [
      0.3,
      spawnFailed("not_found", "ENOENT"),
      "say spawn, report spawn_failed 127 0.3s unknown, exit 127",
    ],
  ],
  [
    "while stopping",
    "1e-400 cmd",
    [0, spawned, ""],
    [0.000_001, deadline, TERM_GROUP],
    [0.1, spawnFailed("not_executable", "EACCES"), "say spawn, exit 126"],
  ],
  [
    "while sweeping",
    "run --timeout 1us -s KILL --report /r cmd",
    [0, spawned, ""],
    [0.000_001, deadline, "sweep"],
    [
      0.1,
      spawnFailed("not_confined", "EPERM"),
      "say spawn, report spawn_failed 125 0.1s unknown, exit 125",
    ],
  ],
];

/** Processes that cannot be ended, and commands that could not be started. */
export const SURVIVORS: readonly Transcript[] = [...UNENDED, ...UNSTARTED];
