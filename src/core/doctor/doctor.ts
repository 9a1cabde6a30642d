import type { Mechanism, ReliabilityReason } from "../spec/tree.ts";
import { errnoText } from "../values/errno.ts";
import { jsonText, onOneLine } from "../values/quote.ts";

/** An attempt: what it gave, or the name of the error number that refused it. */
export type Attempt =
  | { readonly kind: "made"; readonly path: string }
  | { readonly kind: "refused"; readonly path: string; readonly errno: string }
  /** There is none to try: not mounted, or shown from elsewhere than where we are. */
  | { readonly kind: "absent"; readonly reason: string };

/** What was found on this machine, for this user. */
export type Facts = {
  /** As uname(1) -r says it. */
  readonly release: string;
  readonly user: number;
  readonly isInit: boolean;
  /** Whether /proc shows our own PID namespace. */
  readonly hasProc: boolean;
  readonly hasChildrenLists: boolean;
  readonly hasPidfd: boolean;
  /** A group of our own in cgroup v2, and what its files allow. */
  readonly cgroup: Attempt;
  readonly hasCgroupKill: boolean;
  /** Groups that can limit: of version 2 if it has the controller, else of version 1. */
  readonly memory: Attempt;
  readonly pids: Attempt;
  /** Why nothing limits memory, neither a group nor RLIMIT_DATA. */
  readonly memoryErrno: string | undefined;
  /** Why nothing limits processor time. */
  readonly cpuErrno: string | undefined;
  /** New namespaces: undefined, or the name of the error number. */
  readonly namespaceErrno: string | undefined;
  /** The same of a start whose orphans come to us. */
  readonly subreaperErrno: string | undefined;
  /** What a run without options has, and why it promises no more. */
  readonly auto: { readonly mechanism: Mechanism; readonly reasons: readonly ReliabilityReason[] };
};

/** Something that can be had or not, and in words how, or why not. */
export type Finding = {
  readonly name: string;
  readonly available: boolean;
  readonly detail: string;
};

/** A limit: what enforces it, and on whom; null where nothing can. */
export type LimitFinding = {
  readonly name: string;
  readonly mechanism: "cgroup" | "rlimit" | null;
  readonly scope: "tree" | "process" | null;
  readonly detail: string;
};

/** Why a run without options promises no more, and what would change that. */
export type ReasonFinding = {
  readonly reason: ReliabilityReason;
  readonly means: string;
  readonly remedy: string;
};

/** Everything that is said. */
export type Diagnosis = {
  readonly release: string;
  readonly user: number;
  readonly auto: Mechanism;
  readonly reliability: "guaranteed" | "best_effort";
  readonly reasons: readonly ReasonFinding[];
  readonly containment: readonly Finding[];
  readonly limits: readonly LimitFinding[];
  readonly kernel: readonly Finding[];
};

/** What the facts mean. */
export function diagnose(facts: Facts): Diagnosis {
  const { release, user, auto } = facts;
  return {
    release,
    user,
    auto: auto.mechanism,
    reliability: auto.reasons.length === 0 ? "guaranteed" : "best_effort",
    reasons: auto.reasons.map((reason) => ({
      reason,
      means: MEANINGS[reason],
      remedy: REMEDIES[reason](facts),
    })),
    containment: [cgroupOf(facts), pidnsOf(facts), subreaperOf(facts)],
    limits: limitsOf(facts),
    kernel: kernelOf(facts),
  };
}

/** For people: lines, each ended. */
export function formatDiagnosisText(diagnosis: Diagnosis): string {
  const { release, user, auto, reliability, reasons, containment, limits, kernel } = diagnosis;
  const line = (name: string, what: string, detail: string) =>
    `  ${name.padEnd(NAME)} ${what.padEnd(WHAT)} ${detail}`.trimEnd();
  const found = (finding: Finding) =>
    line(finding.name, finding.available ? "yes" : "no", finding.detail);
  const lines = [
    `Containment (--containment), for user ${user}:`,
    ...containment.map(found),
    "",
    `Without options: ${auto}, ${reliability}`,
    ...reasons.flatMap(({ reason, means, remedy }) => [
      `  ${reason}`,
      `    ${means}`,
      `    Remedy: ${remedy}`,
    ]),
    "",
    "Limits:",
    ...limits.map(({ name, mechanism, detail }) => line(name, mechanism ?? "no", detail)),
    "",
    `Kernel ${release}:`,
    ...kernel.map(found),
  ];
  return `${lines.map(onOneLine).join("\n")}\n`;
}

/** For programs: one JSON object on one line. */
export function formatDiagnosisJson(diagnosis: Diagnosis): string {
  const { release, user, auto, reliability, reasons, containment, limits, kernel } = diagnosis;
  const byName = <F extends { readonly name: string }>(findings: readonly F[]) =>
    Object.fromEntries(findings.map(({ name, ...rest }) => [keyOf(name), rest]));
  const json = {
    schema_version: 1,
    auto,
    tree_kill_reliability: reliability,
    reliability_reasons: reasons.map(({ reason }) => reason),
    explanations: reasons,
    containment: byName(containment),
    limits: byName(limits),
    kernel: { release, ...byName(kernel) },
    user,
  };
  return `${jsonText(json)}\n`;
}

const NAME = 16;
const WHAT = 6;

/** `--cpu-limit` is `cpu_limit`, `cgroup.kill` is `cgroup_kill`; PID 1 has a key of its own. */
function keyOf(name: string): string {
  if (name === "PID 1") return "process_1";
  return name.replace(/^--|^\/+/, "").replaceAll(/[^a-z0-9]+/g, "_");
}

function cgroupOf({ cgroup, hasCgroupKill }: Facts): Finding {
  const kills = hasCgroupKill ? "" : "; without cgroup.kill, members are killed one by one";
  const detail = cgroup.kind === "made" ? `below ${cgroup.path}${kills}` : whyNot(cgroup);
  return { name: "cgroup", available: cgroup.kind === "made", detail };
}

function pidnsOf({ namespaceErrno, user }: Facts): Finding {
  const how = user === 0 ? "as root" : "with a user namespace";
  const isMade = namespaceErrno === undefined;
  const detail = isMade ? `${how}; the command sees other PIDs` : refusal(how, namespaceErrno);
  return { name: "pidns", available: isMade, detail };
}

function subreaperOf({ isInit, subreaperErrno }: Facts): Finding {
  const how = isInit ? "as PID 1, curfew adopts all orphans" : "needs nothing; with a guardian";
  const isMade = subreaperErrno === undefined;
  const detail = isMade ? how : refusal("becoming a subreaper", subreaperErrno);
  return { name: "subreaper", available: isMade, detail };
}

/** A limit of memory where no group can have it: of each process, or none. */
function memoryLimitPerProcess({ memory, memoryErrno }: Facts): LimitFinding {
  const name = "--mem-limit";
  const why = `no cgroup: ${whyNot(memory)}`;
  if (memoryErrno === undefined) {
    const detail = `data of each process; ${why}`;
    return { name, mechanism: "rlimit", scope: "process", detail };
  }
  const detail = `${refusal("data of each process", memoryErrno)}; ${why}`;
  return { name, mechanism: null, scope: null, detail };
}

function limitsOf(facts: Facts): LimitFinding[] {
  const { memory, pids, cpuErrno } = facts;
  const each = { mechanism: "rlimit", scope: "process" } as const;
  const tree = { mechanism: "cgroup", scope: "tree" } as const;
  const none = { mechanism: null, scope: null };
  return [
    cpuErrno === undefined
      ? { name: "--cpu-limit", ...each, detail: "each process for itself" }
      : { name: "--cpu-limit", ...none, detail: refusal("each process for itself", cpuErrno) },
    memory.kind === "made"
      ? { name: "--mem-limit", ...tree, detail: `the whole tree, below ${memory.path}` }
      : memoryLimitPerProcess(facts),
    pids.kind === "made"
      ? { name: "--process-limit", ...tree, detail: `the whole tree, below ${pids.path}` }
      : { name: "--process-limit", ...none, detail: whyNot(pids) },
  ];
}

function kernelOf(facts: Facts): Finding[] {
  const { hasPidfd, hasProc, hasChildrenLists, hasCgroupKill, isInit } = facts;
  const finding = (name: string, available: boolean, ifNot: string): Finding => {
    return { name, available, detail: available ? "" : ifNot };
  };
  return [
    finding("pidfd", hasPidfd, "curfew identifies processes by PID and start time"),
    finding("/proc", hasProc, "missing, or of another PID namespace: mount it again"),
    finding("children lists", hasChildrenLists, "needs CONFIG_PROC_CHILDREN"),
    finding("cgroup.kill", hasCgroupKill, "needs Linux 5.14 and a cgroup of curfew's own"),
    finding("PID 1", isInit, "as PID 1, the kernel would kill the tree with curfew"),
  ];
}

function whyNot(attempt: Exclude<Attempt, { kind: "made" }> | Attempt): string {
  switch (attempt.kind) {
    case "made":
      return "";
    case "absent":
      return attempt.reason;
    case "refused":
      return refusal(attempt.path, attempt.errno);
  }
}

function refusal(what: string, errno: string): string {
  return `${what}: ${errnoText(errno)} (${errno})`;
}

const MEANINGS: Readonly<Record<ReliabilityReason, string>> = {
  no_cgroup: "The tree is followed from parent to child; no cgroup encloses it.",
  no_kill_permission_possible:
    "A set-user-ID program in the tree may change its user, and curfew may not signal it then.",
  foreign_pidns_possible:
    "A process that joins another PID namespace can get out of sight of curfew.",
  foreign_pidns_seen: "A process of the tree was seen in another PID namespace.",
  no_guardian: "If curfew is killed with SIGKILL, no process terminates the tree.",
  no_cgroup_kill: "The kernel cannot kill a whole cgroup in one call.",
  no_proc: "Without a /proc of its PID namespace, curfew cannot list the processes of the tree.",
  process_group_only: "A process that leaves the process group is not terminated.",
  child_only: "Only the command itself is terminated, not what it started.",
  parent_by_signal: "Only a signal tells curfew that its parent has exited.",
};

const REMEDIES: Readonly<Record<ReliabilityReason, (facts: Facts) => string>> = {
  no_cgroup: enclosingRemedy,
  foreign_pidns_possible: enclosingRemedy,
  foreign_pidns_seen: enclosingRemedy,
  no_kill_permission_possible: enclosingRemedy,
  no_guardian: () => "--containment pidns",
  no_cgroup_kill: () => "Linux 5.14 or later",
  no_proc: () => "a /proc of this PID namespace, as unshare --mount-proc mounts it",
  process_group_only: followingRemedy,
  child_only: followingRemedy,
  parent_by_signal: () => "Linux 5.3 or later, with pidfd_open allowed",
};

/** Where orphans cannot come to us, only something else than `auto` reaches more. */
function followingRemedy(facts: Facts): string {
  return facts.subreaperErrno === undefined ? "--containment auto" : enclosingRemedy(facts);
}

/** What holds a tree for certain, as far as it is to be had here. */
function enclosingRemedy({ cgroup, namespaceErrno }: Facts): string {
  const ways = [
    ...(cgroup.kind === "made" ? ["--containment cgroup"] : []),
    ...(namespaceErrno === undefined ? ["--containment pidns"] : []),
  ];
  if (ways.length > 0) return ways.join(" or ");
  return "a delegated cgroup, as in systemd-run --user --scope -p Delegate=yes";
}
