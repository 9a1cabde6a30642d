import type { SpawnError } from "../../core/spec/error.ts";
import type { Containment, Spec } from "../../core/spec/spec.ts";
import type { Mechanism, ReliabilityReason } from "../../core/spec/tree.ts";
import { errnoName } from "../../core/values/errno.ts";
import { NO_SIZE_LIMIT } from "../../core/values/size.ts";
import { hasOwnProc } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import { canKill, makeLeaf, removeAll } from "./cgroup.ts";
import type { Confinement } from "./confinement.ts";
import { applyLimits } from "./limits.ts";

// clone(2)
const NEW_MOUNTS = 0x00020000;
const NEW_USER = 0x10000000;
const NEW_PIDS = 0x20000000;

/** Makes what the spec asks for, and says what that guarantees. */
export function confine(
  spec: Spec,
  ownPid: number,
  isSubreaper: boolean,
  isParentSignalled = false,
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
  const limits = applyLimits(spec, made, ownPid);
  if ("refused" in limits) return refuse(limits.refused, limits.errno);
  const mechanism = hasLeaf ? "cgroup" : mechanismOf(spec, ownPid, isSubreaper);
  const isWeak = hasLeaf && !canKill(made[0]);
  const reasonsNow = () => [
    ...(isWeak ? ONE_BY_ONE : reasonsOf(mechanism)),
    ...(isParentSignalled ? (["parent_by_signal"] as const) : []),
  ];
  // Known at the start, where anybody will ask; a run without a report need not look.
  const isAsked = spec.report !== undefined || spec.events !== undefined;
  const known = isAsked ? reasonsNow() : undefined;
  return {
    holding: {
      mechanism,
      get reasons() {
        return withSeen(mechanism, known ?? reasonsNow());
      },
      limits: limits.applied,
    },
    namespaces: spec.containment === "pidns" ? namespacesOf() : 0,
    cgroups: made,
    hasLeaf,
    oomCounter: limits.oomCounter,
    rlimits: limits.rlimits,
    asked: askedOf(spec),
  };
}

/** What was met on the way; where the first process of a namespace is ours that cannot get away. */
function withSeen(
  mechanism: Mechanism,
  reasons: readonly ReliabilityReason[],
): readonly ReliabilityReason[] {
  const isSeen = mechanism === "subreaper" && sys.sawForeign() !== 0;
  return isSeen ? [...reasons, "foreign_pidns_seen"] : reasons;
}

const NEEDS_SUBREAPER: readonly Containment[] = ["cgroup", "subreaper"];
const EPERM = 1;
const ONE_BY_ONE: readonly ReliabilityReason[] = ["no_cgroup_kill"];

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
export function namespacesOf(): number {
  const [user] = sys.user();
  return NEW_PIDS | NEW_MOUNTS | (user === 0 ? 0 : NEW_USER);
}

function reasonsOf(mechanism: Mechanism): readonly ReliabilityReason[] {
  if (mechanism === "cgroup" || mechanism === "pidns") return [];
  const reasons: ReliabilityReason[] = [];
  if (mechanism === "child") reasons.push("child_only");
  if (mechanism === "group") reasons.push("process_group_only");
  reasons.push("no_cgroup", "foreign_pidns_possible");
  if (sys.mayKillAll() === 0) reasons.push("no_kill_permission_possible");
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
