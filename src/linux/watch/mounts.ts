import { sys } from "../kernel/window.ts";
import type { Root } from "./tree.ts";
import { absolute } from "./way.ts";

const SIZE = 1 << 20;
/** proc_pid_mountinfo(5): the mount's number is the first field, its place the fifth. */
const PLACE = 4;

/** What is mounted at, above or below what is watched: another text where that is not the same. */
export function mountedAt({ roots }: { readonly roots: readonly Root[] }): string {
  const text = sys.readText("/proc/self/mountinfo", SIZE);
  if (typeof text === "number") return "";
  const places = roots.map(({ way }) => absolute(way.place));
  const lines = text.split("\n").map((line) => line.split(" "));
  const near = lines.filter((fields) => {
    const mount = placeIn(fields);
    return places.some((place) => isAbove(mount, place) || isAbove(place, mount));
  });
  return near.map((fields) => `${fields[0]} ${placeIn(fields)}`).join("\n");
}

/** Blanks and the like are told by their number in base 8. */
function placeIn(fields: readonly string[]): string {
  const byte = (_: string, digits: string) => String.fromCharCode(Number.parseInt(digits, 8));
  return (fields[PLACE] ?? "").replace(/\\([0-7]{3})/g, byte);
}

function isAbove(directory: string, path: string): boolean {
  return path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
}
