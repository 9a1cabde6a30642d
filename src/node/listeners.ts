/** A socket that listens already: its descriptor, and the name that it was given. */
export interface InheritedListener {
  readonly fd: number;
  readonly name: string;
}

/** The protocol's first descriptor: sd_listen_fds(3). */
const FIRST = 3;
/** As many descriptors as a process can have by default. More is nonsense, not a socket list. */
const MOST = 1_048_576;

/**
 * The sockets that `curfew init --listen` (or systemd) opened for this very process, in order. A
 * socket without a name is called `"unknown"`. If there are none, or the variables make no
 * sense, the list is empty. The environment is left alone. Never throws.
 *
 * @example
 * import { createServer } from "node:http";
 * const [listener] = inheritedListeners();
 * const server = createServer((_, response) => response.end("hi"));
 * if (listener !== undefined) server.listen({ fd: listener.fd });
 */
export function inheritedListeners(): readonly InheritedListener[] {
  const { LISTEN_PID, LISTEN_FDS = "", LISTEN_FDNAMES = "" } = process.env;
  // A child inherits the variables, but maybe not the sockets.
  if (LISTEN_PID !== String(process.pid)) return [];
  const count = /^\d+$/.test(LISTEN_FDS) ? Number(LISTEN_FDS) : 0;
  if (count > MOST) return [];
  const names = LISTEN_FDNAMES.split(":");
  const hasNames = names.length === count;
  return Array.from({ length: count }, (_, index) => ({
    fd: FIRST + index,
    name: (hasNames && names[index]) || "unknown",
  }));
}
