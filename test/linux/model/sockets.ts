// Calls about sockets and pipes.
import type { Sys } from "../../../src/linux/kernel/window.ts";
import { open } from "./descriptors.ts";
import { typeOf } from "./proc.ts";
import type { Kernel } from "./types.ts";

const ENOENT = 2;
const EBADF = 9;
const ECANCELED = 125;
const EAGAIN = 11;
const SOCKET = 0o140000;
const FREE_PORT = 40_000;

export function sockets(kernel: Kernel): Partial<Sys> {
  const listen = (address: string, backlog: number) =>
    open(kernel, { kind: "listener", address, backlog, isBlocking: true });
  return {
    announceClients: (fd) => (kernel.descriptors.get(fd)?.kind === "listener" ? 0 : -EBADF),
    fileState: (path) => {
      const socket = kernel.sockets.get(path);
      if (socket !== undefined) return [SOCKET, 1, socket.identity, ""];
      const type = typeOf(kernel, path);
      return type === 0 ? -ENOENT : [type, 1, path, kernel.files.get(path) ?? ""];
    },
    listenAgain: (fd, backlog) => {
      const listener = kernel.descriptors.get(fd);
      if (listener?.kind !== "listener") return -EBADF;
      listener.backlog = backlog;
      return 0;
    },
    listenerState: (fd) => {
      const listener = kernel.descriptors.get(fd);
      if (listener?.kind !== "listener") return [];
      return [Number(listener.isBlocking), listener.backlog];
    },
    listenTcp: (host, port, _, backlog) => listen(`${host}:${port || FREE_PORT}`, backlog),
    openNotify: () => open(kernel, { kind: "notify", queue: [] }),
    openPipe: () => {
      const read = open(kernel, { kind: "pipe", text: "", isClosed: false });
      return [read, open(kernel, { kind: "pipe's end", of: read })];
    },
    readNow: (fd, size) => {
      const pipe = kernel.descriptors.get(fd);
      if (pipe?.kind === "wall clock") {
        pipe.epoch = kernel.epoch;
        return -ECANCELED;
      }
      if (pipe?.kind !== "pipe") return -EBADF;
      if (pipe.text === "") return pipe.isClosed ? "" : -EAGAIN;
      const text = pipe.text.slice(0, size);
      pipe.text = pipe.text.slice(size);
      return text;
    },
    receive: (fd, size) => {
      const notify = kernel.descriptors.get(fd);
      if (notify?.kind !== "notify") return -EBADF;
      const [text, pid, uid] = notify.queue.shift() ?? [];
      return text === undefined ? -EAGAIN : [text.slice(0, size), pid ?? 0, uid ?? 0];
    },
    setBlocking: (fd) => {
      const listener = kernel.descriptors.get(fd);
      if (listener?.kind !== "listener") return -EBADF;
      listener.isBlocking = true;
      return 0;
    },
    socketName: (fd) => {
      const socket = kernel.descriptors.get(fd);
      if (socket?.kind === "listener") return socket.address;
      return socket?.kind === "notify" ? `@notify-${fd}` : -EBADF;
    },
  };
}
