import type { Instant } from "../../core/values/duration.ts";
import type { Globs } from "../../core/values/glob.ts";
import { S_IFDIR, S_IFLNK, S_IFREG } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";
import type { Root } from "./tree.ts";
import { isIgnored, shown } from "./tree.ts";
import type { Visitor, Walk } from "./walk.ts";
import { goOn, walkFrom } from "./walk.ts";
import { isGone, join } from "./way.ts";

const FOLLOW = 1;

/** Every file, and what changes when it does. */
export type Snapshot = Map<string, string>;

type Place = { readonly root: Root; readonly path: string };

/** A look at all that is there, which can be left and gone on with. */
export type Look = {
  readonly begin: Instant;
  readonly seen: Snapshot;
  /** What of the last look was not found yet; undefined where there was none. */
  readonly before: Snapshot | undefined;
  readonly walk: Walk<Place>;
  /** Directories that could not be read: what is in them is not known. */
  readonly unread: { readonly path: string; readonly errno: number }[];
  /** A file that is in one of the two looks only, or not the same in both. */
  changed: string | undefined;
};

export function beginLook(
  roots: readonly Root[],
  before: Snapshot | undefined,
  begin: Instant,
): Look {
  const walk = walkFrom<Place>(...roots.map((root) => ({ root, path: "" })));
  return { begin, seen: new Map(), before, walk, unread: [], changed: undefined };
}

/** Goes on with a look until an instant has passed; true where it is done. */
export function goOnLooking(look: Look, globs: Globs, until: Instant): boolean {
  if (!goOn(look.walk, visitorOf(look, globs), until)) return false;
  for (const [path, state] of look.before ?? []) {
    const isIn = (directory: string) => path === directory || path.startsWith(`${directory}/`);
    if (look.unread.some((one) => isIn(one.path))) look.seen.set(path, state);
    else look.changed ??= path;
  }
  return true;
}

function visitorOf(look: Look, globs: Globs): Visitor<Place> {
  const failed = (path: string, answer: number) => {
    if (!isGone(answer)) look.unread.push({ path, errno: -answer });
  };
  return {
    withState: 1,
    enter: ({ root, path }) => {
      const place = shown(root, path);
      if (path === "" && isFile(look, place, failed)) return -1;
      const descriptor = sys.openEntries(place, path === "" ? FOLLOW : 0);
      if (descriptor < 0) failed(place, descriptor);
      return descriptor;
    },
    entry: ({ root, path }, name, type, state) => {
      const entry = join(path, name);
      if (isIgnored(globs, root, entry, type === S_IFDIR)) return undefined;
      if (type === S_IFREG || type === S_IFLNK) note(look, shown(root, entry), state);
      return type === S_IFDIR ? { root, path: entry } : undefined;
    },
    leave: ({ root, path }, answer) => {
      if (answer < 0) failed(shown(root, path), answer);
    },
  };
}

/** Whether what was given is no directory; then it is written down. */
function isFile(look: Look, path: string, failed: (path: string, answer: number) => void): boolean {
  const state = sys.fileState(path, FOLLOW);
  if (typeof state === "number") {
    failed(path, state);
    return true;
  }
  const [type, , identity, content] = state;
  if (type !== S_IFDIR) note(look, path, `${identity}:${content}`);
  return type !== S_IFDIR;
}

function note(look: Look, path: string, state: string): void {
  // Two of the paths that were given may lead to it.
  if (look.seen.has(path)) return;
  look.seen.set(path, state);
  if (look.before === undefined) return;
  if (look.before.get(path) !== state) look.changed ??= path;
  look.before.delete(path);
}
