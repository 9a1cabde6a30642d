import { sys } from "../kernel/window.ts";
import { absolute } from "./path.ts";
import type { Root } from "./tree.ts";

const SIZE = 1 << 20;
/** proc_pid_mountinfo(5): the first field is the mount's number, the fifth its mount point. */
const MOUNT_POINT = 4;

/**
 * The mounts at, above and below the roots, as a text: another text means that something was
 * mounted or unmounted there.
 */
export function mountedAt({ roots }: { readonly roots: readonly Root[] }): string {
  const text = sys.readText("/proc/self/mountinfo", SIZE);
  if (typeof text === "number") return "";
  const paths = roots.map(({ resolved }) => absolute(resolved.realPath));
  const lines = text.split("\n").map((line) => line.split(" "));
  const near = lines.filter((fields) => {
    const mount = mountPointIn(fields);
    return paths.some((path) => isAbove(mount, path) || isAbove(path, mount));
  });
  return near.map((fields) => `${fields[0]} ${mountPointIn(fields)}`).join("\n");
}

/** The kernel writes blanks and the like as a backslash and three octal digits. */
function mountPointIn(fields: readonly string[]): string {
  const byte = (_: string, digits: string) => String.fromCharCode(Number.parseInt(digits, 8));
  return (fields[MOUNT_POINT] ?? "").replace(/\\([0-7]{3})/g, byte);
}

function isAbove(directory: string, path: string): boolean {
  return path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
}
