import { FIRST_SOCKET } from "../../core/cli/options/listen.ts";
import type { Message } from "../../core/messages/messages.ts";
import type { Address, Listen, Spec } from "../../core/spec/spec.ts";
import { errnoName } from "../../core/values/errno.ts";
import { AT_FDCWD, EADDRNOTAVAIL, EAFNOSUPPORT } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";
import { bindUnix, removeUnix } from "./unix-sockets.ts";

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
/** What a kernel without IPv6, or with all of it turned off, says. */
const NO_IPV6: readonly number[] = [-EAFNOSUPPORT, -EADDRNOTAVAIL];

/** What `openListeners` has to know of a spec. */
type Wish = Pick<Spec, "listen" | "ready">;

/** Listens on all, or on none: then the message says which address was refused, and why. */
export function openListeners(wish: Wish): readonly Listener[] | Message {
  const listens = wish.listen;
  const listeners: Listener[] = [];
  const beyond = beyondLimit(wish);
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

/** A number that the command is to have, and that the limit of open files does not leave. */
function beyondLimit({ listen, ready }: Wish): Message | undefined {
  if (listen.length === 0 && ready.kind !== "fd") return undefined;
  const limit = sys.descriptorLimit();
  const last = FIRST_SOCKET + listen.length - 1;
  if (last >= limit) return { kind: "beyond-limit", part: "--listen", descriptor: last, limit };
  if (ready.kind !== "fd" || ready.fd < limit) return undefined;
  return { kind: "beyond-limit", part: "--ready", descriptor: ready.fd, limit };
}

/** Closes the sockets, and removes the files that were made for them; not what took their place. */
export function closeListeners(listeners: readonly Listener[]): void {
  for (const { listen, fd, file } of listeners) {
    if (listen.at.kind === "unix" && file !== undefined) removeUnix(listen.at.path, file);
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
  if (at.kind === "unix" && !at.path.startsWith("@")) {
    const bound = bindUnix(at.path, BACKLOG);
    // The kernel knows it by its name alone.
    return typeof bound === "number" ? bound : { listen, address: at.path, ...bound };
  }
  const fd = at.kind === "tcp" ? openTcp(at) : sys.listenUnix(AT_FDCWD, at.path, at.path, BACKLOG);
  if (fd < 0) return fd;
  const address = sys.socketName(fd);
  const name = typeof address === "string" ? address : listen.text;
  return { listen, fd, file: undefined, address: name };
}

type Tcp = Extract<Address, { kind: "tcp" }>;

/** One socket for all addresses of both kinds; of IPv4 alone where the kernel has no IPv6. */
function openTcp({ host, port }: Tcp): number {
  if (host !== "*") return sys.listenTcp(host, port, 1, BACKLOG);
  const fd = sys.listenTcp("::", port, 0, BACKLOG);
  return NO_IPV6.includes(fd) ? sys.listenTcp("0.0.0.0", port, 0, BACKLOG) : fd;
}
