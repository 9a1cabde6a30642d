// Which way a run goes.
import { findProgram } from "../way/binary.ts";
import { direct } from "../way/direct.ts";
import type { Way } from "../way/way.ts";
import { portableFor } from "./portable.ts";

export type Backend = "auto" | "binary" | "portable";

/**
 * The way for a backend; undefined: this platform has none. Without our program `auto` is the
 * portable host, which says so once where the program should have been there.
 */
export function wayFor(backend: Backend): Way | undefined {
  if (process.platform === "win32") return backend === "portable" ? undefined : direct;
  if (backend === "portable") return portableFor("chosen");
  if (backend === "binary") return direct;
  const found = findProgram();
  if (found.kind === "found") return direct;
  if (found.why === "unsupported") return portableFor("unsupported");
  warnOnce(found.text);
  return portableFor("missing");
}

let isWarned = false;

function warnOnce(text: string): void {
  if (isWarned) return;
  isWarned = true;
  const what = "commands run without it, and the end of all that they start is not guaranteed";
  process.emitWarning(`${text}. Until then ${what}`, { code: "CURFEW_PORTABLE" });
}
