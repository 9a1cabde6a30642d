import type { Ready } from "../../../../src/core/spec/spec.ts";
import { closeChannel, isReady, notReady, openChannel } from "../../../../src/linux/serve/ready.ts";
import { use } from "../../model/install.ts";
import { fork, makeKernel } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";
import { specOf, started, startedServing } from "../../model/scene.ts";
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

type Scene = ReturnType<typeof served>;

/** A generation whose command was started, with such a way to say that it is ready. */
function served(ready: Ready, prepare?: (kernel: Kernel) => void) {
  return startedServing("init cmd", { ready }, prepare);
}

const says = ({ run, readiness }: Scene) => isReady(run, readiness);

type Datagram = readonly [text: string, pid: number, uid: number];

/** The answer of each of two looks, the first of which finds these datagrams. */
function notified(...datagrams: readonly Datagram[]): readonly boolean[] {
  const scene = served(NOTIFY);
  queueOf(scene).push(...datagrams);
  return [says(scene), says(scene)];
}

function queueOf({ kernel, readiness }: Scene) {
  const notify = kernel.descriptors.get(readiness.fd);
  if (notify?.kind !== "notify") throw new Error("no socket");
  return notify.queue;
}

/** The answer of a look after each text in the pipe; `undefined`: the other end is closed. */
function piped(...texts: readonly (string | undefined)[]) {
  const scene = served(PIPE);
  const { kernel, readiness } = scene;
  const { fd } = readiness;
  const pipe = kernel.descriptors.get(fd);
  if (pipe?.kind !== "pipe") throw new Error("no pipe");
  const answers = texts.map((text) => {
    if (text === undefined) pipe.isClosed = true;
    pipe.text += text ?? "";
    return says(scene);
  });
  return { answers, isOpen: kernel.descriptors.has(fd), is: readiness.fd >= 0 };
}

/** The sender of a message, and the processes that exist when it is read. */
const TREES: readonly (readonly [
  name: string,
  pid: number,
  user: number,
  expected: boolean,
  prepare: (scene: Scene) => void,
])[] = [
  ["a sender that has exited: a user of the tree", 999, OTHER, true, withUser],
  ["a sender that has exited: another user", 999, 6, false, withUser],
  [
    "a sender that lives outside of the tree: a user of the tree",
    998,
    OTHER,
    false,
    (scene) => withUser(scene, 998),
  ],
  ["a sender without a PID here: a user of the tree", 0, OTHER, false, withUser],
];

/** A process of another user in the tree, and one outside of it. */
function withUser({ kernel }: Scene, stranger?: number): void {
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
  ["curfew's own user says it, once", () => notified(["READY=1", 999, OURS]), [true, false]],
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
        const scene = served(NOTIFY);
        scene.command.uid = OTHER;
        queueOf(scene).push(["READY=1", 999, user]);
        return says(scene);
      }),
    [true, true, false],
  ],
  [
    "root is, whichever user curfew runs as",
    () => {
      const scene = served(NOTIFY, ({ own }) => {
        own.uid = OTHER;
      });
      scene.command.uid = OTHER;
      queueOf(scene).push(["READY=1", 999, 0]);
      const root = says(scene);
      scene.readiness.isReady = false;
      queueOf(scene).push(["READY=1", 999, 6]);
      return [root, says(scene)];
    },
    [true, false],
  ],
  [
    "a flood is read in parts, and the socket stays",
    () => {
      const scene = served(NOTIFY);
      for (let count = 0; count < 100; count += 1) queueOf(scene).push(["STATUS=a", 9, OURS]);
      const first = says(scene);
      return [first, queueOf(scene).length, scene.kernel.descriptors.has(scene.readiness.fd)];
    },
    [false, 36, true],
  ],
  [
    "what comes later is read, and is no news",
    () => {
      const scene = served(NOTIFY);
      queueOf(scene).push(["READY=1", 201, OTHER]);
      const first = says(scene);
      const looks = scene.kernel.counts.get("members");
      queueOf(scene).push(["READY=1", 201, OTHER]);
      const again = says(scene);
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
    "a pipe whose other end is closed",
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
      const scene = served(PIPE);
      const pipe = scene.kernel.descriptors.get(scene.readiness.fd);
      if (pipe?.kind === "pipe") pipe.text = `${"a".repeat(512)}\n`;
      return [says(scene), says(scene)];
    },
    [false, true],
  ],
  [
    "a pipe that another has read by now is nothing, and stays",
    () => {
      const scene = served(PIPE);
      const pipe = scene.kernel.descriptors.get(scene.readiness.fd);
      if (pipe?.kind === "pipe") pipe.text = "\n";
      scene.kernel.faults.push(["readNow", 1, EAGAIN]);
      return [says(scene), says(scene)];
    },
    [false, true],
  ],
  [
    "without a channel nothing is asked",
    () => {
      const { kernel, run } = started("run cmd");
      const before = kernel.counts.get("wait");
      return [isReady(run, notReady()), kernel.counts.get("wait") === before];
    },
    [false, true],
  ],
  [
    "a channel is closed once",
    () => {
      const { kernel, readiness } = served(PIPE);
      kernel.log.length = 0;
      closeChannel(readiness);
      closeChannel(readiness);
      return [kernel.log, readiness.fd];
    },
    [["close 10"].map(() => "close 11"), -1],
  ],
  ...TREES.map(
    ([name, pid, user, expected, prepare]): Row => [
      name,
      () => {
        const scene = served(NOTIFY);
        prepare(scene);
        queueOf(scene).push(["READY=1", pid, user]);
        return says(scene);
      },
      expected,
    ],
  ),
  [
    "a user that was seen in the tree is remembered",
    () => {
      const scene = served(NOTIFY);
      const { pid } = fork(scene.kernel, 201, { uid: OTHER });
      queueOf(scene).push(["READY=1", 999, 6]);
      const before = says(scene);
      scene.kernel.processes.delete(pid);
      queueOf(scene).push(["READY=1", 998, OTHER]);
      return [before, says(scene)];
    },
    [false, true],
  ],
  [
    "the tree is looked at once for all that was said",
    () => {
      const scene = served(NOTIFY);
      const before = scene.kernel.counts.get("members") ?? 0;
      for (let count = 0; count < 50; count += 1) queueOf(scene).push(["READY=1", 900 + count, 6]);
      return [says(scene), (scene.kernel.counts.get("members") ?? 0) - before];
    },
    [false, 1],
  ],
  [
    "a process of the tree may say it through a child",
    () => {
      const scene = served(NOTIFY);
      const { pid } = fork(scene.kernel, 201, { uid: OTHER });
      queueOf(scene).push(["READY=1", pid, OTHER]);
      return says(scene);
    },
    true,
  ],
];
