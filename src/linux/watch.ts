import type { Duration, Instant } from "../core/duration.ts";
import { errnoName } from "../core/errno.ts";
import type { Globs } from "../core/glob.ts";
import { parseGlobs } from "../core/glob.ts";
import { IGNORED } from "../core/ignore.ts";
import type { Message } from "../core/messages.ts";
import { NO_DESCRIPTOR } from "./held.ts";
import { sys } from "./syscalls.ts";
import type { Snapshot } from "./watch-polling.ts";
import { differenceOf, snapshotOf } from "./watch-polling.ts";
import type { Root, Use, Watches } from "./watch-tree.ts";
import {
  attach,
  attachSurely,
  detach,
  directoryOf,
  eventIn,
  forget,
  IN,
  scan,
  use,
} from "./watch-tree.ts";
import type { Step, Way } from "./watch-way.ts";
import { absolute, DIRECTORY, isSameWay, join, REGULAR, wayTo } from "./watch-way.ts";

/**
 * Files and directories that are watched for changes. Directories are, and never files: what is
 * renamed over a file is another one. Where the kernel cannot tell, we look every second.
 */
export type Watch = Watches & {
  readonly roots: readonly Root[];
  /** In place of the kernel's watches: what was there, and when to look again. */
  polling: { readonly seen: Snapshot; readonly next: Instant } | undefined;
  /** What is to be said about it. */
  warning: Message | undefined;
};

const SECOND = 1_000_000 as Duration;
/** How many times as long as a look we rest at least. */
const PART = 10;
const EINVAL = 22;
const ENOENT = 2;
/** How often a way is walked again that has changed while it was walked. */
const ATTEMPTS = 10;

const IN_WAY = IN.deleteSelf | IN.moveSelf;
const IN_WAY_BY_NAME = IN_WAY | IN.create | IN.delete | IN.movedFrom | IN.movedTo;

/** Watches paths, directories with all below them; or says which of them cannot be watched. */
export function openWatch(paths: readonly string[], ignore: readonly string[]): Watch | Message {
  const globs = parseGlobs([...IGNORED.map(([pattern]) => pattern), ...ignore]);
  const roots: Root[] = [];
  for (const given of paths) {
    const path = given.replace(/(?!^)\/+$/, "");
    const way = wayTo(path);
    const refusal = refusalOf(path, way);
    if (refusal !== 0) return { kind: "unwatched", given, errno: errnoName(refusal) };
    const root = { path, absolute: absolute(path), way, uses: [], tree: undefined };
    roots.push({ ...root, isDoubtful: false });
  }
  return begin(roots, globs);
}

/** Errno, where a path cannot be watched. */
function refusalOf(path: string, { type }: Way): number {
  if (path === "") return ENOENT;
  if (type < 0) return -type;
  if (type !== DIRECTORY && type !== REGULAR) return EINVAL;
  const answer = type === DIRECTORY ? sys.list(path) : sys.readText(path, 0);
  return typeof answer === "number" ? -answer : 0;
}

function begin(roots: readonly Root[], globs: Globs): Watch {
  const descriptor = sys.openWatches();
  const refusal = Math.max(0, -descriptor);
  const state = { polling: undefined, warning: undefined };
  const watch: Watch = { roots, globs, descriptor, refusal, uses: new Map(), ...state };
  for (const root of roots) {
    if (watch.refusal === 0) review(watch, root);
  }
  if (watch.refusal !== 0) poll(watch);
  return watch;
}

/** When to look although nothing was told; undefined while the kernel tells. */
export function pollAt({ polling }: Watch): Instant | undefined {
  return polling?.next;
}

/** What is to be said about the watch, once. */
export function warningOf(watch: Watch): Message | undefined {
  const { warning } = watch;
  watch.warning = undefined;
  return warning;
}

/** The kernel's watches are given back. */
export function closeWatch(watch: Watch): void {
  if (watch.descriptor >= 0) sys.close(watch.descriptor);
  watch.descriptor = NO_DESCRIPTOR;
  watch.uses.clear();
}

/**
 * Looks at what has happened: the last path that has changed, if any. Of many events some are left
 * for the next look, so that it does not take long; the descriptor stays readable.
 */
export function lookAt(watch: Watch, at: Instant): string | undefined {
  if (watch.polling !== undefined) return lookAround(watch, watch.polling, at);
  const rows = sys.readEvents(watch.descriptor);
  if (typeof rows === "number") return undefined;
  let changed: string | undefined;
  for (let row = 0; row < rows.length; row += 3) {
    const event = dispatch(watch, Number(rows[row]), Number(rows[row + 1]), String(rows[row + 2]));
    // Of a file that is renamed over another the name comes last that it goes by from now on.
    changed = event ?? changed;
  }
  for (const root of watch.roots) {
    if (!root.isDoubtful || watch.refusal !== 0) continue;
    const isOther = review(watch, root);
    if (isOther) changed ??= root.path;
  }
  if (watch.refusal === 0) return changed;
  // Events that were not read are lost: one change too many is better than one too few.
  poll(watch);
  return changed ?? watch.roots[0]?.path;
}

function lookAround(
  watch: Watch,
  { seen, next }: NonNullable<Watch["polling"]>,
  at: Instant,
): string | undefined {
  if (at < next) return undefined;
  const now = snapshotOf(watch.roots, watch.globs);
  watch.polling = { seen: now, next: afterLook(at) };
  return differenceOf(seen, now);
}

/** A look at very much takes long, and we do nothing else so long: then the next one is later. */
function afterLook(begin: number): Instant {
  const now = sys.now();
  return (now + Math.max(SECOND, (now - begin) * PART)) as Instant;
}

/** From now on we look ourselves. */
function poll(watch: Watch): void {
  const { roots, globs, refusal } = watch;
  closeWatch(watch);
  for (const root of roots) root.tree = undefined;
  const begin = sys.now();
  const seen = snapshotOf(roots, globs);
  watch.polling = { seen, next: afterLook(begin) };
  watch.warning = { kind: "polling", errno: errnoName(refusal) };
}

/** One event of the kernel's; the path of what has changed by it. */
function dispatch(watch: Watch, number: number, mask: number, name: string): string | undefined {
  if ((mask & IN.overflow) !== 0) return startOver(watch);
  const uses = watch.uses.get(number) ?? [];
  if ((mask & IN.ignored) !== 0) {
    watch.uses.delete(number);
    for (const one of uses) lose(one);
    return undefined;
  }
  let changed: string | undefined;
  for (const one of uses) {
    const path =
      one.kind === "tree" ? eventIn(watch, one.directory, mask, name) : eventOnWay(one, mask, name);
    changed ??= path;
  }
  return changed;
}

/** Events were lost: everything is looked at anew, and something has changed. */
function startOver({ roots }: Watch): string | undefined {
  for (const root of roots) root.isDoubtful = true;
  return roots[0]?.path;
}

/** The kernel's watch has gone with its directory, or with the file system that this was on. */
function lose(one: Use): void {
  if (one.kind === "tree") {
    one.directory.watch = NO_DESCRIPTOR;
    one.directory.root.isDoubtful = true;
  } else one.root.isDoubtful = true;
}

function eventOnWay(one: Extract<Use, { kind: "way" }>, mask: number, name: string) {
  const { root } = one;
  // That of a directory itself has no name.
  if (name !== one.name && name !== "") return undefined;
  if (name === "" && (mask & IN_WAY) === 0) return undefined;
  // A new file is told of again when it has been written.
  if ((mask & IN.create) !== 0 && isBeingWritten(join(one.directory, name))) return undefined;
  root.isDoubtful = true;
  return (mask & IN.closeWrite) !== 0 && root.tree === undefined ? root.path : undefined;
}

function isBeingWritten(path: string): boolean {
  const state = sys.fileState(path, 0);
  return typeof state !== "number" && state[0] === REGULAR && state[1] === 1;
}

/** Walks the way to a root again, and its tree; true where it is not what it was. */
function review(watch: Watch, root: Root): boolean {
  const before = root.way;
  root.isDoubtful = false;
  followWay(watch, root);
  const { way } = root;
  const isSame = before.identity === way.identity;
  if (way.type !== DIRECTORY) {
    forget(watch, root.tree);
    root.tree = undefined;
    return !isSame || before.content !== way.content;
  }
  root.tree ??= directoryOf(root, undefined, "");
  const { watch: number } = root.tree;
  const file = scan(watch, root.tree);
  // An empty directory where there was none is nothing new; one in the place of another is.
  if (before.type !== DIRECTORY) return file !== undefined;
  return !isSame || (number >= 0 && number !== root.tree.watch);
}

/** Watches a way until it was the same before and after. */
function followWay(watch: Watch, root: Root): void {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const old = root.uses;
    const way = wayTo(root.path);
    root.uses = way.steps.flatMap((step) => watchStep(watch, root, way, step));
    for (const one of old) detach(watch, one.watch, (other) => other === one);
    root.way = wayTo(root.path);
    if (isSameWay(way, root.way) || watch.refusal !== 0) return;
  }
}

/**
 * The last name and links are watched by their names. Directories in between only for being moved
 * or removed as a whole: else all that others do in /tmp would wake us. While there is nothing at
 * the path, each of them may be where it begins again.
 */
function watchStep(watch: Watch, root: Root, { type }: Way, step: Step): Root["uses"] {
  const isNamed = step.kind !== "middle" || type < 0;
  const directory = isNamed ? step.directory : join(step.directory, step.name);
  const name = isNamed ? step.name : "";
  const writes = step.kind === "last" && type !== DIRECTORY ? IN.closeWrite : 0;
  // Who may not read a directory cannot watch it: of one in between, or above a directory that is
  // watched itself, it is enough to know what it leads to.
  const isNeeded = step.kind === "link" || (step.kind === "last" && type === REGULAR);
  const add = isNeeded ? attachSurely : attach;
  const number = add(watch, directory, isNamed ? IN_WAY_BY_NAME | writes : IN_WAY);
  if (number < 0) return [];
  const added = { kind: "way", root, watch: number, directory, name } as const;
  use(watch, number, added);
  return [added];
}
