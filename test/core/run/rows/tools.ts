import type { Transcript } from "../transcript.ts";
import {
  deadline,
  died,
  empty,
  exited,
  orphaned,
  signal,
  spawned,
  swept,
  woken,
} from "../transcript.ts";
import { INT_TO_GROUP, restOf } from "./groups.ts";

const REST = restOf("SIGTERM");

/** Runs under the name of another tool: docs/init.md, "Drop-in names". */
export const TOOLS: readonly Transcript[] = [
  [
    "tini waits for a command that was asked to end, however long it takes",
    "tini cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), "kill child SIGTERM"],
    [3600, woken, ""],
    [7200, signal("SIGTERM"), "kill child SIGTERM"],
    [9999, died("SIGTERM"), "exit 143"],
  ],
  [
    "tini -e 143, asked to end",
    "tini -e 143 cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), "kill child SIGTERM"],
    [2, died("SIGTERM"), "exit 0"],
  ],
  [
    "tini -g: leftovers end with the grace period of init",
    "tini -g cmd",
    [0, spawned, ""],
    [1, signal("SIGINT"), "kill group SIGINT"],
    [2, exited(0, "daemon"), REST],
    [10, deadline, "sweep"],
    [10, swept(), "exit 0"],
  ],
  [
    "tini --kill-after: SIGKILL follows where the option is given",
    "tini --kill-after 3 cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), "kill child SIGTERM, wake child"],
    [3, deadline, REST],
    [4, deadline, "sweep"],
    [4, swept("SIGKILL"), "exit 137"],
  ],
  [
    "tini --timeout ends a command that ignores the signal",
    "tini --timeout 5 cmd",
    [0, spawned, ""],
    [5, deadline, "kill child SIGTERM, wake child"],
    [12, deadline, REST],
    [13, deadline, "sweep"],
    [13, swept("SIGKILL"), "exit 124"],
  ],
  [
    "tini -p: the end of curfew's parent is a signal like others",
    "tini -p SIGHUP cmd",
    [0, spawned, ""],
    [1, orphaned, "kill child SIGHUP"],
    [9, exited(3), "exit 3"],
  ],
  [
    "tini -p SIGKILL: the end of the parent ends the whole tree",
    "tini -p SIGKILL cmd",
    [0, spawned, ""],
    [1, orphaned, "kill child SIGTERM, wake child"],
    [2, exited(0, "daemon"), REST],
    [3, empty, "exit 0"],
  ],
  [
    "dumb-init: signals go to the group, and then it waits",
    "dumb-init cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), "kill group SIGTERM"],
    [3600, woken, ""],
    [9999, exited(5), "exit 5"],
  ],
  [
    "dumb-init: a terminal's stops become STOP",
    "dumb-init cmd",
    [0, spawned, ""],
    [1, signal("SIGTSTP"), "kill group SIGSTOP"],
    [2, signal("SIGCONT"), "kill group SIGCONT"],
  ],
  [
    "dumb-init -r: a signal can become KILL",
    "dumb-init -c -r 15:9 cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), "kill child SIGKILL"],
    [1, died("SIGKILL"), "exit 137"],
  ],
  [
    "dumb-init -r: 0 drops a signal",
    "dumb-init -r 15:0 cmd",
    [0, spawned, ""],
    [1, signal("SIGTERM"), ""],
    [2, signal("SIGINT"), "kill group SIGINT"],
  ],
  [
    "scinit ends a command that ignores the signal after scinit's grace period",
    "scinit --graceful-timeout-secs 30 cmd",
    [0, spawned, ""],
    [1, signal("SIGINT"), INT_TO_GROUP],
    [30, deadline, restOf("SIGINT")],
    [31, deadline, "sweep"],
  ],
];
