// A command at a terminal of its own: what suspends it, and what continues it.
import {
  cancelled,
  deadline,
  died,
  drained,
  resumed,
  signal,
  spawned,
  stopped,
  type Transcript,
} from "../transcript.ts";

const CONT = "kill group SIGCONT";

export const PTY: readonly Transcript[] = [
  [
    "the key that suspends: curfew stops, where a shell waits for it, and the clocks rest",
    "run --pty --timeout 10 cmd",
    [0, spawned, ""],
    [2, stopped("SIGTSTP", "terminal", "shell"), "mirror-stop SIGTSTP"],
    [102, resumed, ""],
    [110, deadline, "kill group SIGTERM, wake group"],
    [110.2, died("SIGTERM"), "drain held@110.7"],
    [110.2, drained(), "exit 124"],
  ],
  [
    "a process that suspends it: the clocks go on",
    "run --pty --timeout 10 cmd",
    [0, spawned, ""],
    [2, stopped("SIGTSTP", "shell"), "mirror-stop SIGTSTP"],
    [3, resumed, ""],
    [10, deadline, "kill group SIGTERM, wake group"],
  ],
  [
    "without a shell it is continued with its group, but not what was stopped on purpose",
    "run --pty cmd",
    [0, spawned, ""],
    [1, stopped("SIGTSTP", "terminal"), CONT],
    [2, stopped("SIGTSTP"), CONT],
    [3, stopped("SIGSTOP"), ""],
    [4, signal("SIGTSTP"), "kill group SIGTSTP"],
    [4.1, stopped("SIGTSTP"), ""],
    [5, stopped("SIGTTIN"), ""],
    [6, stopped("SIGTTOU"), ""],
  ],
  [
    "under init, too",
    "init --pty cmd",
    [0, spawned, ""],
    [1, stopped("SIGTSTP", "terminal"), CONT],
  ],
  [
    "a stop that curfew learns of after the first signal: the group is continued to act on it",
    "run --pty cmd",
    [0, spawned, ""],
    [1, cancelled, "kill group SIGTERM, wake group"],
    [1.1, stopped("SIGTSTP", "terminal", "shell"), "wake group"],
    [1.2, died("SIGTERM"), "drain held@1.7"],
    [1.2, drained(), "die SIGTERM 143"],
  ],
];
