import type { RunContext } from "../../../../src/linux/run/context.ts";
import {
  ensureDescriptor,
  freeSpares,
  openSpares,
  withSpares,
} from "../../../../src/linux/run/spare-descriptors.ts";
import { use } from "../../model/install.ts";
import { makeKernel } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";
import { runOf, serviceOf } from "../../model/scene.ts";
import type { Kernel } from "../../model/types.ts";

const [ENOSYS, EMFILE, ENFILE, EPERM] = [38, 24, 23, 1];

function spares(...faults: Kernel["faults"]) {
  const kernel = use(makeKernel());
  kernel.faults.push(...faults);
  return openSpares(100);
}

/** The calls of a run that may have more generations, or of a single one. */
function calls(line: string, act: (run: RunContext) => unknown, ...faults: Kernel["faults"]) {
  const kernel = makeKernel();
  const run = line === RELOADS ? serviceOf(line, kernel)[1].run : runOf(line, kernel);
  kernel.faults.push(...faults);
  kernel.log.length = 0;
  return [act(run), kernel.log];
}

const RELOADS = "init --reload-signal HUP cmd";

/** Looks with these answers, one after the other, and how many there were. */
function looks(...answers: readonly number[]) {
  let count = 0;
  const look = () => {
    count += 1;
    return answers[count - 1] ?? -EPERM;
  };
  return (run: RunContext) => {
    const answer = withSpares(run, (is) => is >= 0, look);
    const again = withSpares(run, (is) => is >= 0, look);
    return [answer, again, count];
  };
}

export const ROOMS: readonly Row[] = [
  ["two descriptors that stand for nothing", () => spares(), [10, 11]],
  [
    "where there are not so many that is an error",
    () => [spares(["openProcess", 2, EMFILE]), spares(["openProcess", 1, ENFILE])],
    [-EMFILE, -ENFILE],
  ],
  ["a kernel without such descriptors has none", () => spares(["openProcess", 0, ENOSYS]), []],
  [
    "standard input and output are given back, once",
    () =>
      calls("run cmd", (run) => {
        freeSpares(run);
        freeSpares(run);
      }),
    [undefined, ["close 0 = -9", "close 1"]],
  ],
  [
    "those that were kept are, where there may be more generations",
    () => calls(RELOADS, freeSpares),
    [undefined, ["close 11", "close 12"]],
  ],
  ["a look that sees all needs no room", () => calls("run cmd", looks(0, 0)), [[0, 0, 2], []]],
  [
    "a look that does not is made once more, with room; after that there is no more of it",
    () => calls("run cmd", looks(-EMFILE, 0, -EMFILE, 0)),
    [
      [0, -EMFILE, 3],
      ["close 0 = -9", "close 1"],
    ],
  ],
  [
    "what cannot be done twice: room is looked for before",
    () => [
      calls("run cmd", ensureDescriptor),
      calls("run cmd", ensureDescriptor, ["openPipe", 1, EMFILE]),
      calls("run cmd", (run) => {
        freeSpares(run);
        ensureDescriptor(run);
      }),
    ],
    [
      [undefined, ["openPipe", "close 11", "close 12"]],
      [undefined, ["openPipe = -24", "close 0 = -9", "close 1"]],
      [undefined, ["close 0 = -9", "close 1"]],
    ],
  ],
];
