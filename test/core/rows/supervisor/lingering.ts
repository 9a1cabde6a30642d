import type { Transcript } from "../../transcript.ts";
import {
  deadline,
  empty,
  exited,
  looked,
  member,
  seen,
  signal,
  spawned,
  swept,
} from "../../transcript.ts";
import { rest } from "./groups.ts";

const REST = rest("SIGTERM");
const TERM = "kill child SIGTERM, kill child SIGCONT";
const but = (...pids: number[]) => `kill rest SIGTERM but ${pids}, kill rest SIGCONT`;

const JOB = member(100, "job");
const TEE = member(101, "tee", { reads: ["p"], ended: ["p"] });
/** Another reader, which reads what the first one writes. */
const GZIP = member(102, "gzip", { reads: ["q"], writes: [] });
const SED = member(103, "sed", { reads: ["p"], ended: ["p"], writes: ["q"] });
/** Forked to be a reader, and has not run yet. */
const FORKED = member(104, "sh", { reads: ["p"], writes: ["p"], state: "R", age: 9 as never });
const GC = member(105, "git", { words: "git gc --auto" });
const PACK = member(106, "git", { words: "git pack-objects", parent: 105 });

/** Leftovers that end by themselves, or stay. */
export const LINGERING: readonly Transcript[] = [
  [
    "who reads what nobody writes any more is waited for, and gets no signal",
    "run -v --report /r cmd",
    [0, spawned, ""],
    [1, seen(exited(0), TEE), "say waiting tee, say leftovers tee"],
    [3, empty, "report exited 0 3s leftovers:tee waited:tee gone, exit 0"],
  ],
  [
    "everybody else is ended at once, and a chain of readers is not",
    "run --report /r cmd",
    [0, spawned, ""],
    [1, seen(exited(0), JOB, SED, GZIP), but(103, 102)],
    [
      2,
      empty,
      "report exited 0 2s tree:SIGTERM@1 tree:SIGCONT@1 leftovers:job+sed+gzip waited:sed+gzip gone, exit 0",
    ],
  ],
  [
    "a second before --kill-after is over they get the first signal, then SIGKILL",
    "run cmd",
    [0, spawned, ""],
    [1, seen(exited(0), TEE), ""],
    [5, deadline, "look"],
    [5, looked(TEE), REST],
    [6, deadline, "sweep"],
    [6.1, swept(), "exit 0"],
  ],
  [
    "at half of it, where it is short",
    "run -k 1 cmd",
    [0, spawned, ""],
    [1, seen(exited(0), TEE), ""],
    [1.5, deadline, "look"],
    [1.5, looked(TEE), REST],
    [2, deadline, "sweep"],
    [2.1, swept(), "exit 0"],
  ],
  [
    "--linger says how long, and SIGKILL follows after --kill-after",
    "run --linger 10 -k 2 cmd",
    [0, spawned, ""],
    [1, seen(exited(0), JOB, TEE), but(101)],
    [3, deadline, "look"],
    [3, looked(JOB, TEE), "kill rest SIGKILL but 101"],
    [11, deadline, "look"],
    [11, looked(TEE), REST],
    [13, deadline, "sweep"],
    [13.1, swept(), "exit 0"],
  ],
  [
    "--linger 0: nobody is waited for",
    "run --linger 0 cmd",
    [0, spawned, ""],
    [1, seen(exited(0), TEE), REST],
    [2, empty, "exit 0"],
  ],
  [
    "after the end of a command that was ended they have no longer than that end has",
    "run --timeout 1 -k 3 cmd",
    [0, spawned, ""],
    [1, deadline, TERM],
    [2, seen(exited(0), TEE), ""],
    [3, deadline, "look"],
    [3, looked(TEE), REST],
    [4, deadline, "sweep"],
    [4.1, swept(), "exit 124"],
  ],
  [
    "a limit that passes meanwhile hurries them; the command had ended in time",
    "run --timeout 2 --linger 9 --report /r cmd",
    [0, spawned, ""],
    [1, seen(exited(3), TEE), ""],
    [2, deadline, REST],
    [7, deadline, "sweep"],
    [
      7.1,
      swept(),
      "report exited 3 7.1s tree:SIGTERM@2 tree:SIGCONT@2 tree:SIGKILL@7 escalated leftovers:tee waited:tee gone, exit 3",
    ],
  ],
  [
    "a stop signal hurries them, a second one means now",
    "run cmd",
    [0, spawned, ""],
    [1, seen(exited(0), TEE), ""],
    [2, signal("SIGTERM"), REST],
    [3, signal("SIGTERM"), "sweep"],
    [3.1, swept(), "exit 0"],
  ],
  [
    "who was forked a moment ago is looked at again, until it reads or does not",
    "run cmd",
    [0, spawned, ""],
    [1, seen(exited(0), JOB, FORKED), but(104)],
    [1.005, deadline, "look"],
    [1.005, looked(FORKED), ""],
    [1.01, deadline, "look"],
    [1.01, looked({ ...FORKED, writes: [], ended: ["p"] }), ""],
    [2, empty, "exit 0"],
  ],
  [
    "it comes to rest, and has both ends still: ended as everybody else",
    "run cmd",
    [0, spawned, ""],
    [1, seen(exited(0), FORKED), ""],
    [1.005, deadline, "look"],
    [1.005, looked({ ...FORKED, state: "S" }), REST],
    [2, empty, "exit 0"],
  ],
  [
    "fail: who ends by itself in a fifth of a second is no leak",
    "run --leftovers fail --report /r cmd",
    [0, spawned, ""],
    [1, seen(exited(0), JOB), ""],
    [1.1, empty, "report exited 0 1.1s leftovers:job gone, exit 0"],
  ],
  [
    "fail: nor who is waited for; who is not is named",
    "run --leftovers fail cmd",
    [0, spawned, ""],
    [1, seen(exited(0), JOB, TEE), ""],
    [1.2, deadline, "look"],
    [1.2, looked(JOB, TEE), but(101)],
    [2, empty, "say leaked job, exit 125"],
  ],
  [
    "fail: a reader that does not end is a leak in the end",
    "run --leftovers fail cmd",
    [0, spawned, ""],
    [1, seen(exited(0), TEE), ""],
    [1.2, deadline, "look"],
    [1.2, looked(TEE), ""],
    [5, deadline, "look"],
    [5, looked(TEE), REST],
    [5.1, empty, "say leaked tee, exit 125"],
  ],
  [
    "--spare: who is named stays, with all below; everybody else ends first",
    "run --spare git* --report /r cmd",
    [0, spawned, ""],
    [1, seen(exited(0), JOB, GC, PACK), but(105, 106)],
    [1.01, deadline, "look"],
    [
      1.01,
      looked(GC, PACK),
      "leave-tree, report exited 0 1.01s tree:SIGTERM@1 tree:SIGCONT@1 leftovers:job+git+git spared:git+git unknown, exit 0",
    ],
  ],
  [
    "--spare: nobody else is left: at once, and no leak",
    "run --leftovers fail --spare git* cmd",
    [0, spawned, ""],
    [1, seen(exited(0), GC), "leave-tree, exit 0"],
  ],
  [
    "--spare: who does not end gets SIGKILL, and the spared do not",
    "run -k 1 --spare git* cmd",
    [0, spawned, ""],
    [1, seen(exited(0), JOB, GC), but(105)],
    [1.01, deadline, "look"],
    [2.1, looked(JOB, GC), "kill rest SIGKILL but 105"],
    [2.2, looked(GC), "leave-tree, exit 0"],
  ],
  [
    "--spare: what reads from the spared is not about to end",
    "run --spare git* cmd",
    [0, spawned, ""],
    [1, seen(exited(0), { ...GC, writes: ["q"] }, GZIP), but(105)],
    [1.1, looked(GC), "leave-tree, exit 0"],
  ],
  [
    "--spare: at a limit they end like all others",
    "run --timeout 1 --spare git* cmd",
    [0, spawned, ""],
    [1, deadline, TERM],
    [2, seen(exited(0), GC), REST],
    [3, empty, "exit 124"],
  ],
  [
    "--spare with --leftovers wait: they are not waited for",
    "run --leftovers wait --spare git* cmd",
    [0, spawned, ""],
    [1, seen(exited(0), JOB, GC), ""],
    [1.01, deadline, "look"],
    [1.01, looked(GC), "leave-tree, exit 0"],
  ],
  [
    "in timeout: an expired run's readers are waited for",
    "-k 4 1 cmd",
    [0, spawned, ""],
    [1, deadline, "kill group SIGTERM, kill group SIGCONT"],
    [2, seen(exited(0), TEE), ""],
    [4, deadline, "look"],
    [4, looked(TEE), REST],
    [4.1, empty, "exit 124"],
  ],
];
