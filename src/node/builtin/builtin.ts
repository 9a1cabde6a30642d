// Modules of Node that most runs do without. An import at the top of a file loads them with the
// library, and `node:fs` alone takes as long to load as half of the library.
import { createRequire } from "node:module";

/** The file system, loaded at the first use. */
export function fs(): typeof import("node:fs") {
  // Node before 22.3 has no such function. What is required from does not matter for a module of
  // Node's own.
  return process.getBuiltinModule?.("node:fs") ?? createRequire("file:///curfew")("node:fs");
}

/** Terminals, loaded at the first use. */
export function tty(): typeof import("node:tty") {
  return process.getBuiltinModule?.("node:tty") ?? createRequire("file:///curfew")("node:tty");
}
