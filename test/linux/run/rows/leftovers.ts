import { childrenOf, hasEnded, stateOf, statOf } from "../../../../src/linux/kernel/proc.ts";
import { processOf } from "../../../../src/linux/run/members.ts";
import { use } from "../../model/install.ts";
import { fork, makeKernel } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";

/** Errors of a look at a process: only the first two mean that it is gone. */
const MEANINGS: readonly (readonly [errno: number, unseen: string])[] = [
  [2, "gone"],
  [3, "gone"],
  [1, "hidden"],
  [13, "hidden"],
  [23, "unknown"],
  [24, "unknown"],
  [12, "unknown"],
  [5, "unknown"],
  [40, "unknown"],
];

/** With a child 61 of curfew, on a kernel where a call of the window fails. */
function failing<T>(call: string, errno: number, act: () => T, nth = 0): T {
  const kernel = makeKernel();
  fork(kernel, kernel.own.pid, { pid: 61, command: "kid" });
  kernel.faults.push([call, nth, errno]);
  use(kernel);
  return act();
}

const ZOMBIE = {
  ...{ pid: 61, command: "kid", state: "Z", parent: 1, group: 1, session: 1 },
  ...{ threads: 1, isKernel: false, startTime: 1, ticks: 0 },
};

export const LOOKS: readonly Row[] = [
  ...MEANINGS.flatMap(([errno, unseen]): Row[] => [
    [
      `errno ${errno} of a stat: ${unseen}`,
      () => failing("readText", errno, () => statOf(61)),
      { unseen, errno },
    ],
    [
      `errno ${errno} of a list of threads: ${unseen}`,
      () => failing("list", errno, () => childrenOf(100)),
      { unseen, errno },
    ],
    [
      `errno ${errno} of a thread's children`,
      () => failing("readText", errno, () => childrenOf(100)),
      unseen === "gone" ? [] : { unseen, errno },
    ],
    [
      `errno ${errno}: a name for a report`,
      () => failing("readText", errno, () => processOf(61)),
      unseen === "gone" ? undefined : { pid: 61, command: "?" },
    ],
    [
      `errno ${errno}: whether a zombie has threads`,
      () => failing("list", errno, () => hasEnded(ZOMBIE)),
      unseen === "gone",
    ],
    [`errno ${errno}: a state`, () => failing("readText", errno, () => stateOf(61)), "?"],
  ]),
  [
    "a process that could not be looked at has a name for a report",
    () => processOf(0),
    { pid: 0, command: "?" },
  ],
];
