// Curfew's own program, for the ways that start it.
import { adviceOn, type Missing } from "../binary/advice.ts";
import { findBinary } from "../binary/find.ts";

export { isPrivileged } from "../binary/find.ts";

/** The program's path, or why there is none and what to do. */
export type Found =
  | { readonly kind: "found"; readonly path: string }
  | { readonly kind: "missing"; readonly why: Missing["why"]; readonly text: string };

/** Nothing is read before the first run asks. */
export function findProgram(): Found {
  const found = findBinary();
  if ("path" in found) return { kind: "found", path: found.path };
  return { kind: "missing", why: found.missing.why, text: adviceOn(found.missing) };
}
