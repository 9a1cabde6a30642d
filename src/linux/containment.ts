import { errnoName } from "../core/errno.ts";
import type { SpawnError } from "../core/error.ts";
import { NO_SIZE_LIMIT } from "../core/size.ts";
import type { Containment, Spec } from "../core/spec.ts";
import type { AppliedLimit, Mechanism, ReliabilityReason } from "../core/tree.ts";
import { canKill, limitBy, makeLeaf, removeAll } from "./cgroup.ts";
import type { Confinement, Counter } from "./confinement.ts";
import { hasOwnProc } from "./proc.ts";
import { sys } from "./syscalls.ts";

// clone(2)
const NEW_MOUNTS = 0x00020000;
const NEW_USER = 0x10000000;
const NEW_PIDS = 0x20000000;

// getrlimit(2)
const RLIMIT_CPU = 0;
const RLIMIT_DATA = 2;
const SECOND = 1e6;

/** Makes what the spec asks for, and says what that guarantees. */
export function confine(
  spec: Spec,
  ownPid: number,
  isSubreaper: boolean,
): Confinement | SpawnError {
  const made: string[] = [];
  const refuse = (detail: string, errno: number): SpawnError => {
    removeAll(made);
    const command = spec.command[0] ?? "";
    return { kind: "spawn", code: "not_confined", command, detail, errno: errnoName(errno) };
  };
  // Without it nobody's end proves anything.
  if (!isSubreaper && NEEDS_SUBREAPER.includes(spec.containment)) {
    return refuse(`--containment ${spec.containment}`, EPERM);
  }
  let hasLeaf = false;
  if (spec.containment === "cgroup") {
    const leaf = makeLeaf(ownPid);
    if (typeof leaf === "number") return refuse("--containment cgroup", -leaf);
    made.push(leaf);
    hasLeaf = true;
  }
  const applied: AppliedLimit[] = [];
  const rlimits: number[] = [];
  let oomCounter: Counter | undefined;
  if (spec.memLimit !== NO_SIZE_LIMIT) {
    const limited = limitBy("memory", spec.memLimit, made, ownPid);
    const byGroup = typeof limited !== "number";
    if (byGroup) oomCounter = limited.counter;
    // RLIMIT_DATA, not RLIMIT_AS: Node and others reserve far more addresses than they use.
    else rlimits.push(RLIMIT_DATA, spec.memLimit, spec.memLimit);
    applied.push({ limit: "mem", value: spec.memLimit, ...(byGroup ? BY_GROUP : BY_RLIMIT) });
  }
  if (spec.processLimit !== 0) {
    const limited = limitBy("pids", spec.processLimit, made, ownPid);
    if (typeof limited === "number") return refuse("--process-limit", -limited);
    applied.push({ limit: "process", value: spec.processLimit, ...BY_GROUP });
  }
  if (spec.cpuLimit !== 0) {
    const seconds = Math.ceil(spec.cpuLimit / SECOND);
    // SIGXCPU at the soft limit; without the second in between, SIGKILL would come instead.
    rlimits.push(RLIMIT_CPU, seconds, seconds + 1);
    applied.push({ limit: "cpu", value: seconds * SECOND, ...BY_RLIMIT });
  }
  const mechanism = hasLeaf ? "cgroup" : mechanismOf(spec, ownPid, isSubreaper);
  const isWeak = hasLeaf && !canKill(made[0]);
  const reasonsNow = () => (isWeak ? ONE_BY_ONE : reasonsOf(mechanism));
  // Known at the start, where anybody will ask; a run without a report need not look.
  const isAsked = spec.report !== undefined || spec.events !== undefined;
  const known = isAsked ? reasonsNow() : undefined;
  return {
    holding: {
      mechanism,
      get reasons() {
        return known ?? reasonsNow();
      },
      limits: applied,
    },
    namespaces: spec.containment === "pidns" ? namespacesOf() : 0,
    cgroups: made,
    hasLeaf,
    oomCounter,
    rlimits,
    asked: askedOf(spec),
  };
}

const NEEDS_SUBREAPER: readonly Containment[] = ["cgroup", "subreaper"];
const EPERM = 1;
const ONE_BY_ONE: readonly ReliabilityReason[] = ["no_cgroup_kill"];
const BY_GROUP = { mechanism: "cgroup", scope: "tree" } as const;
const BY_RLIMIT = { mechanism: "rlimit", scope: "process" } as const;

/** The first process of a PID namespace holds what it starts: the kernel ends all of it with us. */
function mechanismOf(
  { containment, group }: Spec,
  ownPid: number,
  isSubreaper: boolean,
): Mechanism {
  if (containment !== "auto") return containment;
  if (!isSubreaper) return group === "caller" ? "child" : "group";
  return ownPid === 1 ? "pidns" : "subreaper";
}

/** Without the right to make one, a user namespace gives it. */
function namespacesOf(): number {
  const [user] = sys.user();
  return NEW_PIDS | NEW_MOUNTS | (user === 0 ? 0 : NEW_USER);
}

function reasonsOf(mechanism: Mechanism): readonly ReliabilityReason[] {
  if (mechanism === "cgroup" || mechanism === "pidns") return [];
  const [user] = sys.user();
  const reasons: ReliabilityReason[] = [];
  if (mechanism === "child") reasons.push("child_only");
  if (mechanism === "group") reasons.push("process_group_only");
  reasons.push("no_cgroup", "foreign_pidns_possible");
  if (user !== 0) reasons.push("no_kill_permission_possible");
  if (!hasOwnProc()) reasons.push("no_proc");
  return reasons;
}

function askedOf({ containment, memLimit, processLimit, cpuLimit }: Spec): string {
  const asked = [
    containment === "auto" ? "" : `--containment ${containment}`,
    memLimit === NO_SIZE_LIMIT ? "" : "--mem-limit",
    processLimit === 0 ? "" : "--process-limit",
    cpuLimit === 0 ? "" : "--cpu-limit",
  ];
  return asked.filter(Boolean).join(", ");
}
