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

/** A Unix socket that listens, and the identity of the file that was made for it. */
export type Bound = { readonly fd: number; readonly file: string };

/** The errors of file systems and kernels that cannot exchange two names. */
const NO_EXCHANGE: readonly number[] = [-EINVAL, -ENOSYS];

/** No flag of renameat2(2): the file that has the name is replaced. */
const REPLACE = 0;

/** How often a step is retried where another process works on the same names. */
const ATTEMPTS = 10;
const NO_FILES: readonly string[] = ["", ".", ".."];
const IS_DIRECTORY = 1;

/**
 * Listens on a path. The folder is opened once, so that a later change of the path does not matter.
 * The socket is made in a private staging directory beside it and is moved to its name when it
 * listens, so a client that finds the name finds a server. A file that has the name already is
 * replaced only if it is a socket that no process has bound any more. Minus errno; EADDRINUSE also
 * while another process is making a socket of the same name.
 */
export function bindUnix(path: string, backlog: number): Bound | number {
  const [directory, name] = partsOf(path);
  if (NO_FILES.includes(name)) return -EADDRINUSE;
  return using(sys.openFolder(directory), (folder) =>
    inStaging(folder, `.${name}.curfew`, (staging) => {
      const bound = bindIn(staging, name, path, backlog);
      if (typeof bound === "number") return bound;
      const placed = giveName(folder, staging, name);
      if (placed === 0) return bound;
      if (identityAt(staging, name) === bound.file) sys.removeAt(staging, name, 0);
      sys.close(bound.fd);
      return placed;
    }),
  );
}

/**
 * Removes the file of a socket. The socket is still open, so no other file can have its inode
 * number. In a folder where other users could replace the file at any time, nothing is removed.
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

/** Acts in a staging directory in a folder, which is locked and removed at the end. */
function inStaging<T>(
  folder: number,
  name: string,
  act: (staging: number) => T | number,
): T | number {
  let refusal = -EADDRINUSE;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const staging = sys.makePrivate(folder, name);
    if (staging === -EAGAIN) return -EADDRINUSE;
    // The process that had the directory before may have removed it just now.
    if (staging === -ENOENT) {
      refusal = staging;
      continue;
    }
    if (staging < 0) return staging;
    if (identityAt(folder, name) !== identityAt(staging, "")) {
      sys.close(staging);
      continue;
    }
    return using(staging, () => {
      // Another user's directory may hold anything, and that user may change it at any time.
      if (!isPrivate(staging)) return -EADDRINUSE;
      const result = act(staging);
      sys.removeAt(folder, name, IS_DIRECTORY);
      return result;
    });
  }
  return refusal;
}

function bindIn(staging: number, name: string, path: string, backlog: number): Bound | number {
  // A curfew that was killed may have left its socket here.
  if (isDead(staging, name)) sys.removeAt(staging, name, 0);
  const fd = sys.listenUnix(staging, name, path, backlog);
  if (fd < 0) return fd;
  return { fd, file: identityAt(staging, name) ?? "" };
}

/** Moves a socket to its final name: 0 or minus errno. */
function giveName(folder: number, staging: number, name: string): number {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const moved = sys.renameAt(staging, folder, name, RENAME_NOREPLACE);
    if (moved !== -EEXIST) return moved;
    if (!isDead(folder, name)) return -EADDRINUSE;
    const replaced = replaceDead(folder, staging, name);
    // The old file was removed meanwhile.
    if (replaced !== -ENOENT) return replaced;
  }
  return -EADDRINUSE;
}

/**
 * Replaces a dead socket. A look at a name does not tell what has the name a moment later, so the
 * two files are exchanged first and the old one is looked at then: a living socket is moved back.
 */
function replaceDead(folder: number, staging: number, name: string): number {
  const exchanged = sys.renameAt(staging, folder, name, RENAME_EXCHANGE);
  if (NO_EXCHANGE.includes(exchanged)) {
    return isOursAlone(folder) ? sys.renameAt(staging, folder, name, REPLACE) : -EADDRINUSE;
  }
  if (exchanged !== 0) return exchanged;
  if (isDead(staging, name)) {
    sys.removeAt(staging, name, 0);
    return 0;
  }
  if (sys.renameAt(staging, folder, name, RENAME_EXCHANGE) !== 0) {
    sys.renameAt(staging, folder, name, RENAME_NOREPLACE);
  }
  return -EADDRINUSE;
}

/** Whether a name is that of a socket that no process has bound. In doubt: false. */
function isDead(folder: number, name: string): boolean {
  const state = sys.stateAt(folder, name);
  if (typeof state === "number" || (state[0] & S_IFMT) !== S_IFSOCK) return false;
  return sys.tryConnect(folder, name) === -ECONNREFUSED;
}

/** The identity of a file in a folder, or of the folder itself. */
function identityAt(folder: number, name: string): string | undefined {
  const state = sys.stateAt(folder, name);
  return typeof state === "number" ? undefined : state[1];
}

function isPrivate(staging: number): boolean {
  const state = sys.stateAt(staging, "");
  const [own] = sys.user();
  return typeof state !== "number" && state[2] === own && (state[0] & S_IRWXG_IRWXO) === 0;
}

/** Whether only curfew's user and root can remove or replace files in a folder. */
function isOursAlone(folder: number): boolean {
  const state = sys.stateAt(folder, "");
  if (typeof state === "number") return false;
  const [mode, , user, group] = state;
  const [own, ownGroup] = sys.user();
  if (user !== own && user !== 0) return false;
  const isOpen = (mode & S_IWOTH) !== 0 || ((mode & S_IWGRP) !== 0 && group !== ownGroup);
  return !isOpen || (mode & S_ISVTX) !== 0;
}
