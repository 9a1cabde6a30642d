import type { Transcript } from "../transcript.ts";
import {
  cancelled,
  continued,
  deadline,
  died,
  exited,
  signal,
  spawned,
  spawnFailed,
  stopped,
  swept,
  woken,
} from "../transcript.ts";
import { TERM_GROUP } from "./groups.ts";

/** Events that come in an unusual order and change nothing. */
export const ORDER: readonly Transcript[] = [
  [
    "no event counts before the spawn was answered",
    "-v 5 cmd",
    [-3, signal("SIGTERM"), ""],
    [-2, cancelled, ""],
    [-1, woken, ""],
    [-1, exited(1), ""],
    [-1, stopped("SIGSTOP"), ""],
    [-1, continued, ""],
    [0, spawned, ""],
    [5, deadline, `${TERM_GROUP}, say killing SIGTERM`],
    [6, died("SIGTERM"), "exit 124"],
  ],
  [
    "a second answer to the spawn changes nothing",
    "-k 2 5 cmd",
    [0, spawned, ""],
    [1, spawned, ""],
    [5, deadline, TERM_GROUP],
    [6, spawned, ""],
    [7, deadline, "sweep"],
    [7, spawned, ""],
    [8, swept("SIGKILL"), "die SIGKILL 137"],
  ],
  [
    "no action follows the end",
    "-v -k 2 5 cmd",
    [0, spawned, ""],
    [1, exited(0), "exit 0"],
    [1, exited(1), ""],
    [2, signal("SIGTERM"), ""],
    [3, cancelled, ""],
    [9, woken, ""],
    [9, spawned, ""],
    [9, stopped("SIGSTOP"), ""],
  ],
  [
    "no action follows a spawn that failed",
    "5 cmd",
    [0, spawnFailed("not_found", "ENOENT"), "say spawn, exit 127"],
    [1, signal("SIGTERM"), ""],
    [9, woken, ""],
  ],
];
