// The sockets that `curfew init --listen` (or systemd) opened for this process: sd_listen_fds(3).
// Copy this file, it needs nothing but Node.

/** A socket that listens already, and its name. */
export type Listener = { readonly fd: number; readonly name: string };

/** The protocol's first descriptor. */
const FIRST = 3;

/** The sockets that were passed to this very process, in order; none if there are none for it. */
export function listeners(environment: NodeJS.ProcessEnv = process.env): readonly Listener[] {
  const { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES = "" } = environment;
  // A child inherits the variables, but maybe not the sockets: another number is another process.
  if (LISTEN_PID !== String(process.pid)) return [];
  const count = Number(LISTEN_FDS);
  if (!Number.isSafeInteger(count) || count < 1) return [];
  const names = LISTEN_FDNAMES.split(":");
  const hasNames = names.length === count;
  return Array.from({ length: count }, (_, index) => ({
    fd: FIRST + index,
    name: (hasNames && names[index]) || "unknown",
  }));
}

/** So that a child of this process does not take them for its own. */
export function forgetListeners(environment: NodeJS.ProcessEnv = process.env): void {
  delete environment.LISTEN_PID;
  delete environment.LISTEN_FDS;
  delete environment.LISTEN_FDNAMES;
}
