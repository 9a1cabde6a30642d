import {
  EADDRINUSE,
  EAGAIN,
  ECONNREFUSED,
  EEXIST,
  EINVAL,
  ENOENT,
  ENOSYS,
  RENAME_EXCHANGE,
  RENAME_NOREPLACE,
  S_IFMT,
  S_IFSOCK,
  S_IRWXG_IRWXO,
  S_ISVTX,
  S_IWGRP,
  S_IWOTH,
} from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";

/** A Unix socket that listens, and which file was made for it. */
export type Bound = { readonly fd: number; readonly file: string };

/** What file systems and kernels say that do not know how to exchange two names. */
const NO_EXCHANGE: readonly number[] = [-EINVAL, -ENOSYS];

/** No flag of renameat2(2): what has the name is replaced. */
const REPLACE = 0;

/** How often it is tried again, where somebody else is at the same names. */
const ATTEMPTS = 10;
const NO_FILES: readonly string[] = ["", ".", ".."];
const IS_DIRECTORY = 1;

/**
 * Listens on a path. The folder is looked up once, whatever becomes of the path meanwhile. The
 * socket is made beside, in a room that nobody else may enter, and gets its name when it listens:
 * who finds the name finds a server. What has the name already is replaced only where it is a
 * socket that nobody has bound any more. Minus errno; EADDRINUSE also where somebody else is just
 * making it.
 */
export function bindUnix(path: string, backlog: number): Bound | number {
  const [directory, name] = partsOf(path);
  if (NO_FILES.includes(name)) return -EADDRINUSE;
  return using(sys.openFolder(directory), (folder) =>
    inRoom(folder, `.${name}.curfew`, (room) => {
      const bound = bindIn(room, name, path, backlog);
      if (typeof bound === "number") return bound;
      const placed = giveName(folder, room, name);
      if (placed === 0) return bound;
      if (identityAt(room, name) === bound.file) sys.removeAt(room, name, 0);
      sys.close(bound.fd);
      return placed;
    }),
  );
}

/**
 * Removes the file of a socket that is still open: its number is nobody else's so long. Where
 * others may put something else in its place at any time, nothing is removed.
 */
export function removeUnix(path: string, file: string): void {
  const [directory, name] = partsOf(path);
  using(sys.openFolder(directory), (folder) => {
    if (!isOursAlone(folder) || identityAt(folder, name) !== file) return 0;
    return sys.removeAt(folder, name, 0);
  });
}

/** The directory of a path, and the name in it. */
function partsOf(path: string): readonly [directory: string, name: string] {
  const at = path.lastIndexOf("/");
  const directory = at < 0 ? "." : path.slice(0, at) || "/";
  return [directory, path.slice(at + 1)];
}

function using<T>(descriptor: number, act: (descriptor: number) => T | number): T | number {
  if (descriptor < 0) return descriptor;
  const result = act(descriptor);
  sys.close(descriptor);
  return result;
}

/** A directory of ours in a folder, which is locked as long as we are there. */
function inRoom<T>(folder: number, name: string, act: (room: number) => T | number): T | number {
  let refusal = -EADDRINUSE;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const room = sys.makePrivate(folder, name);
    if (room === -EAGAIN) return -EADDRINUSE;
    // Whoever had it before us may have removed it before we had opened it.
    if (room === -ENOENT) {
      refusal = room;
      continue;
    }
    if (room < 0) return room;
    if (identityAt(folder, name) !== identityAt(room, "")) {
      sys.close(room);
      continue;
    }
    return using(room, () => {
      // Somebody else's may hold anything, and be changed under our hands.
      if (!isPrivate(room)) return -EADDRINUSE;
      const result = act(room);
      sys.removeAt(folder, name, IS_DIRECTORY);
      return result;
    });
  }
  return refusal;
}

function bindIn(room: number, name: string, path: string, backlog: number): Bound | number {
  // Of one that was killed here.
  if (isDead(room, name)) sys.removeAt(room, name, 0);
  const fd = sys.listenUnix(room, name, path, backlog);
  if (fd < 0) return fd;
  return { fd, file: identityAt(room, name) ?? "" };
}

/** Moves a socket to where it is to be found: 0 or minus errno. */
function giveName(folder: number, room: number, name: string): number {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const moved = sys.renameAt(room, folder, name, RENAME_NOREPLACE);
    if (moved !== -EEXIST) return moved;
    if (!isDead(folder, name)) return -EADDRINUSE;
    const replaced = replaceDead(folder, room, name);
    // It went meanwhile.
    if (replaced !== -ENOENT) return replaced;
  }
  return -EADDRINUSE;
}

/**
 * A look at a name says nothing about what is there a moment later. So the two change places, and
 * what we have then is looked at: if it is not what was to be replaced, it goes back.
 */
function replaceDead(folder: number, room: number, name: string): number {
  const exchanged = sys.renameAt(room, folder, name, RENAME_EXCHANGE);
  if (NO_EXCHANGE.includes(exchanged)) {
    return isOursAlone(folder) ? sys.renameAt(room, folder, name, REPLACE) : -EADDRINUSE;
  }
  if (exchanged !== 0) return exchanged;
  if (isDead(room, name)) {
    sys.removeAt(room, name, 0);
    return 0;
  }
  if (sys.renameAt(room, folder, name, RENAME_EXCHANGE) !== 0) {
    sys.renameAt(room, folder, name, RENAME_NOREPLACE);
  }
  return -EADDRINUSE;
}

/** Whether a name is that of a socket which nobody has bound. In doubt it lives. */
function isDead(folder: number, name: string): boolean {
  const state = sys.stateAt(folder, name);
  if (typeof state === "number" || (state[0] & S_IFMT) !== S_IFSOCK) return false;
  return sys.tryConnect(folder, name) === -ECONNREFUSED;
}

/** Which file has a name in a folder, or is the folder. */
function identityAt(folder: number, name: string): string | undefined {
  const state = sys.stateAt(folder, name);
  return typeof state === "number" ? undefined : state[1];
}

function isPrivate(room: number): boolean {
  const state = sys.stateAt(room, "");
  const [own] = sys.user();
  return typeof state !== "number" && state[2] === own && (state[0] & S_IRWXG_IRWXO) === 0;
}

/** Whether nobody but us and root can remove what is in a folder, or put something in its place. */
function isOursAlone(folder: number): boolean {
  const state = sys.stateAt(folder, "");
  if (typeof state === "number") return false;
  const [mode, , user, group] = state;
  const [own, ownGroup] = sys.user();
  if (user !== own && user !== 0) return false;
  const isOpen = (mode & S_IWOTH) !== 0 || ((mode & S_IWGRP) !== 0 && group !== ownGroup);
  return !isOpen || (mode & S_ISVTX) !== 0;
}
