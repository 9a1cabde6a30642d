import { sys } from "../kernel/window.ts";

const ROOT = "/sys/fs/cgroup";
const PAGE = 65_536;

/** The directory of curfew's own cgroup in a hierarchy, or why it cannot be used. */
export type CgroupDir =
  | { readonly kind: "present"; readonly path: string }
  | { readonly kind: "absent"; readonly reason: string };

/** In the hierarchy of version 2, which may be mounted beside version 1. */
export function cgroupInV2(): CgroupDir {
  const mount = isFile(`${ROOT}/cgroup.controllers`) ? ROOT : `${ROOT}/unified`;
  return isFile(`${mount}/cgroup.procs`)
    ? cgroupIn(mount, /^0::(.*)$/m)
    : absent("cgroup v2 is not mounted at /sys/fs/cgroup or /sys/fs/cgroup/unified");
}

/** In the hierarchy of a controller of version 1. */
export function cgroupInV1(controller: string): CgroupDir {
  const mount = `${ROOT}/${controller}`;
  return isFile(`${mount}/cgroup.procs`)
    ? cgroupIn(mount, new RegExp(`^\\d+:(?:[^:]*,)?${controller}(?:,[^:]*)?:(.*)$`, "m"))
    : absent(`the ${controller} controller is not enabled for groups below ours`);
}

function cgroupIn(mount: string, line: RegExp): CgroupDir {
  const text = sys.readText("/proc/self/cgroup", PAGE);
  const path = typeof text === "string" ? line.exec(text)?.[1] : undefined;
  if (path === undefined) return absent("/proc/self/cgroup does not say where we are");
  // The mount belongs to another cgroup namespace: its directories are not those of this path.
  if (path.startsWith("/..")) return absent("our own group is outside of what is mounted here");
  return { kind: "present", path: path === "/" ? mount : `${mount}${path}` };
}

function absent(reason: string): CgroupDir {
  return { kind: "absent", reason };
}

function isFile(path: string): boolean {
  return typeof sys.readText(path, 0) === "string";
}
