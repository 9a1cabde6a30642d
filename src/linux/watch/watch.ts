import type { Message } from "../../core/messages/messages.ts";
import { POLL } from "../../core/spec/defaults.ts";
import type { Spec } from "../../core/spec/spec.ts";
import type { Duration, Instant } from "../../core/values/duration.ts";
import { NO_LIMIT } from "../../core/values/duration.ts";
import { errnoName } from "../../core/values/errno.ts";
import {
  EACCES,
  EINVAL,
  ENOENT,
  EPERM,
  IN,
  NO_DESCRIPTOR,
  S_IFDIR,
  S_IFREG,
} from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";
import type { IgnoreSpec, Ignores } from "./ignores.ts";
import { ignoresOf, isRule } from "./ignores.ts";
import { mountedAt } from "./mounts.ts";
import type { ResolvedPath } from "./path.ts";
import { absolute, isGone, resolvePath } from "./path.ts";
import { eventOnPath, watchPath, watchRules } from "./path-watch.ts";
import type { Look, Snapshot } from "./polling.ts";
import { beginLook, continueLook } from "./polling.ts";
import type { Root, Watches, WatchUser } from "./tree.ts";
import {
  cancelScans,
  continueScans,
  directoryOf,
  eventIn,
  forget,
  retryUnread,
  scan,
  shown,
} from "./tree.ts";
import { closeWalk, FOREVER } from "./walk.ts";

/**
 * Files and directories that are watched for changes. The kernel watches directories only, never
 * files, because an editor that renames a new file over the old one leaves the watch with the old
 * one. Where the kernel cannot watch, or is not to be relied on, curfew polls.
 */
export type Watch = Watches & {
  readonly roots: readonly Root[];
  /** How often curfew polls. */
  readonly interval: Duration;
  /** In place of the kernel's watches: the last look, when to look again, and a look under way. */
  polling: { readonly seen: Snapshot; next: Instant; look: Look | undefined } | undefined;
  /** The descriptor that tells of new mounts. */
  mounts: number;
  /** The mounts at the roots, as they were last: see `mountedAt`. */
  mounted: string;
  /** When to retry what failed for a lack of curfew's own, such as one of descriptors. */
  retryAt: Instant | undefined;
  /** The user was warned that something cannot be read. */
  isWarned: boolean;
  /** The warning that is to be printed next. */
  warning: Message | undefined;
};

/** After this time what failed for a lack of curfew's own is retried. */
const RETRY_INTERVAL = 1_000_000 as Duration;
/** A scan or a look is interrupted after this time, so that signals and deadlines are not late. */
const SLICE = 5_000 as Duration;
/** curfew pauses at least this many times as long as a look has taken. */
const PAUSE_FACTOR = 10;
/** Errors that come from the path, not from a lack of curfew's own that may pass. */
const OF_PATH: readonly number[] = [EPERM, EACCES];
const AT_ONCE = 0 as Instant;

/** The part of a spec that says what is watched, and how. */
type WatchSpec = Pick<Spec, "watch" | "poll"> & IgnoreSpec;

/** Watches paths, and all below those that are directories; or says which path it cannot watch. */
export function openWatch(spec: WatchSpec): Watch | Message {
  const { watch: paths, poll } = spec;
  const roots: Root[] = [];
  for (const given of paths) {
    const path = given.replace(/(?!^)\/+$/, "");
    const resolved = resolvePath(path);
    const refusal = refusalOf(path, resolved);
    if (refusal !== 0) return { kind: "cannot-watch", given, errno: errnoName(refusal) };
    const root = { path, absolute: absolute(path), resolved, users: [], tree: undefined };
    const real = absolute(resolved.realPath);
    roots.push({ ...root, real, above: undefined, rules: [], isDoubtful: false, unread: 0 });
  }
  return begin(roots, ignoresOf(spec), poll);
}

/** Errno, where a path cannot be watched. */
function refusalOf(path: string, { type }: ResolvedPath): number {
  if (path === "") return ENOENT;
  if (type < 0) return -type;
  if (type !== S_IFDIR && type !== S_IFREG) return EINVAL;
  const answer = type === S_IFDIR ? sys.list(path) : sys.readText(path, 0);
  return typeof answer === "number" ? -answer : 0;
}

function begin(roots: readonly Root[], ignores: Ignores, poll: Duration): Watch {
  const byKernel = poll === NO_LIMIT;
  const descriptor = byKernel ? sys.openWatches() : NO_DESCRIPTOR;
  const refusal = byKernel ? Math.max(0, -descriptor) : 0;
  const watch: Watch = {
    roots,
    ignores,
    descriptor,
    refusal,
    users: new Map(),
    scans: [],
    until: FOREVER,
    unread: new Map(),
    interval: byKernel ? POLL : poll,
    polling: undefined,
    mounts: byKernel && refusal === 0 ? sys.openMounts() : NO_DESCRIPTOR,
    mounted: "",
    retryAt: undefined,
    isWarned: false,
    warning: undefined,
  };
  watch.mounted = mountedAt(watch);
  for (const root of roots) {
    if (byKernel && watch.refusal === 0) checkRoot(watch, root);
  }
  if (!byKernel || watch.refusal !== 0) pollFrom(watch);
  if (watch.polling !== undefined) continuePolling(watch, watch.polling, FOREVER);
  warnUnread(watch, sys.now() as Instant);
  return watch;
}

/** When to look although the kernel has told nothing; undefined: only when it tells something. */
export function nextLookAt({ polling, scans, retryAt }: Watch): Instant | undefined {
  return scans.length > 0 ? AT_ONCE : (polling?.next ?? retryAt);
}

/** Takes the warning that is to be printed, if there is one. */
export function warningOf(watch: Watch): Message | undefined {
  const { warning } = watch;
  watch.warning = undefined;
  return warning;
}

/** Removes the kernel's watches. */
export function closeWatch(watch: Watch): void {
  for (const root of watch.roots) cancelScans(watch, root);
  if (watch.polling?.look !== undefined) closeWalk(watch.polling.look.walk);
  for (const descriptor of [watch.descriptor, watch.mounts]) {
    if (descriptor >= 0) sys.close(descriptor);
  }
  watch.descriptor = NO_DESCRIPTOR;
  watch.mounts = NO_DESCRIPTOR;
  watch.users.clear();
  watch.unread.clear();
}

/** Something was mounted or unmounted: every root may lead to another file by now. */
export function noticeMounts(watch: Watch): void {
  const now = mountedAt(watch);
  if (now === watch.mounted) return;
  watch.mounted = now;
  for (const root of watch.roots) root.isDoubtful = true;
}

/**
 * Reads changes for one slice of time: the last path that has changed, if any. The rest is for the
 * next call: until then the descriptor stays readable, or `nextLookAt` has passed.
 */
export function readChanges(watch: Watch, at: Instant): string | undefined {
  const changed =
    watch.polling === undefined
      ? readEventsOf(watch, at)
      : continuePolling(watch, watch.polling, (at + SLICE) as Instant, at);
  warnUnread(watch, at);
  return changed;
}

function readEventsOf(watch: Watch, at: Instant): string | undefined {
  watch.until = (at + SLICE) as Instant;
  let changed = continueScans(watch);
  // What a scan finds is older than the events that have come since.
  if (watch.scans.length === 0) changed = readEvents(watch) ?? changed;
  if (watch.retryAt !== undefined && at >= watch.retryAt) {
    watch.retryAt = undefined;
    for (const root of watch.roots) root.isDoubtful ||= root.unread !== 0;
    changed = retryUnread(watch) ?? changed;
  }
  for (const root of watch.roots) {
    // A scan that is under way must not begin anew.
    if (!root.isDoubtful || watch.refusal !== 0 || watch.scans.length > 0) continue;
    const other = checkRoot(watch, root);
    changed ??= other;
  }
  if (watch.refusal === 0) return changed;
  // Unread events are lost: one restart too many is better than one too few.
  const all = continuePolling(watch, pollFrom(watch), watch.until);
  return changed ?? all;
}

function readEvents(watch: Watch): string | undefined {
  const rows = sys.readEvents(watch.descriptor);
  if (typeof rows === "number") return undefined;
  let changed: string | undefined;
  for (let row = 0; row < rows.length; row += 3) {
    const event = dispatch(watch, Number(rows[row]), Number(rows[row + 1]), String(rows[row + 2]));
    // For a file that is renamed over another, the last event has its new name.
    changed = event ?? changed;
  }
  return changed;
}

/** The first look takes stock. If polling began after the start, that counts as a change. */
function continuePolling(
  watch: Watch,
  polling: NonNullable<Watch["polling"]>,
  until: Instant,
  at: Instant = polling.next,
): string | undefined {
  const { roots, ignores } = watch;
  if (at < polling.next) return undefined;
  polling.look ??= beginLook(roots, ignores, polling.seen, at);
  const { look } = polling;
  if (!continueLook(look, ignores, until)) {
    polling.next = at;
    return undefined;
  }
  watch.polling = { seen: look.seen, next: afterLook(watch, look.begin), look: undefined };
  const [unread] = look.unread;
  warn(watch, unread?.path, unread?.errno);
  return look.before === undefined ? roots[0]?.path : look.changed;
}

/** The next look is later where a look takes long. */
function afterLook({ interval }: Watch, begin: Instant): Instant {
  const now = sys.now();
  return (now + Math.max(interval, (now - begin) * PAUSE_FACTOR)) as Instant;
}

/** Polls from now on. */
function pollFrom(watch: Watch): NonNullable<Watch["polling"]> {
  const { roots, ignores, refusal } = watch;
  closeWatch(watch);
  for (const root of roots) root.tree = undefined;
  const begin = sys.now() as Instant;
  const look = beginLook(roots, ignores, undefined, begin);
  watch.polling = { seen: new Map(), next: begin, look };
  if (refusal !== 0) watch.warning = { kind: "polling", errno: errnoName(refusal) };
  return watch.polling;
}

/** Warns of what cannot be read, and sets when to retry it. */
function warnUnread(watch: Watch, at: Instant): void {
  if (watch.polling !== undefined) return;
  const root = watch.roots.find(({ unread }) => unread !== 0);
  const errnos = [...watch.unread.values(), ...(root === undefined ? [] : [root.unread])];
  if (errnos.some((errno) => !OF_PATH.includes(errno))) {
    watch.retryAt ??= (at + RETRY_INTERVAL) as Instant;
  }
  const [first] = watch.unread;
  if (first === undefined) warn(watch, root?.path, root?.unread);
  else warn(watch, shown(first[0].root, first[0].path), first[1]);
}

/** Warns once until everything can be read again. */
function warn(watch: Watch, given: string | undefined, errno: number | undefined): void {
  if (given === undefined || errno === undefined) {
    watch.isWarned = false;
    return;
  }
  if (watch.isWarned || watch.warning !== undefined) return;
  watch.isWarned = true;
  watch.warning = { kind: "cannot-read", given, errno: errnoName(errno) };
}

/** Handles one event of the kernel: the path that has changed, if any. */
function dispatch(watch: Watch, number: number, mask: number, name: string): string | undefined {
  if ((mask & IN.overflow) !== 0) return startOver(watch);
  const users = watch.users.get(number) ?? [];
  if ((mask & IN.ignored) !== 0) {
    watch.users.delete(number);
    for (const user of users) loseWatch(user);
    return undefined;
  }
  let changed: string | undefined;
  for (const user of users) {
    // The directory shows other files now, or none.
    if ((mask & IN.unmounted) !== 0) changed ??= rootOf(user).path;
    const path = eventFor(watch, user, mask, name);
    changed ??= path;
  }
  const isMode = (mask & IN.attributes) !== 0 && (mask & IN.isDirectory) !== 0;
  if (isMode && watch.unread.size > 0) changed = retryUnread(watch) ?? changed;
  return changed;
}

function eventFor(watch: Watch, user: WatchUser, mask: number, name: string): string | undefined {
  if (user.kind === "tree") return eventIn(watch, user.directory, mask, name);
  if (user.kind === "path") return eventOnPath(user, mask, name);
  user.root.isDoubtful ||= isRule(watch.ignores, name);
  return undefined;
}

function rootOf(user: WatchUser): Root {
  return user.kind === "tree" ? user.directory.root : user.root;
}

/** Events were lost: all roots are checked again, and the first one counts as changed. */
function startOver({ roots }: Watch): string | undefined {
  for (const root of roots) root.isDoubtful = true;
  return roots[0]?.path;
}

/** The kernel has removed a watch together with its directory or that one's file system. */
function loseWatch(user: WatchUser): void {
  if (user.kind === "tree") user.directory.watch = NO_DESCRIPTOR;
  rootOf(user).isDoubtful = true;
}

/** Resolves a root's path again, and scans its tree; the path, if it leads to something else. */
function checkRoot(watch: Watch, root: Root): string | undefined {
  const before = root.resolved;
  root.isDoubtful = false;
  watchPath(watch, root);
  const { type, identity, content } = root.resolved;
  root.unread = type < 0 && !isGone(type) ? -type : 0;
  if (root.unread !== 0) {
    // The file may be there as it was.
    root.resolved = before;
    return undefined;
  }
  const isSame = before.identity === identity;
  if (type !== S_IFDIR) {
    cancelScans(watch, root);
    forget(watch, root.tree);
    root.tree = undefined;
    // A removed working directory never comes back, and no event would tell of it.
    if (type < 0 && root.users.length === 0) warn(watch, root.path, -type);
    return isSame && before.content === content ? undefined : root.path;
  }
  root.tree ??= directoryOf(root, undefined, "");
  watchRules(watch, root);
  return scan(watch, root.tree, ({ found, isOther }) => {
    // A new directory without files is no change; one in the place of another is.
    const isNew = before.type === S_IFDIR ? !isSame || isOther : found !== undefined;
    return isNew ? root.path : undefined;
  });
}
