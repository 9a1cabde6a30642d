import type { Containment, Spec } from "./spec.ts";
import type { Mechanism, ReliabilityReason } from "./tree.ts";

/** Containments that prove nothing where the tree's orphans do not come to curfew. */
const NEED_SUBREAPER: readonly Containment[] = ["cgroup", "subreaper"];

/** Whether a containment is refused where curfew cannot become a subreaper (prctl(2)). */
export function needsSubreaper({ containment }: Spec): boolean {
  return NEED_SUBREAPER.includes(containment);
}

/** What holds the tree, where the containment that was asked for can be had. */
export function mechanismOf(
  { containment, group }: Spec,
  { isInit, isSubreaper }: { readonly isInit: boolean; readonly isSubreaper: boolean },
): Mechanism {
  if (containment !== "auto") return containment;
  if (!isSubreaper) return group === "caller" ? "child" : "group";
  // PID 1 holds what it starts: when PID 1 exits, the kernel kills all of its PID namespace.
  return isInit ? "pidns" : "subreaper";
}

/** What is known of the ways out of a tree. */
export type Doubts = {
  /** The kernel can kill all of the cgroup in one step. */
  readonly canKillCgroup: boolean;
  /** curfew may signal processes of every user. */
  readonly mayKillAll: boolean;
  /** /proc shows curfew's own PID namespace. */
  readonly hasProc: boolean;
  /** The kernel tells of the end of curfew's parent by a signal, not by a descriptor. */
  readonly isParentSignalled: boolean;
  /** A process of the tree was seen whose children are born into another PID namespace. */
  readonly isForeignSeen: boolean;
};

/** Why the end of the whole tree is not certain; empty: it is. */
export function reasonsOf(mechanism: Mechanism, doubts: Doubts): readonly ReliabilityReason[] {
  const reasons: ReliabilityReason[] = [];
  const isCertain = mechanism === "cgroup" || mechanism === "pidns";
  if (mechanism === "cgroup" && !doubts.canKillCgroup) reasons.push("no_cgroup_kill");
  if (mechanism === "child") reasons.push("child_only");
  if (mechanism === "group") reasons.push("process_group_only");
  if (!isCertain) {
    reasons.push("no_cgroup", "foreign_pidns_possible");
    if (!doubts.mayKillAll) reasons.push("no_kill_permission_possible");
    if (!doubts.hasProc) reasons.push("no_proc");
  }
  if (doubts.isParentSignalled) reasons.push("parent_by_signal");
  if (mechanism === "subreaper" && doubts.isForeignSeen) reasons.push("foreign_pidns_seen");
  return reasons;
}
