// Modules of Node that most runs do without. An import at the top of a file loads them with the
// library, and `node:fs` alone takes as long to load as half of the library.
import { createRequire } from "node:module";

/** A module of Node's own. What it is required from does not matter. */
export function builtin(name: string): unknown {
  // Node before 22.3 has no such function.
  return process.getBuiltinModule?.(name) ?? createRequire("file:///curfew")(name);
}

/** The file system, loaded at the first use. */
export function fs(): typeof import("node:fs") {
  return builtin("node:fs") as typeof import("node:fs");
}

/** Terminals, loaded at the first use. */
export function tty(): typeof import("node:tty") {
  return builtin("node:tty") as typeof import("node:tty");
}

/** The system's numbers of signals, loaded at the first use. */
export function os(): typeof import("node:os") {
  return builtin("node:os") as typeof import("node:os");
}
