import type { Instant } from "../../core/values/duration.ts";
import type { Globs } from "../../core/values/glob.ts";
import { matchesAny } from "../../core/values/glob.ts";
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
import type { Visitor, Walk } from "./walk.ts";
import { goOn, leave, walkFrom } from "./walk.ts";
import type { Way } from "./way.ts";
import { isGone, join } from "./way.ts";

/** A write is told at its end: a file that is being written would be read half. */
const IN_FILES = IN.closeWrite | IN.movedFrom | IN.movedTo | IN.create | IN.delete;
/** A directory that could not be read may be readable when its mode is another one. */
const IN_TREE = IN_FILES | IN.attributes | IN.notUnlinked;
/** A directory may have two uses with one watch: what one asks for is added to the other's. */
const HOW = IN.onlyDirectory | IN.add;

/** What the kernel says of a path: gone, not to be read, no directory, too long, too many links. */
const OF_PATH: readonly number[] = [-ENOENT, -EACCES, -ENOTDIR, -ENAMETOOLONG, -ELOOP];
/** The watch of a directory that has none, or none any more. */
const NO_WATCH = -1;

/** A path that was given, and what was found there. */
export type Root = {
  readonly path: string;
  readonly absolute: string;
  way: Way;
  /** Watches for the way's steps. */
  uses: readonly (Use & { readonly kind: "way" })[];
  /** Where the way leads to a directory. */
  tree: Directory | undefined;
  /** The way may be another one by now. */
  isDoubtful: boolean;
  /** Errno where nobody knows what is at the path: then it counts as what it was. */
  unread: number;
};

/** A directory that is watched, in a tree of such. */
export type Directory = {
  readonly root: Root;
  readonly parent: Directory | undefined;
  readonly name: string;
  /** From the root; empty: the root. */
  readonly path: string;
  watch: number;
  readonly children: Map<string, Directory>;
  /**
   * Names whose end is no change: of sockets, pipes and devices, which come and go with whoever
   * runs, and of what was gone before we could look.
   */
  readonly passing: Set<string>;
  /** It is watched no more, and whoever still comes to it passes by. */
  isForgotten: boolean;
};

/** What a watch is for; one may be for several. */
export type Use =
  | { readonly kind: "tree"; readonly directory: Directory }
  | {
      readonly kind: "way";
      readonly root: Root;
      readonly watch: number;
      readonly directory: string;
      /** The name that is looked up there; empty: the directory itself. */
      readonly name: string;
    };

/** The kernel's watches, by their numbers. */
export type Watches = {
  descriptor: number;
  readonly globs: Globs;
  readonly uses: Map<number, readonly Use[]>;
  /** Errno where the kernel has no more of them, or none at all. */
  refusal: number;
  /** What is being looked through, and until when at present. */
  scans: readonly Scan[];
  until: Instant;
  /** Directories that are there and could not be read, and why: errno. */
  readonly unread: Map<Directory, number>;
};

/** A look through a directory and all below it, which can be left and gone on with. */
type Scan = {
  readonly root: Root;
  readonly walk: Walk<Directory>;
  /** Of the one that is open: which of its directories were not found yet. */
  gone: Set<string>;
  /** The first file that was found. */
  found: string | undefined;
  /** A directory is another one than was watched: something was mounted there. */
  isOther: boolean;
  /** What it means in the end: the path of what has changed, if anything has. */
  readonly conclude: (scan: Scan) => string | undefined;
};

/** Watches a directory for one use more; its number, or minus errno. */
export function attach(watches: Watches, path: string, mask: number): number {
  const watch = sys.addWatch(watches.descriptor, path, mask | HOW);
  if (watch < 0 && !OF_PATH.includes(watch)) watches.refusal = -watch;
  return watch;
}

/** The same where all depends on it: what may not be read is refused, too. */
export function attachSurely(watches: Watches, path: string, mask: number): number {
  const watch = attach(watches, path, mask);
  if (watch === -EACCES) watches.refusal = EACCES;
  return watch;
}

/** Writes down what a watch is for. */
export function use(watches: Watches, watch: number, added: Use): void {
  watches.uses.set(watch, [...(watches.uses.get(watch) ?? []), added]);
}

/** One use less; the last one ends the watch. */
export function detach(watches: Watches, watch: number, isGone: (use: Use) => boolean): void {
  const before = watches.uses.get(watch);
  if (before === undefined) return;
  const rest = before.filter((one) => !isGone(one));
  if (rest.length > 0) {
    watches.uses.set(watch, rest);
    return;
  }
  watches.uses.delete(watch);
  sys.removeWatch(watches.descriptor, watch);
}

/** A directory that is not watched yet. */
export function directoryOf(root: Root, parent: Directory | undefined, name: string): Directory {
  const path = parent === undefined ? "" : join(parent.path, name);
  const children = new Map<string, Directory>();
  const passing = new Set<string>();
  return { root, parent, name, path, watch: NO_WATCH, children, passing, isForgotten: false };
}

/** The path of something in a watched directory, as its user would write it. */
export function shown(root: Root, path: string): string {
  return path === "" ? root.path : join(root.path, path);
}

/** Whether something below a root is not asked for. */
export function isIgnored(globs: Globs, root: Root, path: string, isDirectory: boolean): boolean {
  return matchesAny(globs, { path, root: root.absolute, isDirectory });
}

/**
 * Watches a directory and all below it that are not ignored, and forgets those that are gone: what
 * is watched already stays as it is. Watched first and read then, nothing comes in between.
 * Symbolic links are not followed, so there are no circles: who means a directory elsewhere gives
 * that as a path. What it has concluded where it is done at once; else `goOnScanning` tells.
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

/** Goes on with what was left: the path of something that has changed. */
export function goOnScanning(watches: Watches): string | undefined {
  let changed: string | undefined;
  for (const scan of watches.scans) changed = finished(watches, scan) ?? changed;
  return changed;
}

/** Gives up what is being looked through below a root. */
export function cancelScans(watches: Watches, root: Root): void {
  for (const scan of watches.scans) if (scan.root === root) leave(scan.walk);
  watches.scans = watches.scans.filter((scan) => scan.root !== root);
}

function finished(watches: Watches, scan: Scan): string | undefined {
  if (!goOn(scan.walk, visitorOf(watches, scan), watches.until)) return undefined;
  watches.scans = watches.scans.filter((other) => other !== scan);
  return scan.conclude(scan);
}

function visitorOf(watches: Watches, scan: Scan): Visitor<Directory> {
  return {
    withState: 0,
    enter: (directory) => enter(watches, scan, directory),
    entry: (directory, name, type) => {
      const { root, path, passing } = directory;
      const isDirectory = type === S_IFDIR;
      if (isIgnored(watches.globs, root, join(path, name), isDirectory)) return undefined;
      if (isDirectory) {
        scan.gone.delete(name);
        return childOf(directory, name);
      }
      if (type === S_IFREG || type === S_IFLNK) scan.found ??= join(path, name);
      else passing.add(name);
      return undefined;
    },
    leave: (directory, answer) => {
      if (answer < 0) notRead(watches, directory, answer);
      else for (const name of scan.gone) forget(watches, directory.children.get(name));
    },
  };
}

function enter(watches: Watches, scan: Scan, directory: Directory): number {
  if (watches.refusal !== 0 || directory.isForgotten) return NOTHING;
  const { root, path, parent, children, passing } = directory;
  const place = shown(root, path);
  // The root's own path may lead over links, and is followed; see watch-way.ts.
  const mask = parent === undefined ? IN_TREE : IN_TREE | IN.dontFollow;
  const watch = attach(watches, place, mask);
  if (watch < 0) return notRead(watches, directory, watch);
  if (directory.watch >= 0 && directory.watch !== watch) scan.isOther = true;
  keep(watches, directory, watch);
  const descriptor = sys.openEntries(place, parent === undefined ? 1 : 0);
  if (descriptor < 0) return notRead(watches, directory, descriptor);
  watches.unread.delete(directory);
  scan.gone = new Set(children.keys());
  passing.clear();
  return descriptor;
}

/** A directory is forgotten where it is gone. Where nobody knows, it is to be looked at again. */
function notRead(watches: Watches, directory: Directory, answer: number): number {
  if (isGone(answer)) forget(watches, directory);
  else if (watches.refusal === 0) watches.unread.set(directory, -answer);
  return NOTHING;
}

const NOTHING = -1;

/** The watch that a directory has from now on. */
function keep(watches: Watches, directory: Directory, watch: number): void {
  if (directory.watch === watch) return;
  release(watches, directory);
  directory.watch = watch;
  use(watches, watch, { kind: "tree", directory });
}

function release(watches: Watches, directory: Directory): void {
  const isOurs = (one: Use) => one.kind === "tree" && one.directory === directory;
  detach(watches, directory.watch, isOurs);
  directory.watch = NO_WATCH;
}

function childOf(parent: Directory, name: string): Directory {
  const child = parent.children.get(name) ?? directoryOf(parent.root, parent, name);
  parent.children.set(name, child);
  return child;
}

/** A directory and all below it are watched no more. */
export function forget(watches: Watches, top: Directory | undefined): void {
  if (top === undefined) return;
  top.parent?.children.delete(top.name);
  const waiting = [top];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    release(watches, next);
    watches.unread.delete(next);
    // That of a root may come back.
    next.isForgotten = next.parent !== undefined;
    for (const child of next.children.values()) waiting.push(child);
    next.children.clear();
  }
}

/** What an event in a watched directory means: the path of what has changed, if anything has. */
export function eventIn(
  watches: Watches,
  directory: Directory,
  mask: number,
  name: string,
): string | undefined {
  if (name === "" || (mask & IN_FILES) === 0) return undefined;
  const isDirectory = (mask & IN.isDirectory) !== 0;
  const { root } = directory;
  const path = join(directory.path, name);
  if (isIgnored(watches.globs, root, path, isDirectory)) return undefined;
  if (isDirectory) return directoryEvent(watches, directory, mask, name);
  return fileEvent(directory, mask, name) ? shown(root, path) : undefined;
}

/** A new directory is a change if there is a file in it, one that has gone if it was moved away. */
function directoryEvent(watches: Watches, parent: Directory, mask: number, name: string) {
  if ((mask & (IN.create | IN.movedTo)) !== 0) {
    return scan(watches, childOf(parent, name), foundIn(parent.root));
  }
  // Of a removed one every file was told of.
  if ((mask & (IN.delete | IN.movedFrom)) !== 0) forget(watches, parent.children.get(name));
  return (mask & IN.movedFrom) !== 0 ? shown(parent.root, join(parent.path, name)) : undefined;
}

/** A file that was found has come. */
function foundIn(root: Root): Scan["conclude"] {
  return ({ found }) => (found === undefined ? undefined : shown(root, found));
}

/** Directories that could not be read are tried again. */
export function tryAgain(watches: Watches): string | undefined {
  let changed: string | undefined;
  for (const directory of [...watches.unread.keys()]) {
    changed = scan(watches, directory, foundIn(directory.root)) ?? changed;
  }
  return changed;
}

function fileEvent({ root, path, passing }: Directory, mask: number, name: string): boolean {
  if ((mask & IN.create) !== 0) {
    passing.delete(name);
    const state = sys.fileState(shown(root, join(path, name)), 0);
    if (typeof state === "number" && !isGone(state)) return false;
    const [type, links] = typeof state === "number" ? [state, 1] : state;
    if (type !== S_IFREG && type !== S_IFLNK) passing.add(name);
    // A new file is told of again when it has been written; a link never is.
    return type === S_IFLNK || (type === S_IFREG && links > 1);
  }
  if ((mask & IN.closeWrite) !== 0) return !passing.has(name);
  const wasPassing = passing.delete(name);
  return (mask & IN.movedTo) !== 0 || !wasPassing;
}
