// Entries of an installation as files and links of a folder.
import { chmodSync, mkdirSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Entry } from "./layout.ts";

/** Replaces what is there. Modes do not depend on the caller's umask. */
export function put(folder: string, entry: Entry): void {
  const path = join(folder, entry.path);
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  // A program that runs cannot be written to, but its name can be given to another file.
  rmSync(path, { force: true });
  if ("to" in entry) symlinkSync(entry.to, path);
  else {
    writeFileSync(path, entry.content);
    chmodSync(path, entry.isProgram ? 0o755 : 0o644);
  }
}

/** Removes it, and a folder of curfew's own that is empty then. */
export function remove(folder: string, { path }: Entry): void {
  rmSync(join(folder, path), { force: true });
  const place = dirname(path);
  if (basename(place) !== "curfew") return;
  try {
    rmdirSync(join(folder, place));
  } catch {
    // Something else is there, or the folder is gone already.
  }
}
