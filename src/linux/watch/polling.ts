import type { Instant } from "../../core/values/duration.ts";
import type { Globs } from "../../core/values/glob.ts";
import { S_IFDIR, S_IFLNK, S_IFREG } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";
import { isGone, join } from "./path.ts";
import type { Root } from "./tree.ts";
import { isIgnored, shown } from "./tree.ts";
import type { Visitor, Walk } from "./walk.ts";
import { continueWalk, walkFrom } from "./walk.ts";

const FOLLOW = 1;

/** Every file by its path, with a text that changes when the file does. */
export type Snapshot = Map<string, string>;

/** A directory below a root. */
type Located = { readonly root: Root; readonly path: string };

/** A look at all watched files, which can be interrupted and continued. */
export type Look = {
  readonly begin: Instant;
  readonly seen: Snapshot;
  /** Files of the last look that this one has not found yet; undefined: this is the first look. */
  readonly before: Snapshot | undefined;
  readonly walk: Walk<Located>;
  /** Directories that could not be read, so that nothing is known of the files in them. */
  readonly unread: { readonly path: string; readonly errno: number }[];
  /** A file that only one of the two looks has found, or that differs between them. */
  changed: string | undefined;
};

export function beginLook(
  roots: readonly Root[],
  before: Snapshot | undefined,
  begin: Instant,
): Look {
  const walk = walkFrom<Located>(...roots.map((root) => ({ root, path: "" })));
  return { begin, seen: new Map(), before, walk, unread: [], changed: undefined };
}

/** Continues a look until an instant has passed; true when it is complete. */
export function continueLook(look: Look, globs: Globs, until: Instant): boolean {
  if (!continueWalk(look.walk, visitorOf(look, globs), until)) return false;
  for (const [path, state] of look.before ?? []) {
    const isIn = (directory: string) => path === directory || path.startsWith(`${directory}/`);
    if (look.unread.some((one) => isIn(one.path))) look.seen.set(path, state);
    else look.changed ??= path;
  }
  return true;
}

function visitorOf(look: Look, globs: Globs): Visitor<Located> {
  const failed = (path: string, answer: number) => {
    if (!isGone(answer)) look.unread.push({ path, errno: -answer });
  };
  return {
    withState: 1,
    enter: ({ root, path }) => {
      const full = shown(root, path);
      if (path === "" && noteFile(look, full, failed)) return -1;
      const descriptor = sys.openEntries(full, path === "" ? FOLLOW : 0);
      if (descriptor < 0) failed(full, descriptor);
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

/** Notes a root that is no directory; false: it is one. */
function noteFile(
  look: Look,
  path: string,
  failed: (path: string, answer: number) => void,
): boolean {
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
  // Two roots may lead to the same file.
  if (look.seen.has(path)) return;
  look.seen.set(path, state);
  if (look.before === undefined) return;
  if (look.before.get(path) !== state) look.changed ??= path;
  look.before.delete(path);
}
