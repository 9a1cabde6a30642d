import type { Will } from "../../../../src/core/run/action.ts";
import { STUCK_LIMIT } from "../../../../src/core/run/ladder.ts";
import type { Spec } from "../../../../src/core/spec/spec.ts";
import type { Duration, Instant } from "../../../../src/core/values/duration.ts";
import { now } from "../../../../src/linux/kernel/clock.ts";
import { leaveWill, spawnAlone } from "../../../../src/linux/run/spawn.ts";
import { use } from "../../model/install.ts";
import { makeKernel } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";
import { runOf } from "../../model/scene.ts";
import type { Kernel } from "../../model/types.ts";
import { withCgroups } from "./guardian-news.ts";

const EAGAIN = 11;
const LINE = "run --process-group caller cmd a";

type Scene = {
  readonly line?: string;
  readonly prepare?: (kernel: Kernel) => void;
  readonly spec?: Partial<Spec>;
  readonly pid?: number;
};

/** What `spawn` of the window is given, and the result. */
function spawned({ line = LINE, prepare, spec, pid }: Scene = {}) {
  const kernel = makeKernel(pid);
  prepare?.(kernel);
  const run = runOf(line, kernel, spec);
  return spawnedBy(kernel, () => spawnAlone(run, now()));
}

/** The same for another way to start a command. */
export function spawnedBy(kernel: Kernel, spawner: () => number) {
  kernel.log.length = 0;
  const answer = spawner();
  const call = kernel.log.find((text) => text.startsWith("spawn "));
  const given = [...(call ?? "").matchAll(/\[.*?\]|"[^"]*"/g)].map(([text]) => text);
  const [files, argv, shell, settings, limits, cgroups, variables, own, , descriptors] = given;
  const numbers = JSON.parse(settings ?? "[]") as number[];
  return {
    ...{ answer, files, argv, shell, limits, cgroups, variables, own, descriptors },
    settings: numbers,
    log: kernel.log.filter((text) => !text.startsWith("spawn ")),
  };
}

/** The numbers of a containment or a group, without those that are always the same. */
const settings = (spec: Partial<Spec>, scene: Scene = {}) =>
  spawned({ ...scene, spec })
    .settings.slice(0, 9)
    .join(" ");

const groups: Scene = { prepare: withCgroups };
const user: Scene = { prepare: ({ own }) => Object.assign(own, { uid: 5 }) };
export const variables = (...pairs: readonly (readonly [string, string])[]): Scene => ({
  prepare: ({ env }) => {
    for (const [name, value] of pairs) env.set(name, value);
  },
});

const given = (scene: Scene) => {
  const { variables, own, descriptors, answer, log } = spawned(scene);
  return [variables, own, descriptors, answer, log];
};

const WILL: Will = {
  signal: "SIGINT",
  grace: 2 as Duration,
  sweepLimit: 3 as Duration,
  signalAt: 4 as Instant,
  sweepAt: 7 as Instant,
  staysForLeftovers: true,
  settle: { quiet: 5 as Duration, limit: 6 as Duration },
};

/** The will as the window gets it. */
function willed(will: Partial<Will>, since?: number): readonly number[] {
  const kernel = use(makeKernel());
  leaveWill({ ...WILL, ...will }, since);
  const [row = "[]"] = /\[.*\]/.exec(kernel.log[0] ?? "") ?? [];
  return JSON.parse(row) as number[];
}

export const SPAWNS: readonly Row[] = [
  [
    "the command's words, the files that it may be, and the shell",
    () => {
      const { files, argv, shell, answer } = spawned(variables(["PATH", "/a:/b"]));
      return [files, argv, shell, answer];
    },
    ['["/a/cmd","/b/cmd"]', '["cmd","a"]', '"/bin/sh"', 0],
  ],
  ["a path is looked for nowhere else", () => spawned({ line: "run ./cmd" }).files, '["./cmd"]'],
  [
    "what a sweep reaches",
    () => [
      settings({ containment: "child" }),
      settings({ containment: "group" }),
      settings({ containment: "subreaper" }),
      settings({ containment: "auto" }),
      settings({ containment: "cgroup" }, groups),
    ],
    ["0", "1", "2", "2", "2"].map(
      (scope, at) => `${scope} 0 ${scope === "1" ? 100 : 0} 0 0 0 ${at === 4 ? 1 : 0} -1 0`,
    ),
  ],
  [
    "namespaces, with curfew's user outside of them",
    () => [settings({ containment: "pidns" }), settings({ containment: "pidns" }, user)],
    [`2 0 0 ${0x20020000} 0 0 0 -1 0`, `2 0 0 ${0x30020000} 5 5 0 -1 0`],
  ],
  [
    "without namespaces the user is not told",
    () => settings({ containment: "subreaper" }, user),
    "2 0 0 0 0 0 0 -1 0",
  ],
  [
    "which group the command is in, or leads",
    () => [
      settings({ group: "own" }),
      settings({ group: "caller" }),
      settings({ group: "command" }),
      settings({ group: "alone" }),
      settings({ group: "session" }),
    ],
    [
      ...["2 0 100 0 0 0 0 -1 0", "2 0 0 0 0 0 0 -1 0"],
      ...["2 2 0 0 0 0 0 -1 0", "2 2 0 0 0 0 0 -1 0", "2 1 0 0 0 0 0 -1 0"],
    ],
  ],
  [
    "a session gets the terminal",
    () => {
      const scene: Scene = {
        line: "init cmd",
        prepare: (kernel) => {
          kernel.hasTerminal = true;
        },
      };
      return [
        spawned({ ...scene, pid: 1 })
          .settings.slice(1, 8)
          .join(" "),
        spawned(scene).settings.slice(1, 8).join(" "),
      ];
    },
    ["1 0 0 0 0 0 10", "0 0 0 0 0 0 -1"],
  ],
  ["whether orphans are told", () => settings({ sayReaped: true }), "2 0 0 0 0 0 0 -1 1"],
  [
    "how long processes in state D are waited for",
    () => spawned().settings.slice(9, 10),
    [STUCK_LIMIT],
  ],
  [
    "members in other PID namespaces are not looked for",
    () => spawned().settings.slice(10, 11),
    [0],
  ],
  [
    "but where a report or events are asked for, which say so",
    () =>
      (["report", "events"] as const).map(
        (part) => spawned({ spec: { [part]: { kind: "fd", fd: 2 } } }).settings[10],
      ),
    [1, 1],
  ],
  [
    "limits and groups",
    () => {
      const { limits, cgroups } = spawned({
        ...groups,
        spec: { containment: "cgroup", cpuLimit: 1_000_000 as Duration },
      });
      return [limits, /^\["\/sys\/fs\/cgroup\/me\/curfew-100-[\d-]+"\]$/.test(cgroups ?? "")];
    },
    ["[0,1,2]", true],
  ],
  ["nothing else is given", () => given({}), ["[]", "[]", "[]", 0, []]],
  [
    "variables with curfew's PID get the command's",
    () => given(variables(["LISTEN_PID", "100"], ["WATCHDOG_PID", "100"])),
    ['["LISTEN_PIDFDID"]', '["LISTEN_PID","WATCHDOG_PID"]', "[]", 0, []],
  ],
  [
    "a variable of a watchdog alone",
    () => given(variables(["WATCHDOG_PID", "100"])).slice(0, 2),
    ["[]", '["WATCHDOG_PID"]'],
  ],
  [
    "what names another stays",
    () => given(variables(["LISTEN_PID", "10"], ["WATCHDOG_PID", "1000"])).slice(0, 2),
    ["[]", "[]"],
  ],
];

export const WILLS: readonly Row[] = [
  ["in numbers", () => willed({}), [2, 2, 3, 4, 7, 1, 5, 6]],
  ["its instants are counted from the spawn", () => willed({}, 100), [2, 2, 3, 104, 107, 1, 5, 6]],
  [
    "without an instant it does nothing by itself",
    () => willed({ signalAt: undefined, sweepAt: undefined }, 100).slice(3, 5),
    [0, 0],
  ],
  ["without staying", () => willed({ staysForLeftovers: false })[5], 0],
  [
    "what comes of it is told",
    () => {
      const kernel = use(makeKernel());
      kernel.faults.push(["guardianWill", 1, EAGAIN]);
      return [leaveWill(WILL), leaveWill(WILL)];
    },
    [-EAGAIN, 0],
  ],
];
