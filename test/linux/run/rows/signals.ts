import type { Queued } from "../../../../src/core/report/event.ts";
import type { Target } from "../../../../src/core/run/action.ts";
import { STUCK_LIMIT } from "../../../../src/core/run/ladder.ts";
import type { Spec } from "../../../../src/core/spec/spec.ts";
import type { Duration } from "../../../../src/core/values/duration.ts";
import type { Signal } from "../../../../src/core/values/signal.ts";
import { kill, leadGroup, orderSweep, takeOver } from "../../../../src/linux/run/signals.ts";
import { wake } from "../../../../src/linux/run/wake.ts";
import { use } from "../../model/install.ts";
import { fork, makeKernel } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";
import type { Started } from "../../model/scene.ts";
import { done, started } from "../../model/scene.ts";
import type { Kernel } from "../../model/types.ts";
import { withCgroups } from "./guardian-news.ts";

const PATIENT = { 1: "ignores", 2: "ignores", 15: "ignores", 35: "ignores" } as const;
const QUEUED: Queued = [-1, 77, 5, 6, 7];
const [ESRCH, EINVAL, EPERM, EMFILE] = [3, 22, 1, 24];

type Prepare = (kernel: Kernel) => void;
type Scene = {
  readonly group?: Spec["group"];
  readonly spec?: Partial<Spec>;
  readonly prepare?: Prepare;
  readonly after?: (scene: Started) => void;
  readonly pid?: number;
  /** No other process is there. */
  readonly alone?: boolean;
};

/**
 * A command with a child in its group, and one that has left group and session; besides, a process
 * in the caller's group, and a child that curfew had before the run.
 */
function family({ group = "own", spec = {}, prepare, after, pid = 100, alone }: Scene): Started {
  const scene = started(
    "run cmd",
    (kernel) => {
      const parent = pid === 1 ? 1 : 50;
      if (alone !== true) {
        fork(kernel, parent, { pid: 60, command: "peer", group: kernel.own.group });
        fork(kernel, pid, { pid: 61, command: "old", group: 61 });
      }
      kernel.birth.habits = PATIENT;
      prepare?.(kernel);
    },
    { group, ...spec },
    pid,
  );
  const { kernel, command } = scene;
  fork(kernel, command.pid, { command: "kid", habits: PATIENT });
  fork(kernel, command.pid, { command: "daemon", group: 300, session: 300, habits: PATIENT });
  after?.(scene);
  return scene;
}

/** The signals that processes have got, by name. */
function had({ processes }: Kernel): string {
  return [...processes.values()]
    .filter((process) => process.had.length > 0)
    .map((process) => `${process.command}: ${process.had.join(" ")}`)
    .join(", ");
}

type Shot = readonly [target: Target, signal: Signal, queued?: Queued];

/** The signals that processes have got after these kills. */
function hit(scene: Scene, ...shots: readonly Shot[]): string {
  const { kernel, run } = family(scene);
  for (const [target, signal, queued] of shots) kill(run, target, signal, queued);
  return had(kernel);
}

/** The signals of a wake, and whether an event tells of it. */
function woken(names: readonly string[], target: Target, scene: Scene = {}): readonly unknown[] {
  const { kernel, run } = family({ group: "command", ...scene });
  if (target === "rest") kill(run, "rest", "SIGTERM");
  for (const process of kernel.processes.values()) {
    process.had.length = 0;
    if (names.includes(process.command)) process.state = "T";
  }
  wake(run, target);
  return [had(kernel), run.answers.flatMap((event) => (event.type === "woken" ? "told" : []))];
}

/** The same, if the command exits and is reaped before the rest is signalled. */
function hitWhenReaped(scene: Scene, ...shots: readonly Shot[]): string {
  const begun = family(scene);
  for (const [target, signal, queued] of shots) {
    if (target === "rest") reaped(begun);
    kill(begun.run, target, signal, queued);
  }
  return had(begun.kernel);
}

const TERM: Shot = ["group", "SIGTERM"];
const REST: Shot = ["rest", "SIGTERM"];
const CHILD: Shot = ["child", "SIGTERM"];
const CONT: Shot = ["rest", "SIGCONT"];

const reaped: NonNullable<Scene["after"]> = ({ kernel, command }) => {
  const [guardian] = kernel.runs;
  if (guardian !== undefined) guardian.isReaped = true;
  for (const process of kernel.processes.values()) {
    if (process.parent === command.pid) process.parent = command.parent;
  }
  kernel.processes.delete(command.pid);
};
const moved: Scene["after"] = ({ command }) => Object.assign(command, { group: 555 });
const anotherProc: Prepare = (kernel) => {
  kernel.proc = "another";
};
const refuse =
  (...faults: Kernel["faults"]) =>
  (kernel: Kernel) =>
    void kernel.faults.push(...faults);

const calls = (scene: Scene, ...shots: readonly Shot[]) => {
  const { kernel, run } = family(scene);
  kernel.log.length = 0;
  for (const [target, signal, queued] of shots) kill(run, target, signal, queued);
  return kernel.log;
};

const withPids: Prepare = (kernel) => {
  withCgroups(kernel);
  kernel.files.set("/sys/fs/cgroup/me/cgroup.subtree_control", "pids\n");
};

/** The caller's group has no number here. */
const fromOutside: Prepare = ({ own }) => void Object.assign(own, { group: 0 });

/** The order of a sweep, and the group that curfew is in then. */
const sweeps = (scene: Scene, by: typeof orderSweep = orderSweep) => {
  const { kernel, run } = family(scene);
  kernel.log.length = 0;
  by(run, 7 as Duration);
  return [...done(kernel, "joinGroup", "guardianOrder", "sweep", "kill"), kernel.own.group];
};

export const KILLS: readonly Row[] = [
  [
    "the group that curfew leads: all members at once, and no other process",
    () => hit({}, TERM),
    "curfew: 15, cmd: 15, kid: 15",
  ],
  [
    "a signal that would end curfew is sent one by one",
    () => [hit({}, ["group", "SIGKILL"]), hit({}, ["group", "SIGSTOP"])],
    ["cmd: 9, kid: 9", "cmd: 19, kid: 19"].map((all) => all),
  ],
  ["TSTP, too", () => hit({}, ["group", "SIGTSTP"]), "cmd: 20, kid: 20"],
  [
    "a command that has left the group has it alone",
    () => hit({ after: moved }, TERM),
    "curfew: 15, cmd: 15, kid: 15",
  ],
  [
    "a command that is gone gets nothing",
    () => hit({ after: reaped }, TERM),
    "curfew: 15, kid: 15",
  ],
  [
    "the caller's group: only what curfew started",
    () => hit({ group: "caller" }, TERM),
    "cmd: 15, kid: 15",
  ],
  [
    "the caller's group in another's /proc: the command",
    () => hit({ group: "caller", prepare: anotherProc }, TERM),
    "cmd: 15",
  ],
  [
    "a group that the command leads",
    () => [hit({ group: "command" }, TERM), hit({ group: "session" }, TERM)],
    ["cmd: 15, kid: 15", "cmd: 15, kid: 15"],
  ],
  [
    "one call for a group that the command leads, KILL and STOP included",
    () => calls({ group: "command" }, ["group", "SIGKILL"]),
    ["kill -201 9"],
  ],
  [
    "a command that leads no group any more is signalled with the members of curfew's group",
    () => hit({ group: "command", after: moved }, TERM),
    "cmd: 15",
  ],
  ["the child alone", () => hit({}, CHILD), "cmd: 15"],
  [
    "a command in a group of its own that had it alone: the rest gets it, its group included",
    () => [hit({ group: "alone" }, CHILD), hit({ group: "alone" }, CHILD, REST)],
    ["cmd: 15", "cmd: 15, kid: 15, daemon: 15"],
  ],
  [
    "the rest: processes outside of the group",
    () => [hit({}, TERM, REST), hit({ group: "command" }, TERM, REST)],
    ["curfew: 15, cmd: 15, kid: 15, daemon: 15", "cmd: 15, kid: 15, daemon: 15"],
  ],
  [
    "the rest, where the child had it alone",
    () => [
      hit({ group: "caller" }, CHILD, REST),
      hit({ group: "command", spec: { singleChild: true } }, CHILD, REST),
    ],
    ["cmd: 15, kid: 15, daemon: 15", "cmd: 15, kid: 15, daemon: 15"],
  ],
  [
    "the rest without anything before",
    () => [hit({ group: "caller" }, REST), hit({}, REST), hit({ group: "command" }, REST)],
    ["cmd: 15, kid: 15, daemon: 15", "daemon: 15", "daemon: 15"],
  ],
  [
    "another signal is another one",
    () => hit({ group: "caller" }, CHILD, ["rest", "SIGINT"]),
    "cmd: 15 2, kid: 2, daemon: 2",
  ],
  [
    "the rest of a command that is gone: all but the members of curfew's group",
    () => [hit({ group: "command", after: reaped }, REST), hit({ after: reaped }, REST)],
    ["kid: 15, daemon: 15", "daemon: 15"],
  ],
  [
    "a process that got it with the group does not get it twice, though the command is gone",
    () => hitWhenReaped({ group: "command" }, TERM, REST),
    "kid: 15, daemon: 15",
  ],
  [
    "the group had another signal: then it gets this one",
    () => hitWhenReaped({ group: "command" }, ["group", "SIGUSR1"], REST),
    "kid: 10 15, daemon: 15",
  ],
  [
    "each signal counts for itself, however often it came, with a value or not",
    () =>
      hitWhenReaped(
        { group: "command" },
        ["group", "SIGRTMIN+1", QUEUED],
        ...[TERM, TERM, ["group", "SIGINT"] as const],
        ...[REST, ["rest", "SIGRTMIN+1"] as const],
      ),
    "kid: 35 15 15 2, daemon: 15 35",
  ],
  [
    "what is known of group signals does not grow with them",
    () => {
      const { run } = family({ group: "command" });
      for (const shot of [TERM, TERM, TERM]) kill(run, shot[0], shot[1]);
      return run.groupSignals;
    },
    [[15, 201]],
  ],
  [
    "PID 1, which leads group 1, signals that group and not all processes",
    () => calls({ pid: 1, alone: true }, TERM),
    ["kill 0 15"],
  ],
  [
    "strangers get it with the rest, while the guardian holds the tree",
    () => calls({ pid: 1, group: "command", spec: { containment: "auto" } }, REST),
    [
      "raisePriority",
      "killMembers 1 [200,60,61] 15 -1 2000000",
      "killReached 18 2000000 1",
      "killMembers 200 [] 15 201 2000000",
    ],
  ],
  [
    "one that leads its group costs no look after that",
    () => {
      const { kernel, run } = family({ group: "command" });
      const before = kernel.counts.get("commandPid") ?? 0;
      kill(run, "group", "SIGTERM");
      return (kernel.counts.get("commandPid") ?? 0) - before;
    },
    1,
  ],
  [
    "a value in the caller's group goes to the command",
    () => calls({ group: "caller" }, ["group", "SIGRTMIN+1", QUEUED]),
    [
      ...["openPipe", "close 11", "close 12", "killGroupMembers 200 [] 35 40 2000000"],
      ...["noteSignal 201 35", `commandQueue 35 [${QUEUED}] 0`],
    ],
  ],
  [
    "a command that is gone from the caller's group: others of the session are not left out",
    () =>
      calls(
        {
          group: "command",
          after: reaped,
          prepare: ({ own }) => void Object.assign(own, { group: 44 }),
        },
        REST,
      ),
    ["raisePriority", "killMembers 200 [] 15 44 2000000"],
  ],
  [
    "the caller's group without a number: what curfew started there, and all others are the rest",
    () => [
      hit({ group: "caller", prepare: fromOutside }, TERM),
      hit({ group: "caller", prepare: fromOutside }, CHILD, REST),
      hit({ group: "own", prepare: fromOutside }, TERM, REST),
    ],
    [
      "cmd: 15, kid: 15",
      "cmd: 15, kid: 15, daemon: 15",
      "curfew: 15, cmd: 15, kid: 15, daemon: 15",
    ],
  ],
  [
    "CONT goes to the processes that the last signal has reached",
    () => hit({ group: "caller" }, CHILD, REST, CONT),
    "cmd: 15, kid: 15 18, daemon: 15 18",
  ],
  [
    "a wake continues stopped processes, and an event tells if there are any",
    () => [
      woken([], "child"),
      woken(["cmd", "kid"], "child"),
      woken([], "group"),
      woken(["kid", "daemon"], "group"),
      woken(["kid"], "group", { after: reaped }),
      woken([], "rest"),
      woken(["daemon"], "rest"),
    ],
    [
      ["", []],
      ["cmd: 18", ["told"]],
      ["", []],
      ["kid: 18", ["told"]],
      ["", []],
      ["", []],
      ["daemon: 18", ["told"]],
    ],
  ],
  [
    "a wake continues all processes where none can be looked at",
    () => [
      woken([], "child", { prepare: anotherProc }),
      woken([], "group", { prepare: anotherProc }),
      woken([], "group", { after: ({ kernel }) => Object.assign(kernel, { isFull: true }) }),
    ],
    [
      ["cmd: 18", ["told"]],
      ["cmd: 18, kid: 18", ["told"]],
      ["cmd: 18, kid: 18", ["told"]],
    ],
  ],
  [
    "in the /proc of another PID namespace there is no rest",
    () => hit({ prepare: anotherProc }, REST),
    "",
  ],
  [
    "without a /proc of its own, curfew tells the guardian, with the group that got the signal",
    () => [
      calls({ group: "command", prepare: anotherProc }, TERM, REST, CONT).slice(1),
      calls({ group: "command", prepare: anotherProc, after: reaped }, REST),
      calls({ group: "caller", prepare: anotherProc }, CHILD, REST).slice(2),
      calls({ pid: 1, prepare: anotherProc, spec: { watch: ["a"] } }, REST),
    ],
    [
      ["raisePriority", "guardianKill 15 201"],
      ["raisePriority", "guardianKill 15 0"],
      ["raisePriority", "guardianKill 15 0"],
      ["raisePriority", "guardianKill 15 0"],
    ],
  ],
  [
    "a signal has half of the time until SIGKILL, 50 ms at least and two seconds at most",
    () =>
      [0, 10_000, 200_000, 900_000, 5_000_000].map((killAfter) =>
        calls({ group: "caller", spec: { killAfter: killAfter as Duration } }, REST)
          .at(-1)
          ?.split(" ")
          .at(-1),
      ),
    ["2000000", "50000", "100000", "450000", "2000000"],
  ],
  [
    "PID 1 without a /proc: all processes, when the command is gone",
    () => hit({ pid: 1, prepare: anotherProc, after: reaped }, REST),
    "peer: 15, old: 15, guardian: 15, kid: 15, daemon: 15",
  ],
  [
    "PID 1 without a /proc signals all processes once, and not by the guardian again",
    () => calls({ pid: 1, prepare: anotherProc, after: reaped }, REST),
    ["raisePriority", "kill -1 15"],
  ],
  [
    "PID 1 without a /proc: none before that",
    () => hit({ pid: 1, prepare: anotherProc }, REST),
    "",
  ],
  [
    "PID 1 without a /proc that replaces its command: none",
    () => hit({ pid: 1, prepare: anotherProc, after: reaped, spec: { watch: ["a"] } }, REST),
    "",
  ],
  [
    "a signal that comes before the command waits for it",
    () => {
      const { kernel, run } = family({});
      const before = kernel.counts.get("awaitCommand") ?? 0;
      kill(run, "child", "SIGTERM");
      return (kernel.counts.get("awaitCommand") ?? 0) - before;
    },
    1,
  ],
  [
    "a value goes with the signal",
    () => calls({}, ["child", "SIGRTMIN+1", QUEUED]),
    [`commandQueue 35 [${QUEUED}] 0`],
  ],
  [
    "a value that is not taken: the signal alone",
    () => calls({ prepare: refuse(["commandQueue", 0, EPERM]) }, ["child", "SIGRTMIN+1", QUEUED]),
    [`commandQueue 35 [${QUEUED}] 0 = -1`, "commandKill 35"],
  ],
  [
    "a value to the command's group",
    () => calls({ group: "command" }, ["group", "SIGRTMIN+1", QUEUED]),
    [`commandQueue 35 [${QUEUED}] 1`],
  ],
  [
    "a value to a group that curfew is in goes to the command, the signal to the others",
    () => calls({}, ["group", "SIGRTMIN+1", QUEUED]),
    ["kill -100 35"],
  ],
  [
    "a kernel that cannot queue to groups: one by one",
    () =>
      calls({ group: "command", prepare: refuse(["commandQueue", 1, EINVAL]) }, [
        "group",
        "SIGRTMIN+1",
        QUEUED,
      ]),
    [
      `commandQueue 35 [${QUEUED}] 1 = -22`,
      `commandQueue 35 [${QUEUED}] 0`,
      "openPipe",
      "close 11",
      "close 12",
      `queueInGroup 200 [] 35 201 [${QUEUED}] 2000000`,
    ],
  ],
  [
    "the same without a free descriptor: standard input and output are given back before",
    () =>
      calls(
        { group: "command", prepare: refuse(["commandQueue", 1, EINVAL], ["openPipe", 1, EMFILE]) },
        ["group", "SIGRTMIN+1", QUEUED],
      ).slice(2),
    ["openPipe = -24", "close 0 = -9", "close 1", `queueInGroup 200 [] 35 201 [${QUEUED}] 2000000`],
  ],
  [
    "the rest, without a free descriptor: once more after that",
    () => calls({ prepare: refuse(["killMembers", 1, EMFILE]) }, ["rest", "SIGTERM"]),
    [
      "raisePriority",
      "killMembers 200 [] 15 100 2000000 = -24",
      "close 0 = -9",
      "close 1",
      "killMembers 200 [] 15 100 2000000",
    ],
  ],
  [
    "the same in another's /proc",
    () =>
      calls(
        {
          group: "command",
          prepare: (kernel) => {
            anotherProc(kernel);
            kernel.faults.push(["commandQueue", 1, EINVAL]);
          },
        },
        ["group", "SIGRTMIN+1", QUEUED],
      ),
    [`commandQueue 35 [${QUEUED}] 1 = -22`, `commandQueue 35 [${QUEUED}] 0`],
  ],
  [
    "a kernel that cannot queue at all: the signal alone, to the group",
    () =>
      calls({ group: "command", prepare: refuse(["commandQueue", 0, EINVAL]) }, [
        "group",
        "SIGRTMIN+1",
        QUEUED,
      ]),
    [`commandQueue 35 [${QUEUED}] 1 = -22`, `commandQueue 35 [${QUEUED}] 0 = -22`, "kill -201 35"],
  ],
  [
    "a group that is gone by then",
    () =>
      calls({ group: "command", prepare: refuse(["commandQueue", 0, ESRCH]) }, [
        "group",
        "SIGRTMIN+1",
        QUEUED,
      ]),
    [`commandQueue 35 [${QUEUED}] 1 = -3`, "kill -201 35"],
  ],
];

export const SWEEPS: readonly Row[] = [
  [
    "the caller's group may be that of PID 1",
    () =>
      sweeps({
        prepare: (kernel) => {
          fork(kernel, 0, { pid: 1, group: 1 });
          kernel.own.group = 1;
        },
      }),
    ["joinGroup 1", "guardianOrder 5 7", 1],
  ],
  [
    "a group that is led from outside of the PID namespace has no number to join it by",
    () => [sweeps({ prepare: fromOutside }), sweeps({ prepare: fromOutside }, takeOver)],
    [
      ["guardianOrder 1 7", 100],
      [`sweep 0 7 [61] "" ${STUCK_LIMIT} 2`, 100],
    ],
  ],
  [
    "where only the command or its group is held, curfew sweeps only that",
    () =>
      (
        [
          ["child", "caller"],
          ["child", "own"],
          ["group", "command"],
          ["group", "own"],
        ] as const
      ).map(([containment, group]) =>
        sweeps({ group, spec: { containment } }, takeOver).find((call) => /^sweep/.test(`${call}`)),
      ),
    [0, 0, 201, 100].map(
      (group, at) => `sweep ${group} 7 [61] "" ${STUCK_LIMIT} ${at < 2 ? 0 : 1}`,
    ),
  ],
  [
    "a group that curfew cannot leave is swept without curfew",
    () =>
      sweeps(
        { spec: { containment: "group" }, prepare: refuse(["joinGroup", 1, EPERM]) },
        takeOver,
      ),
    ["joinGroup 40 = -1", `sweep -100 7 [61] "" ${STUCK_LIMIT} 1`, 100],
  ],
  [
    "by curfew, with the cgroup that holds the tree, not one that limits it",
    () => {
      const first = (prepare: Prepare, spec: Partial<Spec>) =>
        String(
          sweeps({ group: "caller", prepare, spec }, takeOver).find((call) =>
            /^sweep/.test(`${call}`),
          ),
        ).replace(/curfew-[\d-]+/, "NEW");
      return [first(withCgroups, { containment: "cgroup" }), first(withPids, { processLimit: 9 })];
    },
    [
      `sweep 0 7 [61] "/sys/fs/cgroup/me/NEW" ${STUCK_LIMIT} 2`,
      `sweep 0 7 [61] "" ${STUCK_LIMIT} 2`,
    ],
  ],
  [
    "curfew leaves the group that is to be killed",
    () => sweeps({}),
    ["joinGroup 40", "guardianOrder 5 7", 40],
  ],
  [
    "a group that curfew cannot leave is not killed in one call",
    () => sweeps({ prepare: refuse(["joinGroup", 1, EPERM]) }),
    ["joinGroup 40 = -1", "guardianOrder 1 7", 100],
  ],
  ["the caller's group is not left", () => sweeps({ group: "caller" }), ["guardianOrder 1 7", 40]],
  ["the command's group is its own", () => sweeps({ group: "command" }), ["guardianOrder 1 7", 40]],
  [
    "without a guardian by curfew, but not children from before the run",
    () =>
      sweeps({
        after: ({ kernel }) => {
          const [guardian] = kernel.runs;
          if (guardian !== undefined) guardian.pid = 0;
        },
      }),
    ["joinGroup 40", `sweep 100 7 [61] "" ${STUCK_LIMIT} 2`, 40],
  ],
  [
    "by curfew",
    () => sweeps({}, takeOver),
    ["joinGroup 40", `sweep 100 7 [61] "" ${STUCK_LIMIT} 2`, 40],
  ],
  [
    "by curfew, in the caller's group",
    () => sweeps({ group: "caller" }, takeOver),
    [`sweep 0 7 [61] "" ${STUCK_LIMIT} 2`, 40],
  ],
  [
    "by curfew, where it cannot leave the group",
    () => sweeps({ prepare: refuse(["joinGroup", 1, EPERM]) }, takeOver),
    ["joinGroup 40 = -1", `sweep 0 7 [61] "" ${STUCK_LIMIT} 2`, 100],
  ],
  [
    "PID 1 without a /proc sweeps by itself",
    () => sweeps({ pid: 1, group: "command", prepare: anotherProc }),
    [`sweep 0 7 [60,61] "" ${STUCK_LIMIT} 2`, 1],
  ],
  [
    "PID 1 without a /proc that replaces its command does not",
    () => sweeps({ pid: 1, group: "command", prepare: anotherProc, spec: { watch: ["a"] } }),
    ["guardianOrder 1 7", 1],
  ],
];

/** Whether the group that curfew leads has no other members, and the group that curfew is in. */
function leads(prepare: (kernel: Kernel) => void): readonly [boolean, number] {
  const kernel = use(makeKernel());
  prepare(kernel);
  return [leadGroup(100, kernel.own.group), kernel.own.group];
}

export const GROUPS: readonly Row[] = [
  ["a group of its own", () => leads(() => {}), [true, 100]],
  [
    "none where that is refused",
    () => leads((kernel) => void kernel.faults.push(["leadGroup", 0, EPERM])),
    [false, 40],
  ],
  [
    "a group that curfew led from the start: its members are not known",
    () => leads(({ own }) => Object.assign(own, { group: 100 })),
    [false, 100],
  ],
  [
    "a group that curfew leads in a session of its own",
    () => leads(({ own }) => Object.assign(own, { group: 100, session: 100 })),
    [true, 100],
  ],
  [
    "but not with children that were there before",
    () =>
      leads((kernel) => {
        Object.assign(kernel.own, { group: 100, session: 100 });
        fork(kernel, 100);
      }),
    [false, 100],
  ],
];
