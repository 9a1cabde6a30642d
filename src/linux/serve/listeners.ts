import type { Message } from "../../core/messages/messages.ts";
import { FIRST_SOCKET } from "../../core/spec/sockets.ts";
import type { Address, Listen, Spec } from "../../core/spec/spec.ts";
import { errnoName } from "../../core/values/errno.ts";
import { AT_FDCWD, EADDRNOTAVAIL, EAFNOSUPPORT } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";
import { bindUnix, removeUnix } from "./unix-sockets.ts";

/** A socket that curfew listens on, so that generations of the command can accept connections. */
export type Listener = {
  readonly listen: Listen;
  readonly fd: number;
  /** The address, with the port that the kernel has chosen for 0. */
  readonly address: string;
  /** The identity of the file that was made for a Unix socket. */
  readonly file: string | undefined;
};

/** How many connections may wait to be accepted; the kernel's limit is net.core.somaxconn. */
const BACKLOG = 4096;
/** The errors of a kernel without IPv6, or with all of it turned off. */
const NO_IPV6: readonly number[] = [-EAFNOSUPPORT, -EADDRNOTAVAIL];

/** The part of a spec that gives the command sockets or other descriptors. */
type Descriptors = Pick<Spec, "listen" | "ready">;

/** Listens on all addresses, or on none: then the message says which was refused, and why. */
export function openListeners(wanted: Descriptors): readonly Listener[] | Message {
  const listens = wanted.listen;
  const listeners: Listener[] = [];
  const beyond = beyondLimit(wanted);
  if (beyond !== undefined) return beyond;
  for (const listen of listens) {
    const listener = open(listen);
    if (typeof listener === "number") {
      closeListeners(listeners);
      return { kind: "cannot-listen", given: listen.text, errno: errnoName(-listener) };
    }
    listeners.push(listener);
  }
  return listeners;
}

/** A message, if a descriptor of the command is beyond the limit of open files. */
function beyondLimit({ listen, ready }: Descriptors): Message | undefined {
  if (listen.length === 0 && ready.kind !== "fd") return undefined;
  const limit = sys.descriptorLimit();
  const last = FIRST_SOCKET + listen.length - 1;
  if (last >= limit) return { kind: "beyond-limit", part: "--listen", descriptor: last, limit };
  if (ready.kind !== "fd" || ready.fd < limit) return undefined;
  return { kind: "beyond-limit", part: "--ready", descriptor: ready.fd, limit };
}

/** Closes the sockets and removes their files, but not a file that has replaced one of them. */
export function closeListeners(listeners: readonly Listener[]): void {
  for (const { listen, fd, file } of listeners) {
    if (listen.at.kind === "unix" && file !== undefined) removeUnix(listen.at.path, file);
    sys.close(fd);
  }
}

/** Before a command gets the sockets: the last one may have made them non-blocking (fcntl(2)). */
export function prepareListeners(listeners: readonly Listener[]): void {
  for (const { fd } of listeners) sys.setBlocking(fd);
}

/** When no generation serves: the last one may have shortened the queues (listen(2)). */
export function widenListeners(listeners: readonly Listener[]): void {
  for (const { fd } of listeners) sys.listenAgain(fd, BACKLOG);
}

function open(listen: Listen): Listener | number {
  const { at } = listen;
  if (at.kind === "unix" && !at.path.startsWith("@")) {
    const bound = bindUnix(at.path, BACKLOG);
    // getsockname(2) would answer with the name alone, without its directory.
    return typeof bound === "number" ? bound : { listen, address: at.path, ...bound };
  }
  const fd = at.kind === "tcp" ? openTcp(at) : sys.listenUnix(AT_FDCWD, at.path, at.path, BACKLOG);
  if (fd < 0) return fd;
  const address = sys.socketName(fd);
  const name = typeof address === "string" ? address : listen.text;
  return { listen, fd, file: undefined, address: name };
}

type Tcp = Extract<Address, { kind: "tcp" }>;

/** `*`: one socket for IPv6 and IPv4, or for IPv4 alone where the kernel has no IPv6. */
function openTcp({ host, port }: Tcp): number {
  if (host !== "*") return sys.listenTcp(host, port, 1, BACKLOG);
  const fd = sys.listenTcp("::", port, 0, BACKLOG);
  return NO_IPV6.includes(fd) ? sys.listenTcp("0.0.0.0", port, 0, BACKLOG) : fd;
}
