import { errnoName } from "../core/errno.ts";
import type { Message } from "../core/messages.ts";
import type { Address, Listen } from "../core/spec.ts";
import { sys } from "./syscalls.ts";

/** A socket that we listen on for the command, whoever takes the connections. */
export type Listener = {
  readonly listen: Listen;
  readonly fd: number;
  /** Where it listens, with the port that the kernel chose for 0. */
  readonly address: string;
  /** Which file was made for it. */
  readonly file: string | undefined;
};

/** Waiting connections while nobody accepts; the kernel lowers it to net.core.somaxconn. */
const BACKLOG = 4096;
const EADDRINUSE = 98;
const ECONNREFUSED = 111;
/** What a kernel without IPv6, or with all of it turned off, says. */
const NO_IPV6: readonly number[] = [-97, -99];
const SOCKET = 0o140000;

/** Listens on all, or on none: then the message says which address was refused, and why. */
export function openListeners(listens: readonly Listen[]): readonly Listener[] | Message {
  const listeners: Listener[] = [];
  for (const listen of listens) {
    const listener = open(listen);
    if (typeof listener === "number") {
      closeListeners(listeners);
      return { kind: "unbound", given: listen.text, errno: errnoName(-listener) };
    }
    listeners.push(listener);
  }
  return listeners;
}

/** Closes the sockets, and removes the files that were made for them; not what took their place. */
export function closeListeners(listeners: readonly Listener[]): void {
  for (const { listen, fd, file } of listeners) {
    if (listen.at.kind === "unix" && file !== undefined && socketAt(listen.at.path) === file) {
      sys.removeFile(listen.at.path);
    }
    sys.close(fd);
  }
}

/** Before a command gets them: the last one may have made them non-blocking for all (fcntl(2)). */
export function prepareListeners(listeners: readonly Listener[]): void {
  for (const { fd } of listeners) sys.setBlocking(fd);
}

/** When nobody serves: the last one may have made the queue shorter for all (listen(2)). */
export function widenListeners(listeners: readonly Listener[]): void {
  for (const { fd } of listeners) sys.listenAgain(fd, BACKLOG);
}

function open(listen: Listen): Listener | number {
  const { at } = listen;
  const fd = at.kind === "tcp" ? openTcp(at) : openUnix(at.path);
  if (fd < 0) return fd;
  const file = at.kind === "unix" ? socketAt(at.path) : undefined;
  const address = sys.socketName(fd);
  return { listen, fd, file, address: typeof address === "string" ? address : listen.text };
}

type Tcp = Extract<Address, { kind: "tcp" }>;

/** One socket for all addresses of both kinds; of IPv4 alone where the kernel has no IPv6. */
function openTcp({ host, port }: Tcp): number {
  if (host !== "*") return sys.listenTcp(host, port, 1, BACKLOG);
  const fd = sys.listenTcp("::", port, 0, BACKLOG);
  return NO_IPV6.includes(fd) ? sys.listenTcp("0.0.0.0", port, 0, BACKLOG) : fd;
}

/**
 * A path stays in its directory when who listened there was killed: connections to it are refused
 * from then on, and it is in the way. Only such a one is removed.
 */
function openUnix(path: string): number {
  const fd = sys.listenUnix(path, BACKLOG);
  if (fd !== -EADDRINUSE || path.startsWith("@")) return fd;
  const stale = socketAt(path);
  if (stale === undefined || sys.tryConnect(path) !== -ECONNREFUSED) return fd;
  // Somebody else may have removed it as well, and listen there by now.
  if (socketAt(path) === stale) sys.removeFile(path);
  return sys.listenUnix(path, BACKLOG);
}

/** Which socket has its name at a path; undefined where there is none, or something else. */
function socketAt(path: string): string | undefined {
  if (path.startsWith("@")) return undefined;
  const state = sys.fileState(path, 0);
  if (typeof state === "number") return undefined;
  const [type, , identity] = state;
  return type === SOCKET ? identity : undefined;
}
