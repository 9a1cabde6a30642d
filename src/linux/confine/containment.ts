import type { SpawnError } from "../../core/spec/error.ts";
import { mechanismOf, needsSubreaper, reasonsOf } from "../../core/spec/holding.ts";
import type { Spec } from "../../core/spec/spec.ts";
import { errnoName } from "../../core/values/errno.ts";
import { NO_SIZE_LIMIT } from "../../core/values/size.ts";
import { CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUSER, EPERM } from "../kernel/abi.ts";
import { hasOwnProc } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import { canKill, makeLeaf, removeAll } from "./cgroup.ts";
import type { Confinement } from "./confinement.ts";
import { applyLimits } from "./limits.ts";

/** Makes the groups and limits that the spec asks for, and says what they guarantee. */
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
  if (!isSubreaper && needsSubreaper(spec)) {
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
  const mechanism = mechanismOf(spec, { isInit: ownPid === 1, isSubreaper });
  const canKillCgroup = hasLeaf && canKill(made[0]);
  const rightsNow = () => ({ mayKillAll: sys.mayKillAll() !== 0, hasProc: hasOwnProc() });
  // A report wants the rights at the start of the run; a run without a report need not look.
  const isAsked = spec.report !== undefined || spec.events !== undefined;
  const known = isAsked ? rightsNow() : undefined;
  return {
    holding: {
      mechanism,
      get reasons() {
        const isForeignSeen = sys.sawForeign() !== 0;
        const rights = known ?? rightsNow();
        return reasonsOf(mechanism, { ...rights, canKillCgroup, isParentSignalled, isForeignSeen });
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

/** The namespaces of `pidns`. A user namespace gives the right to make the others. */
export function namespacesOf(): number {
  const [user] = sys.user();
  return CLONE_NEWPID | CLONE_NEWNS | (user === 0 ? 0 : CLONE_NEWUSER);
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
