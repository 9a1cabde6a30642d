// Curfew's own program, for the ways that start it.
import { adviceOn, type Missing } from "../binary/advice.ts";
import { findBinary } from "../binary/find.ts";
import { isPrivileged } from "../binary/place.ts";

export { isPrivileged };

/** The program's path, or why there is none and what to do. */
export type Found =
  | { readonly kind: "found"; readonly path: string }
  | { readonly kind: "missing"; readonly why: Missing["why"]; readonly text: string };

type Known = { readonly named: string | undefined; readonly found: Found };

/** A search costs a tenth of a millisecond, and the program stays where it is. */
let known: Known | undefined;

/** Nothing is read before the first run asks. */
export function findProgram(): Found {
  const named = isPrivileged() ? "" : process.env.CURFEW_BINARY;
  if (known !== undefined && known.named === named) return known.found;
  const found = search();
  // What is missing may be installed meanwhile.
  known = found.kind === "found" ? { named, found } : undefined;
  return found;
}

function search(): Found {
  const found = findBinary();
  if ("path" in found) return { kind: "found", path: found.path };
  return { kind: "missing", why: found.missing.why, text: adviceOn(found.missing) };
}
