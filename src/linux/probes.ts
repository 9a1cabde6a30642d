import type { Attempt, Facts } from "../core/doctor.ts";
import { errnoName } from "../core/errno.ts";
import { RUN_DEFAULTS } from "../core/spec.ts";
import { makeIn } from "./cgroup.ts";
import type { Place } from "./cgroup-place.ts";
import { placeInV1, placeInV2 } from "./cgroup-place.ts";
import { confine, namespacesOf } from "./containment.ts";
import { hasOwnProc } from "./proc.ts";
import { sys } from "./syscalls.ts";

const PAGE = 65_536;

/** Tries what can be tried without leaving a trace. */
export function probe(): Facts {
  const pid = sys.pid();
  const [user] = sys.user();
  const { made: cgroup, files } = tryV2(pid);
  const confinement = confine({ ...RUN_DEFAULTS, command: ["true"] }, pid, true);
  if (!("holding" in confinement)) throw new Error("containment that needs nothing was refused");
  const { mechanism, reasons } = confinement.holding;
  return {
    release: releaseOf(),
    user,
    isInit: pid === 1,
    hasProc: hasOwnProc(),
    hasChildrenLists: isFile(`/proc/self/task/${pid}/children`),
    hasPidfd: hasPidfd(pid),
    cgroup,
    hasCgroupKill: files.includes("cgroup.kill"),
    memory: files.includes("memory.max") ? cgroup : tryV1("memory", pid),
    pids: files.includes("pids.max") ? cgroup : tryV1("pids", pid),
    namespaceErrno: namespaceErrno(),
    auto: { mechanism, reasons },
  };
}

type V2 = { readonly made: Attempt; readonly files: readonly string[] };

/** A group of our own in version 2, and the files it has. */
function tryV2(pid: number): V2 {
  let files: readonly string[] = [];
  const made = tryIn(placeInV2(), pid, (path) => {
    const listed = sys.list(path);
    files = typeof listed === "number" ? [] : listed;
  });
  return { made, files: made.kind === "made" ? files : [] };
}

/** A group of our own in the hierarchy of a controller of version 1. */
function tryV1(controller: "memory" | "pids", pid: number): Attempt {
  return tryIn(placeInV1(controller), pid, () => {});
}

/** Makes a group, has it looked at, and removes it. `place`: where, if we are anywhere. */
function tryIn(place: Place, pid: number, look: (path: string) => void): Attempt {
  if (place.kind === "absent") return place;
  const { path } = place;
  // What holds for a move of the command holds for one of ours to where we are already.
  const moved = sys.writeFile(`${path}/cgroup.procs`, String(pid));
  if (moved < 0) return { kind: "refused", path, errno: errnoName(-moved) };
  const group = makeIn(path, pid);
  if (typeof group === "number") return { kind: "refused", path, errno: errnoName(-group) };
  look(group);
  sys.removeDirectory(group);
  return { kind: "made", path };
}

function namespaceErrno(): string | undefined {
  const made = sys.tryNamespaces(namespacesOf());
  return made < 0 ? errnoName(-made) : undefined;
}

function hasPidfd(pid: number): boolean {
  const pidfd = sys.openProcess(pid);
  if (pidfd < 0) return false;
  const isUsable = sys.pidfdKill(pidfd, 0) === 0;
  sys.close(pidfd);
  return isUsable;
}

function releaseOf(): string {
  return textOf("/proc/sys/kernel/osrelease").trim() || "unknown";
}

function textOf(path: string): string {
  const text = sys.readText(path, PAGE);
  return typeof text === "string" ? text : "";
}

function isFile(path: string): boolean {
  return typeof sys.readText(path, PAGE) === "string";
}
