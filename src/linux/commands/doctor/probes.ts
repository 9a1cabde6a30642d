import type { Attempt, Facts } from "../../../core/doctor/doctor.ts";
import { RUN_DEFAULTS } from "../../../core/spec/defaults.ts";
import type { Duration } from "../../../core/values/duration.ts";
import { errnoName } from "../../../core/values/errno.ts";
import type { Bytes } from "../../../core/values/size.ts";
import { makeIn } from "../../confine/cgroup.ts";
import type { CgroupDir } from "../../confine/cgroup-dir.ts";
import { cgroupInV1, cgroupInV2 } from "../../confine/cgroup-dir.ts";
import { confine } from "../../confine/containment.ts";
import { hasOwnProc } from "../../kernel/proc.ts";
import { sys } from "../../kernel/window.ts";
import type { Tried } from "./attempt.ts";
import { attempt } from "./attempt.ts";

const PAGE = 65_536;

/** Any limits will do: the command exits before it uses anything. */
const SOME_MEMORY = (1 << 30) as Bytes;
const SOME_PROCESSES = 100;
const SOME_TIME = 1e9 as Duration;

/** Tries what curfew needs of this machine, and leaves nothing behind. */
export function probe(): Facts {
  const pid = sys.pid();
  const [user] = sys.user();
  const { made, files } = tryV2(pid);
  const subreaper = sys.becomeSubreaper();
  const confinement = confine({ ...RUN_DEFAULTS, command: ["true"] }, pid, subreaper === 0);
  if (!("holding" in confinement)) throw new Error("containment that needs nothing was refused");
  const { mechanism, reasons } = confinement.holding;
  const memory = attempt({ memLimit: SOME_MEMORY });
  const pids = attempt({ processLimit: SOME_PROCESSES });
  return {
    release: releaseOf(),
    user,
    isInit: pid === 1,
    hasProc: hasOwnProc(),
    hasChildrenLists: isFile(`/proc/self/task/${pid}/children`),
    hasPidfd: hasPidfd(pid),
    cgroup: started(made, attempt({ containment: "cgroup" })),
    hasCgroupKill: files.includes("cgroup.kill"),
    memory: limited(files.includes("memory.max") ? made : tryV1("memory", pid), memory),
    memoryErrno: memory.errno,
    cpuErrno: attempt({ cpuLimit: SOME_TIME }).errno,
    pids: limited(files.includes("pids.max") ? made : tryV1("pids", pid), pids),
    namespaceErrno: attempt({ containment: "pidns" }).errno,
    subreaperErrno:
      subreaper < 0 ? errnoName(-subreaper) : attempt({ containment: "subreaper" }).errno,
    auto: { mechanism, reasons },
  };
}

/** A group is of use only if a command can be started in it. */
function started(made: Attempt, { errno }: Tried): Attempt {
  return made.kind === "made" && errno !== undefined
    ? { kind: "refused", path: made.path, errno }
    : made;
}

/** The same for a limit, which has to be enforced by a group. */
function limited(made: Attempt, tried: Tried): Attempt {
  const isByGroup = tried.holding?.limits.some(({ mechanism }) => mechanism === "cgroup");
  return started(made, isByGroup === true ? tried : { ...tried, errno: tried.errno ?? "ENOENT" });
}

type V2 = { readonly made: Attempt; readonly files: readonly string[] };

/** Tries to make a group in version 2, and lists its files. */
function tryV2(pid: number): V2 {
  let files: readonly string[] = [];
  const made = tryIn(cgroupInV2(), pid, (path) => {
    const listed = sys.list(path);
    files = typeof listed === "number" ? [] : listed;
  });
  return { made, files: made.kind === "made" ? files : [] };
}

/** Tries to make a group in the hierarchy of a controller of version 1. */
function tryV1(controller: "memory" | "pids", pid: number): Attempt {
  return tryIn(cgroupInV1(controller), pid, () => {});
}

/** Makes a group in a directory, lets `look` look at it, and removes it. */
function tryIn(dir: CgroupDir, pid: number, look: (path: string) => void): Attempt {
  if (dir.kind === "absent") return dir;
  const { path } = dir;
  // curfew moves itself to where it is: if that is refused, a move of the command would be, too.
  const moved = sys.writeFile(`${path}/cgroup.procs`, String(pid));
  if (moved < 0) return { kind: "refused", path, errno: errnoName(-moved) };
  const group = makeIn(path, pid);
  if (typeof group === "number") return { kind: "refused", path, errno: errnoName(-group) };
  look(group);
  sys.removeDirectory(group);
  return { kind: "made", path };
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
