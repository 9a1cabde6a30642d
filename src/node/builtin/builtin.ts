// Modules of Node, each loaded at its first use. An import at the top of a file loads them with the
// library, and makes an object of all that they export: `node:fs` alone takes as long as half of
// the library.

/** What the library uses of Node. */
type Modules = {
  readonly "node:async_hooks": typeof import("node:async_hooks");
  readonly "node:child_process": typeof import("node:child_process");
  readonly "node:fs": typeof import("node:fs");
  readonly "node:module": typeof import("node:module");
  readonly "node:os": typeof import("node:os");
  readonly "node:path": typeof import("node:path");
  readonly "node:tty": typeof import("node:tty");
  readonly "node:url": typeof import("node:url");
};

/** A module of Node's own. */
export function builtin<N extends keyof Modules>(name: N): Modules[N] {
  return process.getBuiltinModule(name) as unknown as Modules[N];
}

export function fs(): Modules["node:fs"] {
  return builtin("node:fs");
}

/**
 * The monotonic clock, in milliseconds. The first use of `performance` loads eight more modules of
 * Node, which takes over a millisecond.
 */
export function monotonicTime(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
