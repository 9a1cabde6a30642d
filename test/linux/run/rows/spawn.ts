import { parseListen } from "../../../../src/core/cli/options/listen.ts";
import type { Will } from "../../../../src/core/run/action.ts";
import { STUCK_LIMIT } from "../../../../src/core/run/ladder.ts";
import type { Spec } from "../../../../src/core/spec/spec.ts";
import type { Duration, Instant } from "../../../../src/core/values/duration.ts";
import { leaveWill, spawn } from "../../../../src/linux/run/spawn.ts";
import { use } from "../../model/install.ts";
import { makeKernel } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";
import { heldOf } from "../../model/scene.ts";
import type { Kernel } from "../../model/types.ts";
import { withCgroups } from "./guardian-news.ts";

const EAGAIN = 11;

type Scene = {
  readonly line?: string;
  readonly prepare?: (kernel: Kernel) => void;
  readonly spec?: Partial<Spec>;
  readonly pid?: number;
  readonly generation?: number;
};

/** What the window is told at a spawn, by place, and what came of it. */
function spawned({
  line = "run --process-group caller cmd a",
  prepare,
  spec,
  pid,
  generation,
}: Scene = {}) {
  const kernel = makeKernel(pid);
  prepare?.(kernel);
  const held = Object.assign(heldOf(line, kernel, spec), generation && { generation });
  kernel.log.length = 0;
  const seen: unknown[] = [];
  const { begins } = kernel.birth;
  kernel.birth.begins = (...born) => {
    seen.push(born[1].group);
    begins(...born);
  };
  const answer = spawn(held);
  const call = kernel.log.find((text) => text.startsWith("spawn "));
  const given = [...(call ?? "").matchAll(/\[.*?\]|"[^"]*"/g)].map(([text]) => text);
  const [files, argv, shell, settings, limits, cgroups, variables, own, descriptors] = given;
  const numbers = JSON.parse(settings ?? "[]") as number[];
  return {
    ...{ kernel, held, answer, files, argv, shell, limits, cgroups, variables, own, descriptors },
    settings: numbers,
    log: kernel.log.filter((text) => !text.startsWith("spawn ")),
  };
}

/** The numbers of a containment or a group; the last two are everybody's. */
const settings = (spec: Partial<Spec>, scene: Scene = {}) =>
  spawned({ ...scene, spec })
    .settings.slice(0, 9)
    .join(" ");

const groups: Scene = { prepare: withCgroups };
const user: Scene = { prepare: ({ own }) => Object.assign(own, { uid: 5 }) };
const variables = (...pairs: readonly (readonly [string, string])[]): Scene => ({
  prepare: ({ env }) => {
    for (const [name, value] of pairs) env.set(name, value);
  },
});
const listen = (...texts: readonly string[]) => ({
  listen: texts.flatMap((text) => parseListen(text) ?? []),
});

const given = (scene: Scene) => {
  const { variables, own, descriptors, answer, held, log } = spawned(scene);
  return [variables, own, descriptors, answer, held.readyFd, log];
};

const WILL: Will = {
  signal: "SIGINT",
  delay: 2 as Duration,
  patience: 3 as Duration,
  signalAt: 4 as Instant,
  sweepAt: 7 as Instant,
  hold: true,
  settle: { quiet: 5 as Duration, limit: 6 as Duration },
};

/** The will as the window is told it. */
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
    ["0", "1", "2", "2", "2"].map((scope, at) => `${scope} 0 0 0 0 0 ${at === 4 ? 1 : 0} -1 0`),
  ],
  [
    "namespaces, with who we are outside of them",
    () => [settings({ containment: "pidns" }), settings({ containment: "pidns" }, user)],
    [`2 0 0 ${0x20020000} 0 0 0 -1 0`, `2 0 0 ${0x30020000} 5 5 0 -1 0`],
  ],
  [
    "who we are is nobody's affair without them",
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
  ["nobody is looked for in other PID namespaces", () => spawned().settings.slice(10, 11), [0]],
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
  ["nothing else is given", () => given({}), ["[]", "[]", "[]", 0, -1, []]],
  [
    "what named us names the command",
    () => given(variables(["LISTEN_PID", "100"], ["WATCHDOG_PID", "100"])),
    ['["LISTEN_PIDFDID"]', '["LISTEN_PID","WATCHDOG_PID"]', "[]", 0, -1, []],
  ],
  [
    "what named us for a watchdog alone",
    () => given(variables(["WATCHDOG_PID", "100"])).slice(0, 2),
    ["[]", '["WATCHDOG_PID"]'],
  ],
  [
    "what names another stays",
    () => given(variables(["LISTEN_PID", "10"], ["WATCHDOG_PID", "1000"])).slice(0, 2),
    ["[]", "[]"],
  ],
  [
    "sockets, by number and name",
    () => given({ spec: listen("a=127.0.0.1:1", "127.0.0.1:2") }),
    [
      '["CURFEW_GENERATION=1","LISTEN_PIDFDID","LISTEN_FDS=2","LISTEN_FDNAMES=a:127.0.0.1_2","SCINIT_INHERITED_FDS=3,4"]',
      '["LISTEN_PID"]',
      "[11,3,12,4]",
      0,
      -1,
      [],
    ],
  ],
  [
    "sockets, where we had some",
    () =>
      given({
        ...variables(["LISTEN_PID", "100"], ["WATCHDOG_PID", "100"]),
        spec: listen("a=127.0.0.1:1"),
      }).slice(1, 2),
    ['["LISTEN_PID","WATCHDOG_PID"]'],
  ],
  [
    "a generation that has no sockets knows which one it is",
    () => given({ spec: { watch: ["/"] }, generation: 3 }).slice(0, 3),
    ['["CURFEW_GENERATION=3"]', "[]", "[]"],
  ],
  [
    "a socket to say that it is ready by",
    () => given({ spec: { ready: { kind: "notify" } } }),
    ['["CURFEW_GENERATION=1","NOTIFY_SOCKET=@notify-11"]', "[]", "[]", 0, 11, ["openNotify"]],
  ],
  [
    "a pipe to say it by: its end is the command's alone",
    () => given({ spec: { ready: { kind: "fd", fd: 9 }, ...listen("a=127.0.0.1:1") } }),
    [
      '["CURFEW_GENERATION=1","LISTEN_PIDFDID","LISTEN_FDS=1","LISTEN_FDNAMES=a","SCINIT_INHERITED_FDS=3"]',
      '["LISTEN_PID"]',
      "[11,3,13,9]",
      0,
      12,
      ["openPipe", "close 13"],
    ],
  ],
  [
    "where nothing was started both ends are closed",
    () =>
      given({
        spec: { ready: { kind: "fd", fd: 9 } },
        prepare: (kernel) => void kernel.faults.push(["spawn", 1, EAGAIN]),
      }).slice(3),
    [-EAGAIN, -1, ["openPipe", "close 12", "close 11"]],
  ],
  [
    "where there is no pipe nothing is started",
    () => {
      const { answer, files, log } = spawned({
        spec: { ready: { kind: "fd", fd: 9 } },
        prepare: (kernel) => void kernel.faults.push(["openPipe", 1, EAGAIN]),
      });
      return [answer, files, log];
    },
    [-EAGAIN, undefined, ["openPipe = -11"]],
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
  ["without staying", () => willed({ hold: false })[5], 0],
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
