import type { Message } from "../../core/messages/messages.ts";
import { IGNORED } from "../../core/spec/ignore.ts";
import type { Spec } from "../../core/spec/spec.ts";
import { POLL } from "../../core/spec/spec.ts";
import type { Duration, Instant } from "../../core/values/duration.ts";
import { NO_LIMIT } from "../../core/values/duration.ts";
import { errnoName } from "../../core/values/errno.ts";
import type { Globs } from "../../core/values/glob.ts";
import { parseGlobs } from "../../core/values/glob.ts";
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
import { mountedAt } from "./mounts.ts";
import type { Look, Snapshot } from "./polling.ts";
import { beginLook, goOnLooking } from "./polling.ts";
import { eventOnWay, followWay } from "./steps.ts";
import type { Root, Use, Watches } from "./tree.ts";
import {
  cancelScans,
  directoryOf,
  eventIn,
  forget,
  goOnScanning,
  scan,
  shown,
  tryAgain,
} from "./tree.ts";
import { FOREVER, leave } from "./walk.ts";
import type { Way } from "./way.ts";
import { absolute, isGone, wayTo } from "./way.ts";

/**
 * Files and directories that are watched for changes. Directories are, and never files: what is
 * renamed over a file is another one. Where the kernel cannot tell, or we are not to rely on it, we
 * look now and then.
 */
export type Watch = Watches & {
  readonly roots: readonly Root[];
  /** How often we look by ourselves. */
  readonly interval: Duration;
  /** In place of the kernel's watches: what was there, when to look again, and a look under way. */
  polling: { readonly seen: Snapshot; next: Instant; look: Look | undefined } | undefined;
  /** Changes when something is mounted; what was mounted at last that concerns us. */
  mounts: number;
  mounted: string;
  /** When to try again what failed for a reason of ours. */
  retryAt: Instant | undefined;
  /** It was said that something cannot be read. */
  isTold: boolean;
  /** What is to be said about it. */
  warning: Message | undefined;
};

/** After so long what failed for a reason of ours is tried again. */
const SECOND = 1_000_000 as Duration;
/** For so long at most nothing else is looked at: signals and deadlines come between two slices. */
const SLICE = 5_000 as Duration;
/** How many times as long as a look we rest at least. */
const PART = 10;
/** Errors that come from the path, and not from a lack of ours which may pass. */
const OF_PATH: readonly number[] = [EPERM, EACCES];
const AT_ONCE = 0 as Instant;

/** What is watched and what is not, and how often we look ourselves if that is asked for. */
type Wish = Pick<Spec, "watch" | "ignore" | "poll">;

/** Watches paths, directories with all below them; or says which of them cannot be watched. */
export function openWatch({ watch: paths, ignore, poll }: Wish): Watch | Message {
  const globs = parseGlobs([...IGNORED.map(([pattern]) => pattern), ...ignore]);
  const roots: Root[] = [];
  for (const given of paths) {
    const path = given.replace(/(?!^)\/+$/, "");
    const way = wayTo(path);
    const refusal = refusalOf(path, way);
    if (refusal !== 0) return { kind: "unwatched", given, errno: errnoName(refusal) };
    const root = { path, absolute: absolute(path), way, uses: [], tree: undefined };
    roots.push({ ...root, isDoubtful: false, unread: 0 });
  }
  return begin(roots, globs, poll);
}

/** Errno, where a path cannot be watched. */
function refusalOf(path: string, { type }: Way): number {
  if (path === "") return ENOENT;
  if (type < 0) return -type;
  if (type !== S_IFDIR && type !== S_IFREG) return EINVAL;
  const answer = type === S_IFDIR ? sys.list(path) : sys.readText(path, 0);
  return typeof answer === "number" ? -answer : 0;
}

function begin(roots: readonly Root[], globs: Globs, wanted: Duration): Watch {
  const isTold = wanted === NO_LIMIT;
  const descriptor = isTold ? sys.openWatches() : NO_DESCRIPTOR;
  const refusal = isTold ? Math.max(0, -descriptor) : 0;
  const watch: Watch = {
    roots,
    globs,
    descriptor,
    refusal,
    uses: new Map(),
    scans: [],
    until: FOREVER,
    unread: new Map(),
    interval: isTold ? POLL : wanted,
    polling: undefined,
    mounts: isTold && refusal === 0 ? sys.openMounts() : NO_DESCRIPTOR,
    mounted: "",
    retryAt: undefined,
    isTold: false,
    warning: undefined,
  };
  watch.mounted = mountedAt(watch);
  for (const root of roots) {
    if (isTold && watch.refusal === 0) review(watch, root);
  }
  if (!isTold || watch.refusal !== 0) pollFrom(watch);
  if (watch.polling !== undefined) goOnPolling(watch, watch.polling, FOREVER);
  tellUnread(watch, sys.now() as Instant);
  return watch;
}

/** When to look although nothing was told; undefined while the kernel tells. */
export function pollAt({ polling, scans, retryAt }: Watch): Instant | undefined {
  return scans.length > 0 ? AT_ONCE : (polling?.next ?? retryAt);
}

/** What is to be said about the watch, once. */
export function warningOf(watch: Watch): Message | undefined {
  const { warning } = watch;
  watch.warning = undefined;
  return warning;
}

/** The kernel's watches are given back. */
export function closeWatch(watch: Watch): void {
  for (const root of watch.roots) cancelScans(watch, root);
  if (watch.polling?.look !== undefined) leave(watch.polling.look.walk);
  for (const descriptor of [watch.descriptor, watch.mounts]) {
    if (descriptor >= 0) sys.close(descriptor);
  }
  watch.descriptor = NO_DESCRIPTOR;
  watch.mounts = NO_DESCRIPTOR;
  watch.uses.clear();
  watch.unread.clear();
}

/** Something was mounted or unmounted: what is at, above or below it is doubtful. */
export function noticeMounts(watch: Watch): void {
  const now = mountedAt(watch);
  if (now === watch.mounted) return;
  watch.mounted = now;
  for (const root of watch.roots) root.isDoubtful = true;
}

/**
 * Looks at what has happened, for a slice of time: the last path that has changed, if any. What is
 * left is for the next look: until then the descriptor stays readable, or `pollAt` has passed.
 */
export function lookAt(watch: Watch, at: Instant): string | undefined {
  const changed =
    watch.polling === undefined
      ? lookAtEvents(watch, at)
      : goOnPolling(watch, watch.polling, (at + SLICE) as Instant, at);
  tellUnread(watch, at);
  return changed;
}

function lookAtEvents(watch: Watch, at: Instant): string | undefined {
  watch.until = (at + SLICE) as Instant;
  let changed = goOnScanning(watch);
  // What is found by a scan comes before what was told since.
  if (watch.scans.length === 0) changed = readEvents(watch) ?? changed;
  if (watch.retryAt !== undefined && at >= watch.retryAt) {
    watch.retryAt = undefined;
    for (const root of watch.roots) root.isDoubtful ||= root.unread !== 0;
    changed = tryAgain(watch) ?? changed;
  }
  for (const root of watch.roots) {
    // Whoever looks through it already is not to begin anew.
    if (!root.isDoubtful || watch.refusal !== 0 || watch.scans.length > 0) continue;
    const other = review(watch, root);
    changed ??= other;
  }
  if (watch.refusal === 0) return changed;
  // Events that were not read are lost: one change too many is better than one too few.
  const all = goOnPolling(watch, pollFrom(watch), watch.until);
  return changed ?? all;
}

function readEvents(watch: Watch): string | undefined {
  const rows = sys.readEvents(watch.descriptor);
  if (typeof rows === "number") return undefined;
  let changed: string | undefined;
  for (let row = 0; row < rows.length; row += 3) {
    const event = dispatch(watch, Number(rows[row]), Number(rows[row + 1]), String(rows[row + 2]));
    // Of a file that is renamed over another the name comes last that it goes by from now on.
    changed = event ?? changed;
  }
  return changed;
}

/** The first look of all finds what there is: where it was not at the start, that is a change. */
function goOnPolling(
  watch: Watch,
  polling: NonNullable<Watch["polling"]>,
  until: Instant,
  at: Instant = polling.next,
): string | undefined {
  const { roots, globs } = watch;
  if (at < polling.next) return undefined;
  polling.look ??= beginLook(roots, polling.seen, at);
  const { look } = polling;
  if (!goOnLooking(look, globs, until)) {
    polling.next = at;
    return undefined;
  }
  watch.polling = { seen: look.seen, next: afterLook(watch, look.begin), look: undefined };
  const [unread] = look.unread;
  tell(watch, unread?.path, unread?.errno);
  return look.before === undefined ? roots[0]?.path : look.changed;
}

/** A look at very much takes long: then the next one is later. */
function afterLook({ interval }: Watch, begin: Instant): Instant {
  const now = sys.now();
  return (now + Math.max(interval, (now - begin) * PART)) as Instant;
}

/** From now on we look ourselves. */
function pollFrom(watch: Watch): NonNullable<Watch["polling"]> {
  const { roots, refusal } = watch;
  closeWatch(watch);
  for (const root of roots) root.tree = undefined;
  const begin = sys.now() as Instant;
  const look = beginLook(roots, undefined, begin);
  watch.polling = { seen: new Map(), next: begin, look };
  if (refusal !== 0) watch.warning = { kind: "polling", errno: errnoName(refusal) };
  return watch.polling;
}

/** Says what cannot be read, and when to try again what may be a lack of ours. */
function tellUnread(watch: Watch, at: Instant): void {
  if (watch.polling !== undefined) return;
  const root = watch.roots.find(({ unread }) => unread !== 0);
  const errnos = [...watch.unread.values(), ...(root === undefined ? [] : [root.unread])];
  if (errnos.some((errno) => !OF_PATH.includes(errno))) {
    watch.retryAt ??= (at + SECOND) as Instant;
  }
  const [first] = watch.unread;
  if (first === undefined) tell(watch, root?.path, root?.unread);
  else tell(watch, shown(first[0].root, first[0].path), first[1]);
}

/** One line until all can be read again, whatever else cannot be read by then. */
function tell(watch: Watch, given: string | undefined, errno: number | undefined): void {
  if (given === undefined || errno === undefined) {
    watch.isTold = false;
    return;
  }
  if (watch.isTold || watch.warning !== undefined) return;
  watch.isTold = true;
  watch.warning = { kind: "unread", given, errno: errnoName(errno) };
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
    // Its files are others now, or none.
    if ((mask & IN.unmounted) !== 0) changed ??= rootOf(one).path;
    const path =
      one.kind === "tree" ? eventIn(watch, one.directory, mask, name) : eventOnWay(one, mask, name);
    changed ??= path;
  }
  const isMode = (mask & IN.attributes) !== 0 && (mask & IN.isDirectory) !== 0;
  if (isMode && watch.unread.size > 0) changed = tryAgain(watch) ?? changed;
  return changed;
}

function rootOf(one: Use): Root {
  return one.kind === "tree" ? one.directory.root : one.root;
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

/** Walks the way to a root again, and its tree; its path where it is not what it was. */
function review(watch: Watch, root: Root): string | undefined {
  const before = root.way;
  root.isDoubtful = false;
  followWay(watch, root);
  const { type, identity, content } = root.way;
  root.unread = type < 0 && !isGone(type) ? -type : 0;
  if (root.unread !== 0) {
    // It may be there as it was.
    root.way = before;
    return undefined;
  }
  const isSame = before.identity === identity;
  if (type !== S_IFDIR) {
    cancelScans(watch, root);
    forget(watch, root.tree);
    root.tree = undefined;
    // Nobody comes back to a current directory that was removed, so nobody will tell.
    if (type < 0 && root.uses.length === 0) tell(watch, root.path, -type);
    return isSame && before.content === content ? undefined : root.path;
  }
  root.tree ??= directoryOf(root, undefined, "");
  return scan(watch, root.tree, ({ found, isOther }) => {
    // An empty directory where there was none is nothing new; one in the place of another is.
    const isNew = before.type === S_IFDIR ? !isSame || isOther : found !== undefined;
    return isNew ? root.path : undefined;
  });
}
