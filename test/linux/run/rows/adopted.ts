import type { Event } from "../../../../src/core/report/event.ts";
import type { Spec } from "../../../../src/core/spec/spec.ts";
import type { Instant } from "../../../../src/core/values/duration.ts";
import { adoptedNews, killAdopted } from "../../../../src/linux/run/adopted.ts";
import { fork } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";
import type { Started } from "../../model/scene.ts";
import { started } from "../../model/scene.ts";
import type { Kernel } from "../../model/types.ts";

const AT = 77 as Instant;
const USAGE = { user: 1, system: 2 };
const EXITED = { type: "exited", at: AT, proof: "echild", usage: USAGE, leftovers: [] };
const EMPTY = { type: "tree-empty", at: AT, proof: "echild", usage: USAGE };

type Scene = {
  readonly pid?: number;
  readonly spec?: Partial<Spec>;
  readonly strangers?: number;
  readonly prepare?: (kernel: Kernel) => void;
};

/** PID 1 with a child from before the run, a command, and adopted orphans. */
function container({ pid = 1, spec = {}, strangers = 1, prepare }: Scene = {}): Started {
  const scene = started(
    "init cmd",
    (kernel) => {
      fork(kernel, pid, { pid: 61, command: "old" });
      prepare?.(kernel);
    },
    { group: "command", ...spec },
    pid,
  );
  for (let count = 0; count < strangers; count += 1) {
    fork(scene.kernel, pid, { pid: 500 + count, command: "sh" });
  }
  return scene;
}

/** The event that comes of an event, and whether the guardian was reaped for it. */
function seen(event: object | undefined, scene: Scene = {}) {
  const { kernel, run, command } = container(scene);
  kernel.processes.delete(command.pid);
  const answer = adoptedNews(run, event as Event | undefined, AT);
  return [answer, kernel.log.includes("endGuardian"), run.awaitsAdopted];
}

const STRANGER = [{ pid: 500, command: "sh" }];
const LOOK = {
  members: [
    {
      ...{
        pid: 500,
        command: "sh",
        startTime: 1500,
        parent: 1,
        state: "S",
        age: -15e6,
        cpuTime: 0,
      },
      ...{ commandLine: "", reads: [], writersEnded: [], writes: [] },
    },
  ],
  ours: [],
  isComplete: true,
};

/** The events after the tree's end, at the exit of each adopted orphan. */
function waited(event: object) {
  const { kernel, run, command } = container({ strangers: 2 });
  kernel.processes.delete(command.pid);
  const told: unknown[] = [adoptedNews(run, event as Event, AT)?.type];
  for (const pid of [500, 501]) {
    kernel.processes.delete(pid);
    told.push(adoptedNews(run, undefined, AT));
  }
  return [...told, adoptedNews(run, undefined, AT)];
}

function signalled(scene: Scene, act: (scene: Started) => void = () => {}) {
  const begun = container(scene);
  act(begun);
  begun.kernel.log.length = 0;
  killAdopted(begun.run, 15, []);
  return begun.kernel.log;
}

export const ADOPTED: readonly Row[] = [
  [
    "the command is gone, orphans of others are left: they are leftovers",
    () => seen(EXITED),
    [{ ...EXITED, proof: undefined, leftovers: STRANGER, look: LOOK }, true, true],
  ],
  [
    "a process that reads for curfew is none of them",
    () => {
      const { kernel, run, command } = container({ strangers: 0 });
      kernel.processes.delete(command.pid);
      fork(kernel, 1, { pid: 300, command: "helper" });
      return adoptedNews(run, EXITED as unknown as Event, AT);
    },
    EXITED,
  ],
  ["none is left", () => seen(EXITED, { strangers: 0 }), [EXITED, true, false]],
  [
    "the command is gone, but not its tree",
    () => seen({ ...EXITED, proof: undefined }),
    [{ ...EXITED, proof: undefined }, false, false],
  ],
  [
    "the tree is gone, strangers are left: that is not the end",
    () => seen(EMPTY),
    [undefined, true, true],
  ],
  ["the tree is gone, and so are they", () => seen(EMPTY, { strangers: 0 }), [EMPTY, true, false]],
  ["another event", () => seen({ type: "continued" }), [{ type: "continued" }, false, false]],
  ["nothing", () => seen(undefined), [undefined, false, false]],
  ["only PID 1 adopts orphans", () => seen(EXITED, { pid: 100 }), [EXITED, false, false]],
  [
    "they are not asked for where leftovers stay, or the command is replaced",
    () => [seen(EXITED, { spec: { leftovers: "leave" } }), seen(EMPTY, { spec: { watch: ["/"] } })],
    [
      [EXITED, false, false],
      [EMPTY, false, false],
    ],
  ],
  [
    "none can be named without a /proc",
    () =>
      (["none", "another"] as const).map((proc) =>
        seen(EXITED, {
          prepare: (kernel) => {
            kernel.proc = proc;
          },
        }),
      ),
    [
      [EXITED, true, false],
      [EXITED, true, false],
    ],
  ],
  [
    "one that cannot be looked at",
    () => {
      const { kernel, run, command } = container();
      kernel.processes.delete(command.pid);
      kernel.faults.push(["list", 0, 24]);
      const event = adoptedNews(run, EXITED as unknown as Event, AT);
      return event?.type === "exited" && event.leftovers;
    },
    [{ pid: 0, command: "?" }],
  ],
  [
    "when the last one has ended the tree is empty, once",
    () => [waited(EXITED), waited(EMPTY)],
    [
      ["exited", undefined, { ...EMPTY, proof: "echild" }, undefined],
      [undefined, undefined, { ...EMPTY, proof: "echild" }, undefined],
    ],
  ],
  [
    "they get the signals that leftovers get, but not the guardian nor children from before the run",
    () => signalled({}),
    ["killMembers 1 [200,61] 15 -1 2000000", "killReached 18 2000000 1"],
  ],
  [
    "none where there are none, or the guardian is gone, or /proc is another's",
    () => [
      signalled({ pid: 100 }),
      signalled({ spec: { leftovers: "leave" } }),
      signalled({ spec: { reloadSignal: "SIGHUP" } }),
      signalled({}, ({ kernel }) => {
        const [guardian] = kernel.runs;
        if (guardian !== undefined) guardian.pid = 0;
      }),
      signalled({}, ({ kernel }) => {
        kernel.proc = "another";
      }),
    ],
    [[], [], [], [], []],
  ],
];
