import type { Ready } from "../../../../src/core/spec/spec.ts";
import { closeChannel, isReady, openChannel } from "../../../../src/linux/serve/ready.ts";
import { use } from "../../model/install.ts";
import { fork, makeKernel } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";
import type { Started } from "../../model/scene.ts";
import { specOf, started } from "../../model/scene.ts";
import type { Kernel } from "../../model/types.ts";

const NOTIFY: Ready = { kind: "notify" };
const PIPE: Ready = { kind: "fd", fd: 7 };
const EMFILE = 24;
const EAGAIN = 11;
const [OURS, OTHER] = [0, 5];

function channel(ready: Ready, ...faults: Kernel["faults"]) {
  const kernel = use(makeKernel());
  kernel.faults.push(...faults);
  return openChannel({ ...specOf("init cmd"), ready });
}

type Datagram = readonly [text: string, pid: number, uid: number];

/** What is answered at each look, where the first one finds these datagrams. */
function notified(...datagrams: readonly Datagram[]): readonly boolean[] {
  const scene = started("init cmd", undefined, { ready: NOTIFY });
  queueOf(scene).push(...datagrams);
  return [isReady(scene.held), isReady(scene.held)];
}

function queueOf({ kernel, held }: Started) {
  const notify = kernel.descriptors.get(held.readyFd);
  if (notify?.kind !== "notify") throw new Error("no socket");
  return notify.queue;
}

/** What is answered at each look, where this stands in the pipe; `undefined`: its end is closed. */
function piped(...texts: readonly (string | undefined)[]) {
  const { kernel, held } = started("init cmd", undefined, { ready: PIPE });
  const { readyFd } = held;
  const pipe = kernel.descriptors.get(readyFd);
  if (pipe?.kind !== "pipe") throw new Error("no pipe");
  const answers = texts.map((text) => {
    if (text === undefined) pipe.isClosed = true;
    pipe.text += text ?? "";
    return isReady(held);
  });
  return { answers, isOpen: kernel.descriptors.has(readyFd), is: held.readyFd >= 0 };
}

/** Who says it, and what is there when it is read. */
const TREES: readonly (readonly [
  name: string,
  pid: number,
  user: number,
  expected: boolean,
  prepare: (scene: Started) => void,
])[] = [
  ["who has ended: a user of the tree", 999, OTHER, true, withUser],
  ["who has ended: another user", 999, 6, false, withUser],
  ["who lives elsewhere: a user of the tree", 998, OTHER, false, (scene) => withUser(scene, 998)],
  ["who has no number here: a user of the tree", 0, OTHER, false, withUser],
];

/** A process of another user in the tree, and one outside of it. */
function withUser({ kernel }: Started, stranger?: number): void {
  fork(kernel, 201, { uid: OTHER });
  if (stranger !== undefined) fork(kernel, 50, { pid: stranger, uid: OTHER });
}

export const READY: readonly Row[] = [
  [
    "nothing",
    () => channel({ kind: "none" }),
    { ours: -1, theirs: -1, descriptors: [], variables: [] },
  ],
  [
    "a socket",
    () => channel(NOTIFY),
    { ours: 10, theirs: -1, descriptors: [], variables: ["NOTIFY_SOCKET=@notify-10"] },
  ],
  ["a pipe", () => channel(PIPE), { ours: 10, theirs: 11, descriptors: [11, 7], variables: [] }],
  [
    "what cannot be opened",
    () => [channel(NOTIFY, ["openNotify", 1, EMFILE]), channel(PIPE, ["openPipe", 1, EMFILE])],
    [-EMFILE, -EMFILE],
  ],
  ["nothing was said", () => notified(), [false, false]],
  ["our user says it, once", () => notified(["READY=1", 999, OURS]), [true, false]],
  [
    "it is said among others, in any line",
    () => notified(["STATUS=a\nREADY=1\n", 999, OURS]),
    [true, false],
  ],
  [
    "something else is said",
    () => notified(["READY=0", 9, OURS], ["NOREADY=1", 9, OURS], ["READY=12", 9, OURS]),
    [false, false],
  ],
  [
    "a stranger of another user is not believed",
    () => notified(["READY=1", 999, OTHER]),
    [false, false],
  ],
  ["another user in the tree is", () => notified(["READY=1", 201, OTHER]), [true, false]],
  [
    "a sender that has ended is believed by its user: a real one of the tree's, or a saved one",
    () =>
      [7, OTHER, 6].map((user) => {
        const scene = started("init cmd", undefined, { ready: NOTIFY });
        scene.command.uid = OTHER;
        queueOf(scene).push(["READY=1", 999, user]);
        return isReady(scene.held);
      }),
    [true, true, false],
  ],
  [
    "root is, whoever we are",
    () => {
      const scene = started(
        "init cmd",
        ({ own }) => {
          own.uid = OTHER;
        },
        { ready: NOTIFY },
      );
      scene.command.uid = OTHER;
      queueOf(scene).push(["READY=1", 999, 0]);
      const root = isReady(scene.held);
      scene.held.isReady = false;
      queueOf(scene).push(["READY=1", 999, 6]);
      return [root, isReady(scene.held)];
    },
    [true, false],
  ],
  [
    "a flood is read in parts, and the socket stays",
    () => {
      const scene = started("init cmd", undefined, { ready: NOTIFY });
      for (let count = 0; count < 100; count += 1) queueOf(scene).push(["STATUS=a", 9, OURS]);
      const first = isReady(scene.held);
      return [first, queueOf(scene).length, scene.kernel.descriptors.has(scene.held.readyFd)];
    },
    [false, 36, true],
  ],
  [
    "what comes later is read, and is no news",
    () => {
      const scene = started("init cmd", undefined, { ready: NOTIFY });
      queueOf(scene).push(["READY=1", 201, OTHER]);
      const first = isReady(scene.held);
      const looks = scene.kernel.counts.get("members");
      queueOf(scene).push(["READY=1", 201, OTHER]);
      const again = isReady(scene.held);
      return [first, again, queueOf(scene).length, scene.kernel.counts.get("members") === looks];
    },
    [true, false, 0, true],
  ],
  [
    "a pipe: a newline, and then it is closed",
    () => piped("", "\n"),
    { answers: [false, true], isOpen: false, is: false },
  ],
  [
    "a pipe: in pieces",
    () => piped("abc", "d\n"),
    { answers: [false, true], isOpen: false, is: false },
  ],
  ["a pipe: no newline yet", () => piped("abc"), { answers: [false], isOpen: true, is: true }],
  [
    "a pipe whose other end was closed can tell nothing any more",
    () => piped("abc", undefined),
    { answers: [false, false], isOpen: false, is: false },
  ],
  [
    "a datagram is read up to its bound, and no further",
    () => {
      const [end, most] = ["\nREADY=1", 4096];
      const padded = (size: number) => `${"a".repeat(size - end.length)}${end}`;
      return [notified([padded(most), 9, OURS])[0], notified([padded(most + 1), 9, OURS])[0]];
    },
    [true, false],
  ],
  [
    "a pipe is read in parts",
    () => {
      const { kernel, held } = started("init cmd", undefined, { ready: PIPE });
      const pipe = kernel.descriptors.get(held.readyFd);
      if (pipe?.kind === "pipe") pipe.text = `${"a".repeat(512)}\n`;
      return [isReady(held), isReady(held)];
    },
    [false, true],
  ],
  [
    "a pipe that another has read by now is nothing, and stays",
    () => {
      const { kernel, held } = started("init cmd", undefined, { ready: PIPE });
      const pipe = kernel.descriptors.get(held.readyFd);
      if (pipe?.kind === "pipe") pipe.text = "\n";
      kernel.faults.push(["readNow", 1, EAGAIN]);
      return [isReady(held), isReady(held)];
    },
    [false, true],
  ],
  [
    "without a channel nothing is asked",
    () => {
      const { kernel, held } = started("run cmd");
      const before = kernel.counts.get("wait");
      return [isReady(held), kernel.counts.get("wait") === before];
    },
    [false, true],
  ],
  [
    "a channel is closed once",
    () => {
      const { kernel, held } = started("init cmd", undefined, { ready: PIPE });
      kernel.log.length = 0;
      closeChannel(held);
      closeChannel(held);
      return [kernel.log, held.readyFd];
    },
    [["close 10"].map(() => "close 11"), -1],
  ],
  ...TREES.map(
    ([name, pid, user, expected, prepare]): Row => [
      name,
      () => {
        const scene = started("init cmd", undefined, { ready: NOTIFY });
        prepare(scene);
        queueOf(scene).push(["READY=1", pid, user]);
        return isReady(scene.held);
      },
      expected,
    ],
  ),
  [
    "a user who was seen in the tree is remembered",
    () => {
      const scene = started("init cmd", undefined, { ready: NOTIFY });
      const { pid } = fork(scene.kernel, 201, { uid: OTHER });
      queueOf(scene).push(["READY=1", 999, 6]);
      const before = isReady(scene.held);
      scene.kernel.processes.delete(pid);
      queueOf(scene).push(["READY=1", 998, OTHER]);
      return [before, isReady(scene.held)];
    },
    [false, true],
  ],
  [
    "the tree is looked at once for all that was said",
    () => {
      const scene = started("init cmd", undefined, { ready: NOTIFY });
      const before = scene.kernel.counts.get("members") ?? 0;
      for (let count = 0; count < 50; count += 1) queueOf(scene).push(["READY=1", 900 + count, 6]);
      return [isReady(scene.held), (scene.kernel.counts.get("members") ?? 0) - before];
    },
    [false, 1],
  ],
  [
    "who is in the tree may say it through a child",
    () => {
      const scene = started("init cmd", undefined, { ready: NOTIFY });
      const { pid } = fork(scene.kernel, 201, { uid: OTHER });
      queueOf(scene).push(["READY=1", pid, OTHER]);
      return isReady(scene.held);
    },
    true,
  ],
];
