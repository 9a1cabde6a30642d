import type { Instant } from "../../core/values/duration.ts";
import { S_IFDIR, S_IFLNK, S_IFREG } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";
import type { Ignores, Scope } from "./ignores.ts";
import { isIgnored, scopeAbove, scopeBelow } from "./ignores.ts";
import { isGone, join } from "./path.ts";
import type { Root } from "./tree.ts";
import { shown } from "./tree.ts";
import type { Visitor, Walk } from "./walk.ts";
import { continueWalk, walkFrom } from "./walk.ts";

const FOLLOW = 1;

/** Every file by its path, with a text that changes when the file does. */
export type Snapshot = Map<string, string>;

/** A directory below a root. */
type Located = {
  readonly root: Root;
  readonly path: string;
  /** The .gitignore files that hold where it is, and in it when it is open. */
  scope: Scope | undefined;
};

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
  ignores: Ignores,
  before: Snapshot | undefined,
  begin: Instant,
): Look {
  const tops = roots.map((root) => {
    return { root, path: "", scope: scopeAbove(ignores, root.real).scope };
  });
  const walk = walkFrom<Located>(...tops);
  return { begin, seen: new Map(), before, walk, unread: [], changed: undefined };
}

/** Continues a look until an instant has passed; true when it is complete. */
export function continueLook(look: Look, ignores: Ignores, until: Instant): boolean {
  if (!continueWalk(look.walk, visitorOf(look, ignores), until)) return false;
  for (const [path, state] of look.before ?? []) {
    const isIn = (directory: string) => path === directory || path.startsWith(`${directory}/`);
    if (look.unread.some((one) => isIn(one.path))) look.seen.set(path, state);
    else look.changed ??= path;
  }
  return true;
}

function visitorOf(look: Look, ignores: Ignores): Visitor<Located> {
  const failed = (path: string, answer: number) => {
    if (!isGone(answer)) look.unread.push({ path, errno: -answer });
  };
  return {
    withState: 1,
    enter: (directory) => {
      const { root, path, scope } = directory;
      const full = shown(root, path);
      if (path === "" && noteFile(look, full, failed)) return -1;
      const descriptor = sys.openEntries(full, path === "" ? FOLLOW : 0);
      if (descriptor < 0) failed(full, descriptor);
      else directory.scope = scopeBelow(ignores, scope, root, path);
      return descriptor;
    },
    entry: ({ root, path, scope }, name, type, state) => {
      const entry = join(path, name);
      if (isIgnored(ignores, root, entry, type === S_IFDIR, scope)) return undefined;
      if (type === S_IFREG || type === S_IFLNK) note(look, shown(root, entry), state);
      return type === S_IFDIR ? { root, path: entry, scope } : undefined;
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
