import type { Spec } from "../../core/spec/spec.ts";
import { bytesOf } from "../../core/spec/spec.ts";
import type { AppliedLimit } from "../../core/spec/tree.ts";
import { NO_SIZE_LIMIT } from "../../core/values/size.ts";
import { ENOSYS, RLIMIT_CPU, RLIMIT_DATA } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";
import { limitBy } from "./cgroup.ts";
import type { Counter } from "./confinement.ts";

// Resources of getrlimit(2), each with its row in /proc/self/limits.
const CPU = { resource: RLIMIT_CPU, row: /^Max cpu time +(\S+) +(\S+)/m };
const DATA = { resource: RLIMIT_DATA, row: /^Max data size +(\S+) +(\S+)/m };
const SECOND = 1e6;
const PAGE = 4096;

const BY_GROUP = { mechanism: "cgroup", scope: "tree" } as const;
const BY_RLIMIT = { mechanism: "rlimit", scope: "process" } as const;

/** Limits that are in force, and how. */
export type Limits = {
  readonly applied: readonly AppliedLimit[];
  /** Resource, soft and hard limit of each: see getrlimit(2). */
  readonly rlimits: readonly number[];
  readonly oomCounter: Counter | undefined;
};

/** A limit that nothing on this machine can enforce: its option, and errno. */
export type Unlimited = { readonly refused: string; readonly errno: number };

/** Applies the limits of a spec. Groups that are made for them are added to `made`. */
export function applyLimits(spec: Spec, made: string[], ownPid: number): Limits | Unlimited {
  const memory = limitMemory(spec, made, ownPid);
  if ("refused" in memory) return memory;
  const processes = limitProcesses(spec, made, ownPid);
  if ("refused" in processes) return processes;
  const cpu = limitCpu(spec);
  // Most runs have no limit.
  if (memory === UNASKED && processes === UNASKED && cpu === UNASKED) return UNASKED;
  const parts = [memory, processes, cpu];
  return {
    applied: parts.flatMap((part) => part.applied),
    rlimits: parts.flatMap((part) => part.rlimits),
    oomCounter: memory.oomCounter,
  };
}

const UNASKED: Limits = { applied: [], rlimits: [], oomCounter: undefined };

/** By RLIMIT_DATA, not RLIMIT_AS: Node and others reserve far more addresses than they use. */
function limitMemory({ memLimit }: Spec, made: string[], ownPid: number): Limits | Unlimited {
  if (memLimit === NO_SIZE_LIMIT) return UNASKED;
  const bytes = bytesOf(memLimit);
  const limited = limitBy("memory", bytes, made, ownPid);
  if (typeof limited !== "number") {
    const applied = { limit: "mem", value: bytes, ...BY_GROUP } as const;
    return { ...UNASKED, applied: [applied], oomCounter: limited.counter };
  }
  if (typeof memLimit !== "number") return { refused: "--mem-limit SIZE,tree", errno: -limited };
  // gVisor accepts this limit and does not enforce it.
  const holds = sys.holdsDataLimit();
  if (holds !== 1) return { refused: "--mem-limit", errno: holds < 0 ? -holds : ENOSYS };
  const value = Math.min(bytes, inherited(DATA.row));
  const rlimits = [DATA.resource, bytes, bytes];
  return { ...UNASKED, applied: [{ limit: "mem", value, ...BY_RLIMIT }], rlimits };
}

function limitProcesses(
  { processLimit }: Spec,
  made: string[],
  ownPid: number,
): Limits | Unlimited {
  if (processLimit === 0) return UNASKED;
  const limited = limitBy("pids", processLimit, made, ownPid);
  if (typeof limited === "number") return { refused: "--process-limit", errno: -limited };
  return { ...UNASKED, applied: [{ limit: "process", value: processLimit, ...BY_GROUP }] };
}

/** The kernel sends SIGXCPU at the soft limit only if the hard limit is later than that. */
function limitCpu({ cpuLimit }: Spec): Limits {
  if (cpuLimit === 0) return UNASKED;
  const seconds = Math.ceil(cpuLimit / SECOND);
  const value = Math.min(seconds, inherited(CPU.row)) * SECOND;
  const rlimits = [CPU.resource, seconds, seconds + 1];
  return { ...UNASKED, applied: [{ limit: "cpu", value, ...BY_RLIMIT }], rlimits };
}

/** Whether the memory limit holds for each process alone, where a user may mean the whole tree. */
export function isMemoryPerProcess(limits: readonly AppliedLimit[]): boolean {
  return limits.some(({ limit, scope }) => limit === "mem" && scope === "process");
}

/** The soft limit that curfew was started with. The command inherits it if it is lower. */
function inherited(row: RegExp): number {
  const text = sys.readText("/proc/self/limits", PAGE);
  const [, soft] = row.exec(typeof text === "string" ? text : "") ?? [];
  return soft === undefined || soft === "unlimited" ? Number.POSITIVE_INFINITY : Number(soft);
}
