import type { Spec } from "../../../../src/core/spec/spec.ts";
import { confine, namespacesOf } from "../../../../src/linux/confine/containment.ts";
import { use } from "../../model/install.ts";
import { makeKernel } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";
import { specOf } from "../../model/scene.ts";
import type { Kernel } from "../../model/types.ts";
import { withCgroups } from "../../run/rows/guardian-news.ts";

type Scene = {
  readonly prepare?: (kernel: Kernel) => void;
  readonly pid?: number;
  readonly isSubreaper?: boolean;
};

const [EACCES, EBUSY] = [13, 16];
const MB = 1_048_576;

/** Confines a run as a spec wants it, on a prepared kernel. */
function confined(spec: Partial<Spec>, { prepare, pid = 100, isSubreaper = true }: Scene = {}) {
  const kernel = use(makeKernel(pid));
  prepare?.(kernel);
  const answer = confine({ ...specOf("run --report r cmd"), ...spec } as Spec, pid, isSubreaper);
  return { kernel, answer };
}

/** What holds the run, and the reasons why that is not certain. */
function held(containment: Spec["containment"], scene: Scene = {}, spec: Partial<Spec> = {}) {
  const { answer } = confined({ containment, ...spec }, scene);
  if ("kind" in answer) return answer;
  const { holding, namespaces, cgroups, hasLeaf } = answer;
  return [holding.mechanism, holding.reasons.join(" "), namespaces, cgroups.length, hasLeaf];
}

const noSubreaper: Scene = { isSubreaper: false };
const user: Scene = { prepare: ({ own }) => Object.assign(own, { uid: 5 }) };
const groups: Scene = { prepare: withCgroups };
const noProc: Scene = {
  prepare: (kernel) => {
    kernel.proc = "none";
  },
};
const [PIDS, MOUNTS, USER] = [0x20000000, 0x20000, 0x10000000];

const refusal = { kind: "spawn", code: "not_confined", command: "cmd" };

/** The groups that are left when a limit is refused after groups were made. */
function leftOf(prepare: (kernel: Kernel) => void) {
  const { kernel, answer } = confined(
    { containment: "cgroup", processLimit: 3 },
    {
      prepare: (on) => {
        withCgroups(on);
        prepare(on);
      },
    },
  );
  const made = [...kernel.files.keys()].filter((path) => path.includes("/curfew-"));
  return ["kind" in answer ? answer : "made", made.length];
}

export const CONTAINMENTS: readonly Row[] = [
  [
    "each by its word",
    () => [
      held("auto"),
      held("subreaper"),
      held("group"),
      held("child"),
      held("pidns"),
      held("cgroup", groups),
    ],
    [
      ["subreaper", "no_cgroup foreign_pidns_possible", 0, 0, false],
      ["subreaper", "no_cgroup foreign_pidns_possible", 0, 0, false],
      ["group", "process_group_only no_cgroup foreign_pidns_possible", 0, 0, false],
      ["child", "child_only no_cgroup foreign_pidns_possible", 0, 0, false],
      ["pidns", "", PIDS | MOUNTS, 0, false],
      ["cgroup", "", 0, 1, true],
    ],
  ],
  [
    "auto, where subreapers are refused: a group, or the child in the caller's",
    () => [
      held("auto", noSubreaper, { group: "command" }),
      held("auto", noSubreaper, { group: "own" }),
      held("auto", noSubreaper, { group: "caller" }),
    ],
    [
      ["group", "process_group_only no_cgroup foreign_pidns_possible", 0, 0, false],
      ["group", "process_group_only no_cgroup foreign_pidns_possible", 0, 0, false],
      ["child", "child_only no_cgroup foreign_pidns_possible", 0, 0, false],
    ],
  ],
  [
    "what needs a subreaper is refused where there can be none",
    () => [held("subreaper", noSubreaper), held("cgroup", { ...groups, ...noSubreaper })],
    [
      { ...refusal, detail: "--containment subreaper", errno: "EPERM" },
      { ...refusal, detail: "--containment cgroup", errno: "EPERM" },
    ],
  ],
  [
    "what needs none is not",
    () => [held("pidns", noSubreaper), held("group", noSubreaper), held("child", noSubreaper)],
    [
      ["pidns", "", PIDS | MOUNTS, 0, false],
      ["group", "process_group_only no_cgroup foreign_pidns_possible", 0, 0, false],
      ["child", "child_only no_cgroup foreign_pidns_possible", 0, 0, false],
    ],
  ],
  ["PID 1 has a namespace already", () => held("auto", { pid: 1 }), ["pidns", "", 0, 0, false]],
  [
    "PID 1 may be told otherwise",
    () => held("group", { pid: 1 }),
    ["group", "process_group_only no_cgroup foreign_pidns_possible", 0, 0, false],
  ],
  [
    "another user may be refused signals, and needs a namespace of users",
    () => [held("auto", user), held("pidns", user)],
    [
      ["subreaper", "no_cgroup foreign_pidns_possible no_kill_permission_possible", 0, 0, false],
      ["pidns", "", PIDS | MOUNTS | USER, 0, false],
    ],
  ],
  [
    "the namespaces of root, and of another user",
    () => {
      const kernel = use(makeKernel());
      const root = namespacesOf();
      kernel.own.uid = 5;
      return [root, namespacesOf()];
    },
    [PIDS | MOUNTS, PIDS | MOUNTS | USER],
  ],
  [
    "without a /proc",
    () => held("auto", noProc),
    ["subreaper", "no_cgroup foreign_pidns_possible no_proc", 0, 0, false],
  ],
  [
    "an old kernel ends a group one by one",
    () =>
      held("cgroup", {
        prepare: (kernel) => {
          withCgroups(kernel);
          for (const path of kernel.files.keys()) {
            if (path.endsWith("cgroup.kill")) kernel.files.delete(path);
          }
        },
      }),
    ["cgroup", "no_cgroup_kill", 0, 1, true],
  ],
  [
    "a group that cannot be made",
    () =>
      held("cgroup", {
        prepare: (kernel) => {
          withCgroups(kernel);
          kernel.faults.push(["makeDirectory", 1, EACCES]);
        },
      }),
    { ...refusal, detail: "--containment cgroup", errno: "EACCES" },
  ],
  [
    "a limit that is refused leaves no group behind",
    () =>
      leftOf((kernel) => {
        kernel.files.set("/sys/fs/cgroup/me/cgroup.subtree_control", "pids\n");
        kernel.faults.push(["writeFile", 1, EBUSY]);
      }),
    [{ ...refusal, detail: "--process-limit", errno: "ENOENT" }, 0],
  ],
  [
    "limits are part of what holds it",
    () => {
      const { answer } = confined({ cpuLimit: 2_500_000, memLimit: 64 * MB } as Partial<Spec>);
      if ("kind" in answer) return answer;
      return [answer.holding.limits, answer.rlimits, answer.asked, answer.oomCounter];
    },
    [
      [
        { limit: "mem", value: 64 * MB, mechanism: "rlimit", scope: "process" },
        { limit: "cpu", value: 3_000_000, mechanism: "rlimit", scope: "process" },
      ],
      [2, 64 * MB, 64 * MB, 0, 3, 4],
      "--mem-limit, --cpu-limit",
      undefined,
    ],
  ],
  [
    "memory by a group counts its kills",
    () => {
      const { answer } = confined({ memLimit: 64 * MB } as Partial<Spec>, {
        prepare: (kernel) => {
          withCgroups(kernel);
          kernel.files.set("/sys/fs/cgroup/me/cgroup.subtree_control", "memory\n");
        },
      });
      if ("kind" in answer) return answer;
      const { limits } = answer.holding;
      return [limits, answer.oomCounter?.[1], answer.hasLeaf, answer.cgroups.length];
    },
    [[{ limit: "mem", value: 64 * MB, mechanism: "cgroup", scope: "tree" }], "oom_kill", false, 1],
  ],
  [
    "what was asked for, in words",
    () =>
      [{}, { containment: "pidns" }, { containment: "group", processLimit: 0, cpuLimit: 1e6 }].map(
        (spec) => {
          const { answer } = confined(spec as Partial<Spec>);
          return "kind" in answer ? answer : answer.asked;
        },
      ),
    ["", "--containment pidns", "--containment group, --cpu-limit"],
  ],
  [
    "a limit of processes, in words",
    () => {
      const { answer } = confined(
        { processLimit: 3, containment: "cgroup" },
        {
          prepare: (kernel) => {
            withCgroups(kernel);
            kernel.files.set("/sys/fs/cgroup/me/cgroup.subtree_control", "pids\n");
          },
        },
      );
      return "kind" in answer ? answer : [answer.asked, answer.cgroups.length];
    },
    ["--containment cgroup, --process-limit", 1],
  ],
  [
    "reasons: a parent that is watched by a signal, a member in another PID namespace",
    () => {
      const kernel = use(makeKernel());
      const spec = specOf("run --report r cmd");
      const reasons = (containment: Spec["containment"], isSignalled: boolean) => {
        const answer = confine({ ...spec, containment }, 100, true, isSignalled);
        return "kind" in answer ? answer : answer.holding.reasons.join(" ");
      };
      const signalled = reasons("pidns", true);
      kernel.sawForeign = true;
      return [signalled, reasons("auto", false), reasons("pidns", false)];
    },
    ["parent_by_signal", "no_cgroup foreign_pidns_possible foreign_pidns_seen", ""],
  ],
  [
    "reasons are looked for when they are asked for",
    () => {
      const { kernel, answer } = confined({ report: undefined, containment: "auto" });
      const before = kernel.counts.get("readLink") ?? 0;
      if ("kind" in answer) return answer;
      return [before, answer.holding.reasons.length, kernel.counts.get("readLink")];
    },
    [0, 2, 1],
  ],
  [
    "where events or a report are asked for they are those of the start",
    () =>
      [
        { report: undefined, events: { kind: "fd", fd: 2 } },
        { events: undefined, report: { kind: "fd", fd: 2 } },
      ].map((spec) => {
        const { kernel, answer } = confined(spec as Partial<Spec>);
        kernel.proc = "none";
        return "kind" in answer ? answer : answer.holding.reasons.length;
      }),
    [2, 2],
  ],
];
