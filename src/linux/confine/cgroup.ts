import { isSeen } from "../../core/values/unseen.ts";
import { ENOENT, ESRCH } from "../kernel/abi.ts";
import { hasOwnProc, statOf } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import type { CgroupDir } from "./cgroup-dir.ts";
import { cgroupInV1, cgroupInV2 } from "./cgroup-dir.ts";
import type { Confinement, Counter } from "./confinement.ts";

const PAGE = 65536;
const DIRECTORY = 0o755;

/** The files of a controller: that of its limit, and that in which it counts its kills. */
type Controller = {
  readonly v2: string;
  readonly v1: string;
  readonly counters: Readonly<Record<"v1" | "v2", Counter>> | undefined;
};

const CONTROLLERS: Readonly<Record<"memory" | "pids", Controller>> = {
  memory: {
    v2: "memory.max",
    v1: "memory.limit_in_bytes",
    counters: { v2: ["memory.events", "oom_kill"], v1: ["memory.oom_control", "oom_kill"] },
  },
  pids: { v2: "pids.max", v1: "pids.max", counters: undefined },
};

/** A limit that a cgroup enforces. */
type Limited = { readonly counter: Counter | undefined };

function directoryOf(dir: CgroupDir): string | number {
  return dir.kind === "present" ? dir.path : -ENOENT;
}

/**
 * Whether the kernel can kill all of a group in one step, which is so since Linux 5.14. Writing an
 * empty text only opens the file, and so tells whether it exists.
 */
export function canKill(leaf: string | undefined): boolean {
  return sys.writeFile(`${leaf}/cgroup.kill`, "") !== -ENOENT;
}

/** Makes a group for one run: its path, or minus errno. */
export function makeLeaf(ownPid: number): string | number {
  return makeIn(directoryOf(cgroupInV2()), ownPid);
}

/** The same in a directory; minus errno, where there is none, is passed through. */
export function makeIn(directory: string | number, ownPid: number): string | number {
  if (typeof directory === "number") return directory;
  const owner = ownerOf(ownPid);
  if (owner !== undefined) removeOrphans(directory, owner);
  // The time makes the name unique: an earlier curfew may have had the same PID.
  const path = `${directory}/curfew-${ownPid}-${sys.now()}${owner?.mark ?? ""}`;
  const made = sys.makeDirectory(path, DIRECTORY);
  return made < 0 ? made : path;
}

/** The process that made a group: its start time is in the mark, with its PID namespace. */
type Owner = { readonly namespace: string; readonly mark: string };

const OWNED = /^curfew-(\d+)-\d+-(\d+)-(\d+)$/;

/** Undefined where /proc does not show curfew itself. */
function ownerOf(ownPid: number): Owner | undefined {
  const stat = hasOwnProc() ? statOf(ownPid) : undefined;
  const link = sys.readLink("/proc/self/ns/pid");
  const namespace = typeof link === "string" ? /\d+/.exec(link)?.[0] : undefined;
  if (stat === undefined || !isSeen(stat) || namespace === undefined) return undefined;
  return { namespace, mark: `-${stat.startTime}-${namespace}` };
}

/**
 * Removes groups of dead owners. A curfew that was killed before it had a guardian leaves its group
 * behind, and the next curfew in the same directory removes it. The kernel removes empty groups
 * only, and only owners in the same PID namespace can be looked for.
 */
function removeOrphans(directory: string, { namespace }: Owner): void {
  const names = sys.list(directory);
  if (typeof names === "number") return;
  for (const name of names) {
    const [, pid = "", start = "", of = ""] = OWNED.exec(name) ?? [];
    if (of === namespace && isGone(Number(pid), Number(start))) {
      sys.removeCgroup(`${directory}/${name}`);
    }
  }
}

/** kill(2) is asked first, because /proc may hide the processes of other users. */
function isGone(pid: number, startTime: number): boolean {
  if (sys.kill(pid, 0) === -ESRCH) return true;
  const stat = statOf(pid);
  return isSeen(stat) && stat.startTime !== startTime;
}

/**
 * Limits memory or the number of processes by a group of `made`, or by a new one that is added to
 * `made`: by version 2 where its controller is or can be enabled, else by version 1. Minus errno if
 * neither works.
 */
export function limitBy(
  name: "memory" | "pids",
  value: number,
  made: string[],
  ownPid: number,
): Limited | number {
  const { v1, v2, counters } = CONTROLLERS[name];
  const own = directoryOf(cgroupInV2());
  if (typeof own === "string" && hasController(own, name)) {
    const [first] = made;
    const leaf = first?.startsWith(own) ? first : makeIn(own, ownPid);
    if (typeof leaf === "string") {
      if (leaf !== first) made.push(leaf);
      const written = sys.writeFile(`${leaf}/${v2}`, String(value));
      if (written === 0) return limited(leaf, counters?.v2);
    }
  }
  const leaf = makeIn(directoryOf(cgroupInV1(name)), ownPid);
  if (typeof leaf === "number") return leaf;
  made.push(leaf);
  const written = sys.writeFile(`${leaf}/${v1}`, String(value));
  return written < 0 ? written : limited(leaf, counters?.v1);
}

function limited(leaf: string, counter: Counter | undefined): Limited {
  return { counter: counter && [`${leaf}/${counter[0]}`, counter[1]] };
}

/** Whether groups below a directory have a controller; enables it where that is possible. */
function hasController(directory: string, name: string): boolean {
  const words = (file: string) => {
    const text = sys.readText(`${directory}/${file}`, PAGE);
    return typeof text === "string" ? text.trim().split(" ") : [];
  };
  if (words("cgroup.subtree_control").includes(name)) return true;
  if (!words("cgroup.controllers").includes(name)) return false;
  return sys.writeFile(`${directory}/cgroup.subtree_control`, `+${name}`) === 0;
}

/** The number behind a word in a file of lines "word number". */
function counterOf(file: string, word: string): number | undefined {
  const text = sys.readText(file, PAGE);
  if (typeof text === "number") return undefined;
  const line = text.split("\n").find((entry) => entry.startsWith(`${word} `));
  return line === undefined ? undefined : Number(line.slice(word.length + 1));
}

/** How many processes the kernel has killed for lack of memory; undefined: no group counts them. */
export function oomKillsOf({ oomCounter }: Confinement): number | undefined {
  return oomCounter && counterOf(...oomCounter);
}

/** Processor time of all processes that were ever in the tree's group; undefined: no group. */
export function processorTimeOf({
  cgroups,
  hasLeaf,
}: Confinement): { readonly user: number; readonly system: number } | undefined {
  if (!hasLeaf) return undefined;
  const leaf = cgroups[0];
  const [user, system] = ["user_usec", "system_usec"].map((word) =>
    counterOf(`${leaf}/cpu.stat`, word),
  );
  return user === undefined || system === undefined ? undefined : { user, system };
}

/** Removes the groups of a run. A group that still has members stays. */
export function removeAll(cgroups: readonly string[]): void {
  for (const path of cgroups) sys.removeCgroup(path);
}
