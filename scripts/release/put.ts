// Entries of an installation as files and links of a folder.
import {
  chmodSync,
  mkdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import { StepFailed } from "../steps.ts";
import type { Entry } from "./layout.ts";

/**
 * Replaces what is there, in one step: others see the old file or the new one. Modes do not depend
 * on the caller's umask.
 */
export function put(folder: string, entry: Entry): void {
  const path = `${folder}/${entry.path}`;
  const unfinished = `${path}.${process.pid}`;
  explained(() => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    rmSync(unfinished, { force: true });
    try {
      if ("to" in entry) symlinkSync(entry.to, unfinished);
      else {
        writeFileSync(unfinished, entry.content);
        chmodSync(unfinished, entry.isProgram ? 0o755 : 0o644);
      }
      renameSync(unfinished, path);
    } finally {
      rmSync(unfinished, { force: true });
    }
  });
}

/** Removes it, and a folder of curfew's own that is empty then. */
export function remove(folder: string, { path }: Entry): void {
  explained(() => rmSync(`${folder}/${path}`, { force: true }));
  const place = dirname(path);
  if (basename(place) !== "curfew") return;
  try {
    rmdirSync(`${folder}/${place}`);
  } catch {
    // Something else is there, or the folder is gone already.
  }
}

/** What the system refuses is said in one line: the error names the call and the path. */
function explained(work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new StepFailed(`curfew: ${(error as Error).message}`);
  }
}
