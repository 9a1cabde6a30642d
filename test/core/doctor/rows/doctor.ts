import type { Facts } from "../../../../src/core/doctor/doctor.ts";

/** A machine: what is different from root's on a good one, and the text that is said. */
export type DoctorRow = readonly [name: string, facts: Partial<Facts>, text: string];

const GROUP = { kind: "made", path: "/sys/fs/cgroup/a.scope" } as const;
const NO_V2 = { kind: "absent", reason: "cgroup v2 is not mounted" } as const;
const READ_ONLY = { kind: "refused", path: "/sys/fs/cgroup", errno: "EACCES" } as const;
const NO_PIDS = { kind: "absent", reason: "the pids controller is not enabled" } as const;

export const GOOD: Facts = {
  release: "6.12.0",
  user: 0,
  isInit: false,
  hasProc: true,
  hasChildrenLists: true,
  hasPidfd: true,
  cgroup: GROUP,
  hasCgroupKill: true,
  memory: GROUP,
  memoryErrno: undefined,
  cpuErrno: undefined,
  pids: GROUP,
  namespaceErrno: undefined,
  subreaperErrno: undefined,
  auto: { mechanism: "subreaper", reasons: ["no_cgroup", "foreign_pidns_possible"] },
};

export const MACHINES: readonly DoctorRow[] = [
  [
    "root, with all there is",
    {},
    `Containment (--containment), for user 0:
  cgroup           yes    below /sys/fs/cgroup/a.scope
  pidns            yes    as root; the command sees other PIDs
  subreaper        yes    needs nothing; with a guardian

Without options: subreaper, best_effort
  no_cgroup
    The tree is followed from parent to child; no cgroup encloses it.
    Remedy: --containment cgroup or --containment pidns
  foreign_pidns_possible
    A process that joins another PID namespace can get out of sight of curfew.
    Remedy: --containment cgroup or --containment pidns

Limits:
  --cpu-limit      rlimit each process for itself
  --mem-limit      cgroup the whole tree, below /sys/fs/cgroup/a.scope
  --process-limit  cgroup the whole tree, below /sys/fs/cgroup/a.scope

Kernel 6.12.0:
  pidfd            yes
  /proc            yes
  children lists   yes
  cgroup.kill      yes
  PID 1            no     as PID 1, the kernel would kill the tree with curfew
`,
  ],
  [
    "a user in a container without anything",
    {
      user: 1000,
      hasProc: false,
      hasChildrenLists: false,
      hasPidfd: false,
      cgroup: READ_ONLY,
      hasCgroupKill: false,
      memory: NO_V2,
      pids: NO_PIDS,
      namespaceErrno: "EPERM",
      auto: {
        mechanism: "subreaper",
        reasons: ["no_cgroup", "no_kill_permission_possible", "no_proc", "no_guardian"],
      },
    },
    `Containment (--containment), for user 1000:
  cgroup           no     /sys/fs/cgroup: permission denied (EACCES)
  pidns            no     with a user namespace: operation not permitted (EPERM)
  subreaper        yes    needs nothing; with a guardian

Without options: subreaper, best_effort
  no_cgroup
    The tree is followed from parent to child; no cgroup encloses it.
    Remedy: a delegated cgroup, as in systemd-run --user --scope -p Delegate=yes
  no_kill_permission_possible
    A set-user-ID program in the tree may change its user, and curfew may not signal it then.
    Remedy: a delegated cgroup, as in systemd-run --user --scope -p Delegate=yes
  no_proc
    Without a /proc of its PID namespace, curfew cannot list the processes of the tree.
    Remedy: a /proc of this PID namespace, as unshare --mount-proc mounts it
  no_guardian
    If curfew is killed with SIGKILL, no process terminates the tree.
    Remedy: --containment pidns

Limits:
  --cpu-limit      rlimit each process for itself
  --mem-limit      rlimit data of each process; no cgroup: cgroup v2 is not mounted
  --process-limit  no     the pids controller is not enabled

Kernel 6.12.0:
  pidfd            no     curfew identifies processes by PID and start time
  /proc            no     missing, or of another PID namespace: mount it again
  children lists   no     needs CONFIG_PROC_CHILDREN
  cgroup.kill      no     needs Linux 5.14 and a cgroup of curfew's own
  PID 1            no     as PID 1, the kernel would kill the tree with curfew
`,
  ],
  [
    "a sandbox without prctl(2), on a kernel that keeps no limit of data",
    {
      hasPidfd: false,
      cgroup: NO_V2,
      hasCgroupKill: false,
      memory: NO_V2,
      memoryErrno: "ENOSYS",
      cpuErrno: "ENOSYS",
      pids: NO_PIDS,
      subreaperErrno: "EINVAL",
      auto: { mechanism: "child", reasons: ["child_only", "no_cgroup"] },
    },
    `Containment (--containment), for user 0:
  cgroup           no     cgroup v2 is not mounted
  pidns            yes    as root; the command sees other PIDs
  subreaper        no     becoming a subreaper: invalid argument (EINVAL)

Without options: child, best_effort
  child_only
    Only the command itself is terminated, not what it started.
    Remedy: --containment pidns
  no_cgroup
    The tree is followed from parent to child; no cgroup encloses it.
    Remedy: --containment pidns

Limits:
  --cpu-limit      no     each process for itself: this kernel does not have it (ENOSYS)
  --mem-limit      no     data of each process: this kernel does not have it (ENOSYS); no cgroup: cgroup v2 is not mounted
  --process-limit  no     the pids controller is not enabled

Kernel 6.12.0:
  pidfd            no     curfew identifies processes by PID and start time
  /proc            yes
  children lists   yes
  cgroup.kill      no     needs Linux 5.14 and a cgroup of curfew's own
  PID 1            no     as PID 1, the kernel would kill the tree with curfew
`,
  ],
  [
    "PID 1 of a container",
    {
      isInit: true,
      hasCgroupKill: false,
      auto: { mechanism: "pidns", reasons: [] },
    },
    `Containment (--containment), for user 0:
  cgroup           yes    below /sys/fs/cgroup/a.scope; without cgroup.kill, members are killed one by one
  pidns            yes    as root; the command sees other PIDs
  subreaper        yes    as PID 1, curfew adopts all orphans

Without options: pidns, guaranteed

Limits:
  --cpu-limit      rlimit each process for itself
  --mem-limit      cgroup the whole tree, below /sys/fs/cgroup/a.scope
  --process-limit  cgroup the whole tree, below /sys/fs/cgroup/a.scope

Kernel 6.12.0:
  pidfd            yes
  /proc            yes
  children lists   yes
  cgroup.kill      no     needs Linux 5.14 and a cgroup of curfew's own
  PID 1            yes
`,
  ],
];
