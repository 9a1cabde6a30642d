// A window made of Node's functions, for tests of watching: a test sets the limits of inotify(7)
// and makes the events.
import assert from "node:assert/strict";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
} from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import type { Message } from "../../../src/core/messages/messages.ts";
import type { Duration, Instant } from "../../../src/core/values/duration.ts";
import { NO_LIMIT } from "../../../src/core/values/duration.ts";
import type { Sys } from "../../../src/linux/kernel/window.ts";
import type { Watch } from "../../../src/linux/watch/watch.ts";

const top = mkdtempSync(join(tmpdir(), "curfew-poll-"));
after(() => rmSync(top, { recursive: true }));

const { ENOSPC, EMFILE, EAGAIN, EACCES } = constants.errno;
const INOTIFY = 7;
const MOUNTS = 8;
/** Open directories, with the entries that were not read yet. The numbers begin here. */
const FIRST = 100;
const open = new Map<number, { readonly path: string; readonly parts: string[][] }>();

/** The limits of the kernel, and the calls that were made. */
export const kernel = {
  instances: 1,
  watches: 10,
  refusal: ENOSPC,
  unreadable: "",
  /** No descriptor is free. */
  unopened: "",
  mountinfo: "",
  now: 5_000_000,
  slowness: 0,
};
export const asked = { closed: 0, watches: 0 };

function orErrno<T>(ask: () => T): T | number {
  try {
    return ask();
  } catch (error) {
    return (error as { errno?: number }).errno ?? -1;
  }
}

const windowed: Partial<Sys> = {
  addWatch: (_, path) => {
    if (path === kernel.unreadable) return -EACCES;
    const known = watched.get(path);
    if (known !== undefined) return known;
    asked.watches += 1;
    if (asked.watches > kernel.watches) return -kernel.refusal;
    watched.set(path, asked.watches);
    return asked.watches;
  },
  close: (descriptor) => {
    if (descriptor === INOTIFY) asked.closed += 1;
    return 0;
  },
  openMounts: () => MOUNTS,
  openEntries: (path) => {
    if (path === kernel.unreadable) return -EACCES;
    if (path === kernel.unopened) return -EMFILE;
    const names = orErrno(() => readdirSync(path));
    if (typeof names === "number") return names;
    open.set(FIRST + open.size, { path, parts: [names, []] });
    return FIRST + open.size - 1;
  },
  entries: (directory, state) => {
    const { path, parts } = open.get(directory) ?? { path: "", parts: [] };
    if (parts.length > 1) kernel.now += kernel.slowness;
    return orErrno(() =>
      (parts.shift() ?? []).flatMap((name) => {
        const { mode, ino, mtimeMs, size } = lstatSync(join(path, name));
        return [name, mode & 0o170000, ...(state ? [`${ino}:${mtimeMs}:${size}`] : [])];
      }),
    );
  },
  fileState: (path, follow) =>
    orErrno(() => {
      const state = follow ? statSync(path) : lstatSync(path);
      const { mode, nlink, ino, mtimeMs, size } = state;
      return [mode & 0o170000, nlink, String(ino), `${mtimeMs}:${size}`] as const;
    }),
  list: (path) => orErrno(() => readdirSync(path)),
  now: () => kernel.now,
  openWatches: () => (kernel.instances > 0 ? INOTIFY : -kernel.refusal),
  readEvents: () => events.shift() ?? -EAGAIN,
  readLink: (path) => orErrno(() => readlinkSync(path)),
  readText: (path) =>
    path === "/proc/self/mountinfo" ? kernel.mountinfo : orErrno(() => readFileSync(path, "utf8")),
  removeWatch: () => 0,
};

/** The kernel's watches by their paths. */
export const watched = new Map<string, number>();
export const events: (readonly (string | number)[])[] = [];
Object.assign(globalThis, { __sys: windowed });
export const { closeWatch, readChanges, noticeMounts, openWatch, nextLookAt, warningOf } =
  await import("../../../src/linux/watch/watch.ts");

export const SECOND = 1_000_000;

export function opened(
  watch: readonly string[],
  ignore: readonly string[] = [],
  poll: Duration = NO_LIMIT,
): Watch {
  Object.assign(asked, { closed: 0, watches: 0 });
  watched.clear();
  const answer: Watch | Message = openWatch({
    watch,
    ignore,
    extensions: [],
    defaultIgnores: true,
    poll,
  });
  assert.ok(!("kind" in answer));
  return answer;
}

let folders = 0;
export function folder(): string {
  folders += 1;
  const path = join(top, String(folders));
  mkdirSync(path);
  return path;
}

/** The change that the next look finds, however many slices it takes. */
export function found(watch: Watch): string | undefined {
  const at = nextLookAt(watch);
  assert.ok(at !== undefined);
  kernel.now = Math.max(kernel.now, at);
  for (;;) {
    const changed = readChanges(watch, kernel.now as Instant);
    if (changed !== undefined || (nextLookAt(watch) ?? 0) > kernel.now) return changed;
    counted.slices += 1;
  }
}
/** How many slices were not the last one of their look. */
export const counted = { slices: 0 };
