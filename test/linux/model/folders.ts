// Calls about names in an open folder: Unix sockets and their staging directories.
import type { Sys } from "../../../src/linux/kernel/window.ts";
import { open } from "./descriptors.ts";
import type { Folder, Kernel } from "./types.ts";

const ENOENT = 2;
const EBADF = 9;
const EAGAIN = 11;
const EEXIST = 17;
const EINVAL = 22;
const EADDRINUSE = 98;
const ECONNREFUSED = 111;
const SOCKET = 0o140000;
const FILE = 0o100644;
const [NO_REPLACE, EXCHANGE] = [1, 2];

export function folders(kernel: Kernel): Partial<Sys> {
  let identities = 0;
  const { sockets, files } = kernel;
  const folderAt = (fd: number) => {
    const folder = kernel.descriptors.get(fd);
    return folder?.kind === "folder" ? folder.path : undefined;
  };
  const placeOf = (fd: number, name: string) => {
    const folder = folderAt(fd) ?? "";
    return name === "" ? folder : `${folder === "/" ? "" : folder}/${name}`;
  };
  const isTaken = (path: string) => sockets.has(path) || files.has(path);
  return {
    openFolder: (path) => {
      const folder = kernel.folders.get(path);
      return folder === undefined ? -ENOENT : open(kernel, { kind: "folder", path, folder });
    },
    makePrivate: (within, name) => {
      const path = placeOf(within, name);
      const there = kernel.folders.get(path);
      if (there?.isLocked === true) return -EAGAIN;
      identities += there === undefined ? 1 : 0;
      const made = { mode: 0o40700, user: 0, group: 0, identity: `room ${identities}` };
      const folder: Folder = there ?? made;
      folder.isLocked = true;
      kernel.folders.set(path, folder);
      return open(kernel, { kind: "folder", path, folder });
    },
    stateAt: (folder, name) => {
      const path = placeOf(folder, name);
      const socket = sockets.get(path);
      if (socket !== undefined) return [SOCKET | 0o755, socket.identity, 0, 0];
      const own = kernel.descriptors.get(folder);
      const inner = name === "" && own?.kind === "folder" ? own.folder : kernel.folders.get(path);
      if (inner !== undefined) return [inner.mode, inner.identity ?? path, inner.user, inner.group];
      return files.has(path) ? [FILE, path, 0, 0] : -ENOENT;
    },
    listenUnix: (folder, name, _, backlog) => {
      const address = name.startsWith("@") ? name : placeOf(folder, name);
      if (isTaken(address)) return -EADDRINUSE;
      if (!name.startsWith("@")) {
        identities += 1;
        sockets.set(address, { identity: `new ${identities}`, isBound: true });
      }
      return open(kernel, { kind: "listener", address, backlog, isBlocking: true });
    },
    tryConnect: (folder, name) => {
      const socket = sockets.get(placeOf(folder, name));
      if (socket === undefined) return -ENOENT;
      return socket.isBound ? 0 : -ECONNREFUSED;
    },
    renameAt: (from, to, name, flags) => {
      const [source, target] = [placeOf(from, name), placeOf(to, name)];
      if (!isTaken(source)) return -ENOENT;
      if (flags === NO_REPLACE && isTaken(target)) return -EEXIST;
      if (flags === EXCHANGE && !kernel.canExchange) return -EINVAL;
      if (flags === EXCHANGE && !isTaken(target)) return -ENOENT;
      for (const all of [sockets, files] as readonly Map<string, unknown>[]) {
        const [moved, other] = [all.get(source), all.get(target)];
        all.delete(source);
        all.delete(target);
        if (moved !== undefined) all.set(target, moved);
        if (other !== undefined && flags === EXCHANGE) all.set(source, other);
      }
      return 0;
    },
    removeAt: (folder, name) => {
      if (folderAt(folder) === undefined) return -EBADF;
      const path = placeOf(folder, name);
      const isGone = sockets.delete(path) || files.delete(path) || kernel.folders.delete(path);
      return isGone ? 0 : -ENOENT;
    },
  };
}
