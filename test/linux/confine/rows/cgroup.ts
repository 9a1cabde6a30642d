import {
  canKill,
  limitBy,
  makeLeaf,
  oomKillsOf,
  processorTimeOf,
  removeAll,
} from "../../../../src/linux/confine/cgroup.ts";
import { cgroupInV1, cgroupInV2 } from "../../../../src/linux/confine/cgroup-dir.ts";
import type { Confinement } from "../../../../src/linux/confine/confinement.ts";
import { use } from "../../model/install.ts";
import { makeKernel } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";
import type { Kernel } from "../../model/types.ts";

const ROOT = "/sys/fs/cgroup";
const [ENOENT, EACCES, EBUSY] = [2, 13, 16];
const NAME = /curfew-100-\d+(-\d+)*$/;

type Prepare = (kernel: Kernel) => void;

/** Version 2 alone; `controllers`: those of curfew's group, and those of groups below it. */
const v2 =
  (controllers: string, given: string, mount = ROOT): Prepare =>
  ({ files }) => {
    files.set("/proc/self/cgroup", "5:pids:/one\n0::/me\n");
    files.set(`${mount}/cgroup.procs`, "");
    if (mount === ROOT) files.set(`${ROOT}/cgroup.controllers`, "");
    files.set(`${mount}/me/`, "");
    files.set(`${mount}/me/cgroup.controllers`, `${controllers}\n`);
    files.set(`${mount}/me/cgroup.subtree_control`, `${given}\n`);
    for (const file of ["memory.max", "pids.max", "cgroup.kill"]) {
      files.set(`${mount}/me/*/${file}`, "");
    }
  };

/** A controller of version 1, with others in its hierarchy. */
const v1 =
  (name: string, line = `7:cpu,${name},net:/old`): Prepare =>
  ({ files }) => {
    files.set("/proc/self/cgroup", `${line}\n`);
    files.set(`${ROOT}/${name}/cgroup.procs`, "");
    files.set(`${ROOT}/${name}/old/`, "");
    for (const file of ["memory.limit_in_bytes", "pids.max"]) {
      files.set(`${ROOT}/${name}/old/*/${file}`, "");
    }
  };

function prepared(...prepares: readonly Prepare[]): Kernel {
  const kernel = use(makeKernel());
  for (const prepare of prepares) prepare(kernel);
  return kernel;
}

const on = <T>(prepares: readonly Prepare[], act: () => T): T => {
  prepared(...prepares);
  return act();
};

const both: Prepare = (kernel) => {
  v1("memory")(kernel);
  const line = kernel.files.get("/proc/self/cgroup");
  v2("memory pids", "memory")(kernel);
  kernel.files.set("/proc/self/cgroup", `${line}0::/me\n`);
};

const short = (text: string) =>
  text.replace(/curfew-100-\d+(-\d+)*/g, "NEW").replaceAll(`${ROOT}/`, "");

/** How a limit of 7 is enforced: the answer, the groups that were made, what was written. */
function limit(name: "memory" | "pids", prepares: readonly Prepare[], made: string[] = []) {
  const kernel = prepared(...prepares);
  for (const path of made) kernel.files.set(`${path}/`, "");
  const answer = limitBy(name, 7, made, 100);
  const counter = typeof answer === "number" ? answer : answer.counter?.map(short);
  return [counter, made.map(short), kernel.log.map(short)];
}

const refuse =
  (...faults: Kernel["faults"]): Prepare =>
  (kernel) =>
    void kernel.faults.push(...faults);

const confinement = (given: Partial<Confinement>) => given as Confinement;

/** The counters that are read from two lines. */
function counted(text: string | undefined) {
  const kernel = prepared();
  if (text !== undefined) kernel.files.set("/g/cpu.stat", text);
  const time = processorTimeOf(confinement({ cgroups: ["/g"], hasLeaf: true }));
  const kills = oomKillsOf(confinement({ oomCounter: ["/g/cpu.stat", "oom_kill"] }));
  return [time, kills];
}

export const PLACES: readonly Row[] = [
  [
    "version 2 alone, and beside version 1",
    () => [
      on([v2("", "")], () => cgroupInV2()),
      on([v2("", "", `${ROOT}/unified`)], () => cgroupInV2()),
    ],
    [
      { kind: "present", path: `${ROOT}/me` },
      { kind: "present", path: `${ROOT}/unified/me` },
    ],
  ],
  [
    "the root of the hierarchy",
    () => {
      const kernel = prepared(v2("", ""));
      kernel.files.set("/proc/self/cgroup", "0::/\n");
      return cgroupInV2();
    },
    { kind: "present", path: ROOT },
  ],
  [
    "outside of what is mounted",
    () => {
      const kernel = prepared(v2("", ""));
      kernel.files.set("/proc/self/cgroup", "0::/../x\n");
      return cgroupInV2();
    },
    { kind: "absent", reason: "our own group is outside of what is mounted here" },
  ],
  [
    "nothing is mounted, or /proc does not say which group curfew is in",
    () => {
      const nothing = on([], () => cgroupInV2());
      const kernel = prepared(v2("", ""));
      kernel.files.delete("/proc/self/cgroup");
      const silent = cgroupInV2();
      return [nothing, silent].map((dir) => dir.kind === "absent" && dir.reason);
    },
    [
      "cgroup v2 is not mounted at /sys/fs/cgroup or /sys/fs/cgroup/unified",
      "/proc/self/cgroup does not say where we are",
    ],
  ],
  [
    "version 1: a controller with others, and alone",
    () => [
      on([v1("memory")], () => cgroupInV1("memory")),
      on([v1("memory", "7:memory:/old")], () => cgroupInV1("memory")),
    ],
    [
      { kind: "present", path: `${ROOT}/memory/old` },
      { kind: "present", path: `${ROOT}/memory/old` },
    ],
  ],
  [
    "version 1: another controller's place is not this one's",
    () => [
      on([v1("memory", "7:xmemory:/old")], () => cgroupInV1("memory").kind),
      on([v1("pids")], () => cgroupInV1("memory")),
    ],
    [
      "absent",
      { kind: "absent", reason: "the memory controller is not enabled for groups below ours" },
    ],
  ],
];

export const CGROUPS: readonly Row[] = [
  [
    "a group for one run has a name that no earlier process has left",
    () => {
      const kernel = prepared(v2("", ""));
      const path = makeLeaf(100);
      return [
        typeof path === "string" && path.startsWith(`${ROOT}/me/`) && NAME.test(path),
        kernel.log.map(short),
      ];
    },
    [true, ['makeDirectory "me/NEW" 493']],
  ],
  [
    "its name tells its owner, where /proc shows that",
    () => {
      const named = (prepare: Prepare) => {
        const kernel = prepared(v2("", ""), prepare);
        return String(makeLeaf(100)).replace(`${kernel.now}`, "NOW").replace(/.*\//, "");
      };
      return [
        named(() => {}),
        named((kernel) => void Object.assign(kernel, { proc: "another" })),
        named((kernel) => void kernel.faults.push(["readLink", 2, EACCES])),
        named((kernel) => void kernel.faults.push(["readText", 4, EACCES])),
      ];
    },
    ["curfew-100-NOW-1100-4026531836", ...Array(3).fill("curfew-100-NOW")],
  ],
  [
    "groups of dead owners are removed, and no others",
    () => {
      const kernel = prepared(v2("", ""));
      const [here, there] = [4_026_531_836, 7];
      for (const name of [
        `curfew-300-1-9-${here}`,
        `curfew-50-1-9-${here}`,
        `curfew-50-1-1050-${here}`,
        `curfew-300-1-9-${there}`,
        "curfew-300-1",
        "other",
      ]) {
        kernel.files.set(`${ROOT}/me/${name}/`, "");
      }
      makeLeaf(100);
      return kernel.log.filter((call) => !call.startsWith("makeDirectory")).map(short);
    },
    [
      ...["kill 300 0 = -3", 'removeCgroup "me/curfew-300-1-9-4026531836"'],
      ...["kill 50 0", 'removeCgroup "me/curfew-50-1-9-4026531836"', "kill 50 0"],
    ],
  ],
  [
    "where groups cannot be listed none is removed, and the new one is made",
    () => {
      const kernel = prepared(v2("", ""), refuse(["list", 1, EACCES]));
      makeLeaf(100);
      return kernel.log.map(short);
    },
    ['makeDirectory "me/NEW" 493'],
  ],
  [
    "none where none is mounted, or where it is refused",
    () => [
      on([], () => makeLeaf(100)),
      on([v2("", ""), refuse(["makeDirectory", 1, EACCES])], () => makeLeaf(100)),
    ],
    [-ENOENT, -EACCES],
  ],
  [
    "whether the kernel ends a group at once",
    () => {
      const kernel = prepared();
      kernel.files.set("/g/cgroup.kill", "");
      const asked = [canKill("/g"), canKill("/h")];
      kernel.faults.push(["writeFile", 3, EACCES]);
      return [...asked, canKill("/g"), kernel.log];
    },
    [
      true,
      false,
      true,
      [
        'writeFile "/g/cgroup.kill" ""',
        'writeFile "/h/cgroup.kill" "" = -2',
        'writeFile "/g/cgroup.kill" "" = -13',
      ],
    ],
  ],
  [
    "memory, where groups below curfew's have the controller",
    () => limit("memory", [v2("cpu memory", "cpu memory")]),
    [
      ["me/NEW/memory.events", "oom_kill"],
      ["me/NEW"],
      ['makeDirectory "me/NEW" 493', 'writeFile "me/NEW/memory.max" "7"'],
    ],
  ],
  [
    "memory, where they can have it",
    () => limit("memory", [v2("cpu memory", "cpu")]),
    [
      ["me/NEW/memory.events", "oom_kill"],
      ["me/NEW"],
      [
        'writeFile "me/cgroup.subtree_control" "+memory"',
        'makeDirectory "me/NEW" 493',
        'writeFile "me/NEW/memory.max" "7"',
      ],
    ],
  ],
  [
    "processes have no counter",
    () => limit("pids", [v2("pids", "pids")]),
    [undefined, ["me/NEW"], ['makeDirectory "me/NEW" 493', 'writeFile "me/NEW/pids.max" "7"']],
  ],
  [
    "a group of this run's is used again",
    () => {
      const first = `${ROOT}/me/mine`;
      return limit(
        "pids",
        [v2("pids", "pids"), ({ files }) => files.set(`${first}/pids.max`, "")],
        [first],
      );
    },
    [undefined, ["me/mine"], ['writeFile "me/mine/pids.max" "7"']],
  ],
  [
    "a group of another hierarchy is not",
    () => limit("pids", [v2("pids", "pids")], ["/elsewhere"]),
    [
      undefined,
      ["/elsewhere", "me/NEW"],
      ['makeDirectory "me/NEW" 493', 'writeFile "me/NEW/pids.max" "7"'],
    ],
  ],
  [
    "version 1, where version 2 is not there",
    () => limit("memory", [v1("memory")]),
    [
      ["memory/old/NEW/memory.oom_control", "oom_kill"],
      ["memory/old/NEW"],
      [
        'makeDirectory "memory/old/NEW" 493',
        'writeFile "memory/old/NEW/memory.limit_in_bytes" "7"',
      ],
    ],
  ],
  [
    "version 1, where version 2 has no such controller, or does not give it",
    () => [
      limit("memory", [
        both,
        ({ files }) => files.set(`${ROOT}/me/cgroup.subtree_control`, ""),
        ({ files }) => files.set(`${ROOT}/me/cgroup.controllers`, "pids"),
      ])[1],
      limit("memory", [
        both,
        ({ files }) => files.set(`${ROOT}/me/cgroup.subtree_control`, ""),
        refuse(["writeFile", 1, EBUSY]),
      ])[1],
    ],
    [["memory/old/NEW"], ["memory/old/NEW"]],
  ],
  [
    "version 1, where version 2 does not take the limit: both groups are to be removed",
    () => limit("memory", [both, refuse(["writeFile", 1, EBUSY])]).slice(0, 2),
    [
      ["memory/old/NEW/memory.oom_control", "oom_kill"],
      ["me/NEW", "memory/old/NEW"],
    ],
  ],
  [
    "version 1, where no group can be made in version 2",
    () => limit("memory", [both, refuse(["makeDirectory", 1, EACCES])]).slice(0, 2),
    [["memory/old/NEW/memory.oom_control", "oom_kill"], ["memory/old/NEW"]],
  ],
  [
    "processes in version 1",
    () => limit("pids", [v1("pids")]),
    [
      undefined,
      ["pids/old/NEW"],
      ['makeDirectory "pids/old/NEW" 493', 'writeFile "pids/old/NEW/pids.max" "7"'],
    ],
  ],
  [
    "neither",
    () => [
      limit("pids", []),
      limit("memory", [v1("memory"), refuse(["makeDirectory", 1, EACCES])]),
      limit("memory", [v1("memory"), refuse(["writeFile", 1, EBUSY])]).slice(0, 2),
    ],
    [
      [-ENOENT, [], []],
      [-EACCES, [], ['makeDirectory "memory/old/NEW" 493 = -13']],
      [-EBUSY, ["memory/old/NEW"]],
    ],
  ],
  [
    "counters",
    () => counted("nr 3\nuser_usec 12\nsystem_usec 5\noom_kill 2\n"),
    [{ user: 12, system: 5 }, 2],
  ],
  [
    "counters that are not all there",
    () => [
      counted("user_usec 12\n"),
      counted("system_usec 1\nxuser_usec 2\nuser_usecs 4"),
      counted(undefined),
    ],
    [
      [undefined, undefined],
      [undefined, undefined],
      [undefined, undefined],
    ],
  ],
  [
    "what no group counts",
    () => {
      const kernel = prepared();
      kernel.files.set("/g/cpu.stat", "user_usec 12\nsystem_usec 5\n");
      const without = confinement({ cgroups: ["/g"], hasLeaf: false, oomCounter: undefined });
      return [processorTimeOf(without), oomKillsOf(without)];
    },
    [undefined, undefined],
  ],
  [
    "groups are removed one by one",
    () => {
      const kernel = prepared();
      removeAll(["/a", "/b"]);
      return kernel.log;
    },
    ['removeCgroup "/a" = -2', 'removeCgroup "/b" = -2'],
  ],
];
