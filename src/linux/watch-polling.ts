import type { Globs } from "../core/glob.ts";
import { sys } from "./syscalls.ts";
import type { Root } from "./watch-tree.ts";
import { isIgnored, shown } from "./watch-tree.ts";
import { DIRECTORY, join, LINK, REGULAR } from "./watch-way.ts";

const FOLLOW = 1;
const WITH_STATE = 1;

/** Every file, and what changes when it does. */
export type Snapshot = ReadonlyMap<string, string>;

/** All that is there now. */
export function snapshotOf(roots: readonly Root[], globs: Globs): Snapshot {
  const seen = new Map<string, string>();
  for (const root of roots) addRoot(seen, root, globs);
  return seen;
}

function addRoot(seen: Map<string, string>, root: Root, globs: Globs): void {
  const state = sys.fileState(root.path, FOLLOW);
  if (typeof state === "number") return;
  const [type, , identity, content] = state;
  if (type !== DIRECTORY) {
    seen.set(root.path, `${identity}:${content}`);
    return;
  }
  const waiting = [""];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const rows = sys.entries(shown(root, path), WITH_STATE);
    if (typeof rows === "number") continue;
    for (let at = 0; at < rows.length; at += 3) {
      const [type, state] = [rows[at + 1], rows[at + 2]];
      const entry = join(path, String(rows[at]));
      if (isIgnored(globs, root, entry, type === DIRECTORY)) continue;
      if (type === DIRECTORY) waiting.push(entry);
      if (type === REGULAR || type === LINK) seen.set(shown(root, entry), String(state));
    }
  }
}

/** A file that is in one of two only, or not the same in both. */
export function differenceOf(before: Snapshot, after: Snapshot): string | undefined {
  for (const [path, state] of after) if (before.get(path) !== state) return path;
  for (const path of before.keys()) if (!after.has(path)) return path;
  return undefined;
}
