// Which way a run goes.
import { direct } from "./direct.ts";
import type { Way } from "./way.ts";

export type Backend = "auto" | "binary" | "portable";

/** The way for a backend; undefined: this version has none. */
export function wayFor(backend: Backend): Way | undefined {
  return backend === "portable" ? undefined : direct;
}
