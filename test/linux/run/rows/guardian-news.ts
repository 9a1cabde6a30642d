import { NO_LOOK } from "../../../../src/core/run/lingering.ts";
import type { LeftoversSnapshot } from "../../../../src/core/spec/member.ts";
import type { Spec } from "../../../../src/core/spec/spec.ts";
import type { Instant } from "../../../../src/core/values/duration.ts";
import { commandPid, guardianNews } from "../../../../src/linux/run/guardian-news.ts";
import { membersOf, rootOf } from "../../../../src/linux/run/members.ts";
import { USED } from "../../model/guardian.ts";
import { use } from "../../model/install.ts";
import { fork, makeKernel } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";
import type { Started } from "../../model/scene.ts";
import { runOf, started } from "../../model/scene.ts";
import type { Kernel } from "../../model/types.ts";

const AT = 77 as Instant;
const [FAILED, STOPPED, ENDED, EMPTY, SWEPT, LOST, SIGNAL, REAPED] = [1, 2, 3, 4, 5, 6, 7, 8];
const BACKSTOP = 9;
const [NOT_MADE, NOT_EXECUTED, NOT_CONFINED] = [1, 2, 3];
const [EXITED, KILLED, STOPPED_BY, TRAPPED, CONTINUED] = [1, 2, 5, 4, 6];
const [ENOENT, EACCES, EPERM, EAGAIN] = [2, 13, 1, 11];
const [PROVEN, NOT_PROVEN] = [1, 0];
const SPEC = "run --report r cmd";

type Scene = {
  readonly line?: string;
  readonly prepare?: (kernel: Kernel) => void;
  readonly spec?: Partial<Spec>;
  /** What is done after the start. */
  readonly after?: (scene: Started) => void;
};

/** The event of a row of the guardian, without times and numbers that are always the same. */
function told(row: readonly number[], scene: Scene = {}): unknown {
  const begun = started(scene.line ?? SPEC, scene.prepare, scene.spec);
  scene.after?.(begun);
  // Where there are --events the start has news of its own, which comes before.
  begun.kernel.runs[0]?.rows.splice(0, Number.POSITIVE_INFINITY, row);
  const event = guardianNews(begun.run, AT);
  if (event === undefined) return undefined;
  const { at, ...rest } = event;
  return at === AT ? rest : `at ${at}`;
}

const ended = (...[code, status, proof]: readonly number[]) => [
  ...[ENDED, 201, code ?? 0, status ?? 0, proof ?? 0],
  ...USED,
];
const swept = (proof: number, ...survivors: readonly number[]) => [
  ...[SWEPT, 201, KILLED, 9, proof],
  ...USED,
  ...survivors,
];

const USAGE = {
  user: 1000,
  system: 500,
  maxRss: 4096,
  accounting: "lower_bound",
  oomKills: undefined,
};
const EXIT_3 = { kind: "exited", code: 3 };
const END = { type: "exited", pid: 201, usage: USAGE, leftovers: [] };
const KILL = { kind: "signaled", signal: "SIGKILL", coreDumped: false };
const proofIn = (containment: Spec["containment"], row = ended(EXITED, 0, PROVEN)) =>
  (told(row, { prepare: withCgroups, spec: { containment } }) as { proof: unknown } | undefined)
    ?.proof;

/** A tree of cgroups in version 2, in which curfew may make groups. */
export function withCgroups({ files }: Kernel): void {
  files.set("/proc/self/cgroup", "0::/me\n");
  files.set("/sys/fs/cgroup/cgroup.controllers", "cpu memory pids");
  files.set("/sys/fs/cgroup/cgroup.procs", "");
  files.set("/sys/fs/cgroup/me/", "");
  for (const file of ["cgroup.kill", "memory.max", "pids.max", "memory.events", "cpu.stat"]) {
    files.set(`/sys/fs/cgroup/me/*/${file}`, "");
  }
}

/** What is left of the tree below the guardian: `cat` lives, `gone` is a zombie. */
const leaves: Scene["after"] = ({ kernel, guardian }) => {
  fork(kernel, guardian, { command: "cat" });
  fork(kernel, guardian, { command: "gone", state: "Z" });
  fork(kernel, guardian, { command: "threads", state: "Z", threads: 2 });
};
const LEFT = [
  { pid: 201, command: "cmd" },
  { pid: 202, command: "cat" },
  { pid: 204, command: "threads" },
];

/** The same with what a report says of them. */
const REPORTED = LEFT.map((process) => ({
  ...process,
  parent: 200,
  startTime: 1000 + process.pid,
}));

/** The same as a look shows it. */
const memberOf = (pid: number, command: string, state = "S") => {
  const whose = { startTime: 1000 + pid, parent: pid === 200 ? 100 : 200, state };
  const age = -(1000 + pid) * 10_000;
  return {
    pid,
    command,
    ...whose,
    age,
    cpuTime: 0,
    commandLine: "",
    reads: [],
    writersEnded: [],
    writes: [],
  };
};
const LOOK = {
  members: [memberOf(201, "cmd"), memberOf(202, "cat"), memberOf(204, "threads", "Z")],
  ours: [],
  isComplete: true,
};
const looked = (line: string, staysForRest = true) => {
  const event = told(ended(EXITED, 3, NOT_PROVEN), {
    line,
    after: (scene) => {
      leaves(scene);
      const { kernel, run } = scene;
      run.staysForRest = staysForRest;
      kernel.channels.set(201, [9, 1, 3, 9, 2, 5, 9, 3, 2]).set(kernel.own.pid, [9, 7, 1]);
      Object.assign(kernel.processes.get(202) ?? {}, { words: ["/bin/cat", "-u"] });
    },
  });
  return (event as { look: unknown }).look;
};

/** How many of the leftovers a look has shown, if each takes some time. */
const crowd = (line: string, count: number, time: number) => {
  const event = told(ended(EXITED, 3, NOT_PROVEN), {
    line,
    after: ({ kernel, guardian }) => {
      for (let made = 1; made < count; made++) fork(kernel, guardian, { command: "cat" });
      kernel.channels.get = () => {
        kernel.now += time;
        return [];
      };
    },
  });
  const { look } = event as { look: LeftoversSnapshot };
  return [look.members.length, look.isComplete, look.isCut];
};

const failure = (stage: number, errno: number, spec: Partial<Spec> = {}) =>
  (told([FAILED, stage, errno], { spec }) as { error: unknown }).error;
/** The same where the command is a file with this text. */
const missing = (text: string, errno = ENOENT) => {
  const prepare = ({ files }: Kernel) => void files.set("/bin/cmd", text);
  return (told([FAILED, NOT_EXECUTED, errno], { prepare }) as { error: unknown }).error;
};
const error = { kind: "spawn", command: "cmd" };

const named = (line: string, spec: Partial<Spec> = {}) => {
  const event = told(ended(EXITED, 3, NOT_PROVEN), { line, spec, after: leaves });
  return (event as { leftovers: unknown }).leftovers;
};

export const GUARDIAN_NEWS: readonly Row[] = [
  ["nothing new", () => guardianNews(started(SPEC).run, AT), undefined],
  [
    "the command was executed",
    () => {
      const { wall, ...rest } = told([10, 7]) as { wall: unknown };
      return [typeof wall, rest];
    },
    ["number", { type: "executed", pid: 7 }],
  ],
  ["news of an unknown kind", () => told([11, 1, 2]), undefined],
  [
    "what exec did not find, and what it would not run",
    () => [failure(NOT_EXECUTED, ENOENT), failure(NOT_EXECUTED, EACCES)],
    [
      { ...error, errno: "ENOENT", code: "not_found" },
      { ...error, errno: "EACCES", code: "not_executable" },
    ],
  ],
  [
    "what exec did not find of a script is its interpreter",
    () => [missing("#!/bin/none -x\n"), missing("text"), missing("#!/bin/sh\n")],
    [
      { ...error, errno: "ENOENT", code: "not_found", interpreter: "/bin/none" },
      { ...error, errno: "ENOENT", code: "not_found", interpreter: "/bin/sh" },
      { ...error, errno: "ENOENT", code: "not_found", interpreter: "/bin/sh" },
    ],
  ],
  [
    "an interpreter is looked for where something was not found",
    () => missing("#!/bin/none\n", EACCES),
    { ...error, errno: "EACCES", code: "not_executable" },
  ],
  [
    "what there was too little of",
    () => failure(NOT_MADE, EAGAIN),
    { ...error, errno: "EAGAIN", code: "resource" },
  ],
  [
    "a setting that the kernel refuses, by its option",
    () => failure(NOT_CONFINED, EPERM, { containment: "pidns" }),
    { ...error, errno: "EPERM", code: "not_confined", detail: "--containment pidns" },
  ],
  ["a stop", () => told([STOPPED, STOPPED_BY, 20]), { type: "stopped", signal: "SIGTSTP" }],
  ["a continuation", () => told([STOPPED, CONTINUED, 18]), { type: "continued" }],
  ["a stop by a number that is no signal", () => told([STOPPED, STOPPED_BY, 99]), undefined],
  [
    "a stop by a tracer is no news, and hides none",
    () =>
      told([STOPPED, TRAPPED, 19], {
        after: ({ kernel }) => kernel.runs[0]?.rows.push([STOPPED, TRAPPED, 5]),
      }),
    undefined,
  ],
  [
    "what comes after a tracer's stop is told",
    () => {
      const { kernel, run } = started(SPEC);
      kernel.runs[0]?.rows.push([STOPPED, TRAPPED, 19], [LOST]);
      return guardianNews(run, AT)?.type;
    },
    "guardian-gone",
  ],
  [
    "an end, with the proof that nothing is left",
    () => told(ended(EXITED, 3, PROVEN), { after: leaves }),
    { ...END, status: EXIT_3, proof: "echild" },
  ],
  [
    "a death",
    () => told(ended(KILLED, 15, PROVEN)),
    {
      ...END,
      status: { kind: "signaled", signal: "SIGTERM", coreDumped: false },
      proof: "echild",
    },
  ],
  ["an end of no kind", () => told(ended(9, 3, PROVEN)), undefined],
  [
    "an exit, and what is left: living processes, and those with living threads",
    () => told(ended(EXITED, 3, NOT_PROVEN), { after: leaves }),
    { ...END, status: EXIT_3, proof: undefined, leftovers: REPORTED, look: LOOK },
  ],
  [
    "what they read and write, in whole and with their words",
    () => looked("run --spare x cmd"),
    {
      ...LOOK,
      members: [
        {
          ...memberOf(201, "cmd"),
          reads: ["9:1", "9:2"],
          writes: ["9:1", "9:3"],
          writersEnded: ["9:2"],
        },
        { ...memberOf(202, "cat"), commandLine: "cat -u" },
        memberOf(204, "threads", "Z"),
      ],
      ours: ["9:7"],
    },
  ],
  [
    "of many leftovers no more are looked at than a report names",
    () => [crowd("run cmd", 64, 0), crowd("run cmd", 65, 0)],
    [
      [64, true, undefined],
      [64, false, true],
    ],
  ],
  [
    "where there was no time to find all of them, others are left",
    () => {
      const event = told(ended(EXITED, 3, NOT_PROVEN), {
        line: "run cmd",
        after: (scene) => {
          leaves(scene);
          scene.kernel.isWalkCut = true;
        },
      });
      return (event as { look: LeftoversSnapshot }).look;
    },
    { ...LOOK, isComplete: false, isCut: true },
  ],
  [
    "a look takes half a second at most, without the first eight and those that may be spared",
    () => [
      crowd("run cmd", 12, 50_000),
      crowd("run cmd", 12, 100_000),
      crowd("run --spare x cmd", 12, 100_000),
    ],
    [
      [10, false, true],
      [8, false, true],
      [12, true, undefined],
    ],
  ],
  [
    "leftovers that are not ended are not looked at",
    () => [looked("run --containment group cmd"), looked("run cmd", false)],
    [undefined, undefined],
  ],
  [
    "leftovers are looked for where a report or message wants them",
    () => [
      named("run cmd"),
      named("run -v cmd"),
      named("run --events e cmd"),
      named("run cmd", { leftovers: "fail" }),
      named("run cmd", { leftovers: "wait" }),
    ],
    [[], LEFT, REPORTED, LEFT, []],
  ],
  [
    "leftovers are not looked for in a /proc of another PID namespace",
    () =>
      told(ended(EXITED, 3, NOT_PROVEN), {
        prepare: (kernel) => {
          kernel.proc = "another";
        },
        after: leaves,
      }),
    { ...END, status: EXIT_3, proof: undefined, look: NO_LOOK },
  ],
  [
    "a process that could not be looked at is a leftover without a name, even if a descriptor is free later",
    () =>
      told(ended(EXITED, 3, NOT_PROVEN), {
        after: ({ kernel }) => {
          let looks = 0;
          const get = () => {
            looks += 1;
            return looks <= 4;
          };
          Object.defineProperty(kernel, "isFull", { get });
        },
      }),
    {
      ...END,
      status: EXIT_3,
      proof: undefined,
      leftovers: [{ pid: 0, command: "?" }],
      look: NO_LOOK,
    },
  ],
  [
    "one that looks dead and cannot be looked at more closely has not ended",
    () => {
      const event = told(ended(EXITED, 3, NOT_PROVEN), {
        after: (scene) => {
          leaves?.(scene);
          scene.kernel.faults.push(["list", 0, EACCES]);
        },
      });
      return (event as { leftovers: readonly { pid: number }[] }).leftovers.map(({ pid }) => pid);
    },
    [201, 202, 203, 204],
  ],
  [
    "where readlink(2) is refused, /proc/self/stat tells whose /proc it is",
    () =>
      (["ours", "another", "none"] as const).map((proc) => {
        const { kernel, run } = started(SPEC);
        kernel.proc = proc;
        kernel.faults.push(["readLink", 0, EPERM]);
        return membersOf(run);
      }),
    [[201], [], []],
  ],
  [
    "a leftover whose name cannot be read counts all the same",
    () =>
      told(ended(EXITED, 3, NOT_PROVEN), {
        after: ({ kernel }) => void kernel.faults.push(["readText", 0, EACCES]),
      }),
    {
      ...END,
      status: EXIT_3,
      proof: undefined,
      leftovers: [{ pid: 201, command: "?" }],
      look: NO_LOOK,
    },
  ],
  [
    "the command in a namespace has no number while nothing can be looked at",
    () => {
      const { kernel, run } = started("run cmd", () => {}, { containment: "pidns" });
      kernel.isFull = true;
      return commandPid(run);
    },
    0,
  ],
  [
    "at most 64 are named",
    () => {
      const event = told(ended(EXITED, 3, NOT_PROVEN), {
        after: ({ kernel, guardian }) => {
          for (let count = 0; count < 70; count += 1) fork(kernel, guardian);
        },
      });
      return (event as { leftovers: readonly unknown[] }).leftovers.length;
    },
    64,
  ],
  [
    "the tree has ended",
    () => told([EMPTY, 1, ...USED]),
    { type: "tree-empty", proof: "echild", usage: USAGE },
  ],
  [
    "what holds less than the tree proves nothing",
    () => [proofIn("child"), proofIn("group"), proofIn("child", [EMPTY, 1, ...USED])],
    [undefined, undefined, undefined],
  ],
  [
    "each containment has its own proof",
    () => [proofIn("cgroup"), proofIn("pidns"), proofIn("subreaper"), proofIn("auto")],
    ["populated0+echild", "pidns_reaped", "echild", "echild"],
  ],
  [
    "a sweep, proven",
    () => told(swept(PROVEN)),
    {
      type: "swept",
      pid: 201,
      proof: "echild",
      end: KILL,
      usage: USAGE,
      survivors: [],
    },
  ],
  [
    "a sweep, and its survivors",
    () =>
      told(swept(NOT_PROVEN, 500, 0, 501, 1, 502, 2, 503, 9), {
        after: ({ kernel }) => {
          fork(kernel, 100, { pid: 500, command: "a b", state: "D", uid: 5, startTime: 6 });
          fork(kernel, 100, { pid: 501, command: "c) R (d", state: "R", uid: 0, startTime: 7 });
          fork(kernel, 100, { pid: 503, command: "", state: "S", uid: 1, startTime: 8 });
        },
      }),
    {
      type: "swept",
      pid: 201,
      proof: undefined,
      end: KILL,
      usage: USAGE,
      survivors: [
        { pid: 500, parent: 100, startTime: 6, uid: 5, command: "a b", state: "D", why: "eperm" },
        {
          pid: 501,
          parent: 100,
          startTime: 7,
          uid: 0,
          command: "c) R (d",
          state: "R",
          why: "unkillable",
        },
        { pid: 502, startTime: 0, uid: -1, command: "?", state: "?", why: "still_forking" },
        { pid: 503, parent: 100, startTime: 8, uid: 1, command: "", state: "S", why: "unkillable" },
      ],
    },
  ],
  [
    "in a /proc of another PID namespace survivors get no names",
    () => {
      const event = told(swept(NOT_PROVEN, 500, 0), {
        prepare: (kernel) => {
          kernel.proc = "another";
        },
        after: ({ kernel }) => void fork(kernel, 100, { pid: 500, command: "kthreadd" }),
      });
      return (event as { survivors: unknown }).survivors;
    },
    [{ pid: 500, startTime: 0, uid: -1, command: "?", state: "?", why: "eperm" }],
  ],
  [
    "the guardian has sent its signal in curfew's place, and how long ago",
    () => [told([BACKSTOP, AT - 7, 1]), told([BACKSTOP, AT + 1, 0])],
    [
      { type: "backstop", ago: 7, target: "tree" },
      { type: "backstop", ago: 0, target: "child" },
    ],
  ],
  [
    "when curfew is about to act on a limit, the guardian's signal of the next half second is left to it",
    () =>
      [false, true].map((isLate) => {
        const { kernel, run } = started(SPEC);
        guardianNews(run, AT, isLate);
        return kernel.runs[0]?.margin;
      }),
    [0, 500_000],
  ],
  [
    "a sweep that met no main child",
    () => (told([SWEPT, 0, 0, 0, PROVEN, ...USED]) as { end: unknown }).end,
    undefined,
  ],
  ["the guardian is lost", () => told([LOST, 0]), { type: "guardian-gone", killed: false }],
  ["by SIGKILL", () => told([LOST, 9]), { type: "guardian-gone", killed: true }],
  [
    "a signal to the guardian",
    () => told([SIGNAL, 1]),
    { type: "signal", signal: "SIGHUP", relayed: true },
  ],
  ["a signal that is none", () => told([SIGNAL, 77]), undefined],
  [
    "orphans that were reaped are said, and what comes after them is told",
    () => {
      const { kernel, run } = started(SPEC);
      kernel.runs[0]?.rows.push([REAPED, 61, 62], [LOST]);
      const event = guardianNews(run, AT);
      const said = kernel.descriptors.get(2);
      return [event?.type, said?.kind === "sink" && said.text.match(/\d+/g)];
    },
    ["guardian-gone", ["61", "62"]],
  ],
  [
    "in a group of control the kernel counts what was used",
    () => {
      const event = told(ended(EXITED, 0, PROVEN), {
        prepare: withCgroups,
        spec: { containment: "cgroup" },
        after: ({ kernel, run }) => {
          const [leaf] = run.confinement.cgroups;
          kernel.files.set(`${leaf}/cpu.stat`, "usage_usec 9\nuser_usec 7\nsystem_usec 2\n");
        },
      });
      return (event as { usage: unknown }).usage;
    },
    { ...USAGE, user: 7, system: 2, accounting: "exact" },
  ],
  [
    "processes that the kernel killed for memory",
    () => {
      const event = told(ended(EXITED, 0, PROVEN), {
        prepare: (kernel) => {
          withCgroups(kernel);
          kernel.files.set("/sys/fs/cgroup/me/cgroup.subtree_control", "memory\n");
        },
        spec: { memLimit: 1_048_576 as Spec["memLimit"] },
        after: ({ kernel, run }) => {
          kernel.files.set(`${run.confinement.cgroups[0]}/memory.events`, "oom 4\noom_kill 3\n");
        },
      });
      return (event as { usage: { oomKills: unknown } }).usage.oomKills;
    },
    3,
  ],
  [
    "the number outside of a PID namespace is the command's",
    () =>
      [ended(EXITED, 0, PROVEN), swept(PROVEN)].map((row) => {
        const event = told(row.with(1, 2), {
          spec: { containment: "pidns" },
          after: ({ command }) => {
            if (command.pid !== 201) throw new Error(`${command.pid}`);
          },
        });
        return (event as { pid: unknown }).pid;
      }),
    [201, 201],
  ],
  [
    "the root of the tree is the guardian; without one it is curfew, without its earlier children",
    () => {
      const kernel = makeKernel();
      fork(kernel, 100, { pid: 61 });
      const run = runOf("run cmd", kernel);
      const begun = started("run cmd");
      const after = rootOf(begun.run);
      use(kernel);
      return [rootOf(run), after];
    },
    [
      [100, [61]],
      [200, []],
    ],
  ],
  [
    "members: all below the guardian, or below curfew without its earlier children",
    () => {
      const begun = started("run cmd", (kernel) => void fork(kernel, 100, { pid: 61 }), {});
      fork(begun.kernel, 201, { pid: 302 });
      const before = membersOf(begun.run);
      const guardian = begun.kernel.runs[0];
      if (guardian !== undefined) guardian.pid = 0;
      begun.kernel.processes.delete(200);
      begun.command.parent = 100;
      return [before, membersOf(begun.run)];
    },
    [
      [201, 302],
      [201, 302],
    ],
  ],
  [
    "the command's number: as it was told; in a namespace the guardian's first child",
    () => {
      const plain = started("run cmd");
      const seen = [commandPid(plain.run)];
      const inside = started("run cmd", () => {}, { containment: "pidns" });
      seen.push(inside.run.outerPid, commandPid(inside.run));
      fork(inside.kernel, 200, { pid: 205 });
      inside.kernel.processes.delete(201);
      seen.push(commandPid(inside.run));
      inside.run.outerPid = 0;
      seen.push(commandPid(inside.run));
      inside.kernel.processes.delete(205);
      return [...seen, commandPid(inside.run)];
    },
    [201, 201, 201, 0, 205, 0],
  ],
];
