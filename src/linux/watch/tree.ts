import type { Instant } from "../../core/values/duration.ts";
import {
  EACCES,
  ELOOP,
  ENAMETOOLONG,
  ENOENT,
  ENOTDIR,
  IN,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
} from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";
import type { Files } from "./files.ts";
import { fileEvent, noFiles } from "./files.ts";
import type { Ignores, Scope } from "./ignores.ts";
import { isIgnored, isRule, scopeBelow } from "./ignores.ts";
import type { ResolvedPath } from "./path.ts";
import { isGone, join } from "./path.ts";
import type { Visitor, Walk } from "./walk.ts";
import { closeWalk, continueWalk, walkFrom } from "./walk.ts";

/** A write counts when the file is closed: before, half of the file would be read. */
export const IN_FILES: number = IN.closeWrite | IN.movedFrom | IN.movedTo | IN.create | IN.delete;
/** With a new mode, a directory that could not be read may be readable. */
const IN_TREE = IN_FILES | IN.attributes | IN.notUnlinked;
/** A directory has one watch, perhaps with two users: the masks of both are added. */
const HOW = IN.onlyDirectory | IN.add;

/** Errors that come from the path, not from a lack of watches. */
const OF_PATH: readonly number[] = [-ENOENT, -EACCES, -ENOTDIR, -ENAMETOOLONG, -ELOOP];
/** Stands for the watch of a directory that has none. */
const NO_WATCH = -1;

/** A path that the user asked to watch, and what was found there. */
export type Root = {
  readonly path: string;
  readonly absolute: string;
  resolved: ResolvedPath;
  /** The path from the root directory without symbolic links, as it was resolved last. */
  real: string;
  /** The .gitignore files above the path. */
  above: Scope | undefined;
  /** Users of the watches for these files. */
  rules: readonly (WatchUser & { readonly kind: "rules" })[];
  /** Users of the watches for the components of the path. */
  users: readonly (WatchUser & { readonly kind: "path" })[];
  /** Where the path leads to a directory. */
  tree: Directory | undefined;
  /** The path may lead to another file by now. */
  isDoubtful: boolean;
  /** Errno where it is unknown what is at the path: then the last known file counts. 0: known. */
  unread: number;
};

/** A watched directory, in a tree of watched directories. */
export type Directory = {
  readonly root: Root;
  readonly parent: Directory | undefined;
  readonly name: string;
  /** The path below the root; empty: the root itself. */
  readonly path: string;
  watch: number;
  readonly children: Map<string, Directory>;
  readonly files: Files;
  /** The .gitignore files that hold in it, its own included. */
  scope: Scope | undefined;
  /** The directory is no longer watched. A scan that comes to it skips it. */
  isForgotten: boolean;
};

/** What a watch is for. One watch may have several users. */
export type WatchUser =
  | { readonly kind: "tree"; readonly directory: Directory }
  /** A directory above a root, for its .gitignore file. */
  | { readonly kind: "rules"; readonly root: Root; readonly watch: number }
  | {
      readonly kind: "path";
      readonly root: Root;
      readonly watch: number;
      readonly directory: string;
      /** The name that is looked up in the directory; empty: the directory itself. */
      readonly name: string;
    };

/** The kernel's watches. */
export type Watches = {
  descriptor: number;
  readonly ignores: Ignores;
  /** The users of each watch, by its number. */
  readonly users: Map<number, readonly WatchUser[]>;
  /** Errno where the kernel has no more watches, or no watches at all; 0: it has. */
  refusal: number;
  /** The scans that are not complete yet. */
  scans: readonly Scan[];
  /** The end of the present slice of time for scans. */
  until: Instant;
  /** Directories that exist and cannot be read, each with errno. */
  readonly unread: Map<Directory, number>;
};

/** A scan of a directory and all below it, which can be interrupted and continued. */
type Scan = {
  readonly root: Root;
  readonly walk: Walk<Directory>;
  /** Known children of the open directory that the scan has not found yet. */
  gone: Set<string>;
  /** The first file that the scan has found. */
  found: string | undefined;
  /** A directory is another one than the watched one: something was mounted there. */
  isOther: boolean;
  /** Says at the end of the scan which path has changed, if any. */
  readonly conclude: (scan: Scan) => string | undefined;
};

/** Watches a directory, or adds a mask to its watch: the number of the watch, or minus errno. */
export function attach(watches: Watches, path: string, mask: number): number {
  const watch = sys.addWatch(watches.descriptor, path, mask | HOW);
  if (watch < 0 && !OF_PATH.includes(watch)) watches.refusal = -watch;
  return watch;
}

/** The same for a watch that must be had: an unreadable directory is an error as well. */
export function attachRequired(watches: Watches, path: string, mask: number): number {
  const watch = attach(watches, path, mask);
  if (watch === -EACCES) watches.refusal = EACCES;
  return watch;
}

export function addUser(watches: Watches, watch: number, added: WatchUser): void {
  watches.users.set(watch, [...(watches.users.get(watch) ?? []), added]);
}

/** Removes users of a watch. A watch without users is removed. */
export function detach(
  watches: Watches,
  watch: number,
  isMeant: (user: WatchUser) => boolean,
): void {
  const before = watches.users.get(watch);
  if (before === undefined) return;
  const rest = before.filter((user) => !isMeant(user));
  if (rest.length > 0) {
    watches.users.set(watch, rest);
    return;
  }
  watches.users.delete(watch);
  sys.removeWatch(watches.descriptor, watch);
}

/** A directory that is not watched yet. */
export function directoryOf(root: Root, parent: Directory | undefined, name: string): Directory {
  const path = parent === undefined ? "" : join(parent.path, name);
  const children = new Map<string, Directory>();
  const begun = { root, parent, name, path, watch: NO_WATCH, children, files: noFiles() };
  return { ...begun, scope: undefined, isForgotten: false };
}

/** The path of a file below a root, as the user wrote that root. */
export function shown(root: Root, path: string): string {
  return path === "" ? root.path : join(root.path, path);
}

/**
 * Watches a directory and all below it that are not ignored, and forgets those that are gone. A
 * directory is watched first and read then, so that no change is missed in between. Symbolic links
 * are not followed, so there are no loops: a user who means the target of a link names the target.
 * Answers with the scan's conclusion if the scan is complete; else `continueScans` answers with it.
 */
export function scan(
  watches: Watches,
  top: Directory,
  conclude: Scan["conclude"],
): string | undefined {
  const { root } = top;
  const walk = walkFrom(top);
  const begun = { root, walk, gone: new Set<string>(), found: undefined, isOther: false, conclude };
  watches.scans = [...watches.scans, begun];
  return finished(watches, begun);
}

/** Continues the scans: the path of a change, if there was one. */
export function continueScans(watches: Watches): string | undefined {
  let changed: string | undefined;
  for (const scan of watches.scans) changed = finished(watches, scan) ?? changed;
  return changed;
}

/** Abandons the scans below a root. */
export function cancelScans(watches: Watches, root: Root): void {
  for (const scan of watches.scans) if (scan.root === root) closeWalk(scan.walk);
  watches.scans = watches.scans.filter((scan) => scan.root !== root);
}

function finished(watches: Watches, scan: Scan): string | undefined {
  if (!continueWalk(scan.walk, visitorOf(watches, scan), watches.until)) return undefined;
  watches.scans = watches.scans.filter((other) => other !== scan);
  return scan.conclude(scan);
}

function visitorOf(watches: Watches, scan: Scan): Visitor<Directory> {
  return {
    withState: 1,
    enter: (directory) => enter(watches, scan, directory),
    entry: (directory, name, type, state) => {
      const { root, path, files, scope } = directory;
      const isDirectory = type === S_IFDIR;
      if (isIgnored(watches.ignores, root, join(path, name), isDirectory, scope)) return undefined;
      if (isDirectory) {
        scan.gone.delete(name);
        return childOf(directory, name);
      }
      if (type === S_IFREG) files.states.set(name, state);
      if (type === S_IFREG || type === S_IFLNK) scan.found ??= join(path, name);
      else files.transient.add(name);
      return undefined;
    },
    leave: (directory, answer) => {
      if (answer < 0) noteUnread(watches, directory, answer);
      else for (const name of scan.gone) forget(watches, directory.children.get(name));
    },
  };
}

function enter(watches: Watches, scan: Scan, directory: Directory): number {
  if (watches.refusal !== 0 || directory.isForgotten) return NOTHING;
  const { root, path, parent, children, files } = directory;
  const full = shown(root, path);
  // A root's own path may contain links, which are followed: see path-watch.ts.
  const mask = parent === undefined ? IN_TREE : IN_TREE | IN.dontFollow;
  const watch = attach(watches, full, mask);
  if (watch < 0) return noteUnread(watches, directory, watch);
  if (directory.watch >= 0 && directory.watch !== watch) scan.isOther = true;
  setWatch(watches, directory, watch);
  const descriptor = sys.openEntries(full, parent === undefined ? 1 : 0);
  if (descriptor < 0) return noteUnread(watches, directory, descriptor);
  watches.unread.delete(directory);
  scan.gone = new Set(children.keys());
  files.transient.clear();
  files.states.clear();
  const above = parent === undefined ? root.above : parent.scope;
  directory.scope = scopeBelow(watches.ignores, above, root, path);
  return descriptor;
}

/** Forgets a directory that is gone. One that cannot be read for another reason is retried. */
function noteUnread(watches: Watches, directory: Directory, answer: number): number {
  if (isGone(answer)) forget(watches, directory);
  else if (watches.refusal === 0) watches.unread.set(directory, -answer);
  return NOTHING;
}

const NOTHING = -1;

/** Sets the watch of a directory. */
function setWatch(watches: Watches, directory: Directory, watch: number): void {
  if (directory.watch === watch) return;
  release(watches, directory);
  directory.watch = watch;
  addUser(watches, watch, { kind: "tree", directory });
}

function release(watches: Watches, directory: Directory): void {
  const isIts = (user: WatchUser) => user.kind === "tree" && user.directory === directory;
  detach(watches, directory.watch, isIts);
  directory.watch = NO_WATCH;
}

function childOf(parent: Directory, name: string): Directory {
  const child = parent.children.get(name) ?? directoryOf(parent.root, parent, name);
  parent.children.set(name, child);
  return child;
}

/** Stops watching a directory and all below it. */
export function forget(watches: Watches, top: Directory | undefined): void {
  if (top === undefined) return;
  top.parent?.children.delete(top.name);
  const waiting = [top];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    release(watches, next);
    watches.unread.delete(next);
    // A root's directory may come back.
    next.isForgotten = next.parent !== undefined;
    for (const child of next.children.values()) waiting.push(child);
    next.children.clear();
  }
}

/** Handles an event in a watched directory: the path that has changed, if any. */
export function eventIn(
  watches: Watches,
  directory: Directory,
  mask: number,
  name: string,
): string | undefined {
  const isDirectory = (mask & IN.isDirectory) !== 0;
  if (name === "" || (mask & (isDirectory ? IN_FILES : IN_FILES | IN.attributes)) === 0) {
    return undefined;
  }
  // What is ignored now is forgotten, and what is not any more is watched. Neither is a change.
  if ((mask & IN_FILES) !== 0 && isRule(watches.ignores, name)) {
    scan(watches, directory, () => undefined);
  }
  const { root, files, scope } = directory;
  const path = join(directory.path, name);
  if (isIgnored(watches.ignores, root, path, isDirectory, scope)) return undefined;
  if (isDirectory) return directoryEvent(watches, directory, mask, name);
  const isChange = fileEvent(files, shown(root, directory.path), mask, name);
  return isChange ? shown(root, path) : undefined;
}

/** A new directory is a change if it has a file in it; a gone one is a change if it was moved. */
function directoryEvent(watches: Watches, parent: Directory, mask: number, name: string) {
  if ((mask & (IN.create | IN.movedTo)) !== 0) {
    return scan(watches, childOf(parent, name), foundIn(parent.root));
  }
  // For a removed directory, the removal of each of its files was an event.
  if ((mask & (IN.delete | IN.movedFrom)) !== 0) forget(watches, parent.children.get(name));
  return (mask & IN.movedFrom) !== 0 ? shown(parent.root, join(parent.path, name)) : undefined;
}

/** Concludes that the file which the scan has found is new. */
function foundIn(root: Root): Scan["conclude"] {
  return ({ found }) => (found === undefined ? undefined : shown(root, found));
}

/** Scans the directories again that could not be read. */
export function retryUnread(watches: Watches): string | undefined {
  let changed: string | undefined;
  for (const directory of [...watches.unread.keys()]) {
    changed = scan(watches, directory, foundIn(directory.root)) ?? changed;
  }
  return changed;
}
