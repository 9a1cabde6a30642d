// Entries of an installation as files and links of a folder.
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
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
