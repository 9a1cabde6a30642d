import type { FileState } from "../../core/cli/config/listing.ts";
import type { ConfigFile } from "../../core/cli/config/merge.ts";
import type { Distrust } from "../../core/spec/trusted-file.ts";
import { distrustOf } from "../../core/spec/trusted-file.ts";
import { errnoName } from "../../core/values/errno.ts";
import { ENOENT, ENOTDIR, S_IFMT, S_IFREG } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";

/** A file that was looked at, with its text where that counts. */
export type Reading = FileState & { readonly text?: string };

/** A configuration is short: what is longer is something else, and would take long to read. */
const LARGEST = 1 << 16;
const AT_ONCE = 1 << 16;

/** Reads a file, if it is to be trusted. What is looked at and what is read is one open file. */
export function readConfigFile(path: string): Reading {
  const file = sys.openToRead(path);
  if (file === -ENOENT || file === -ENOTDIR) return { path, state: "absent" };
  if (file < 0) return { path, state: { errno: errnoName(-file) } };
  const distrust = look(file, path);
  const text = distrust === undefined ? readAll(file) : "";
  sys.close(file);
  if (distrust !== undefined) return { path, state: distrust };
  if (typeof text === "number") return { path, state: { errno: errnoName(text) } };
  return text === undefined ? { path, state: "too-large" } : { path, state: "read", text };
}

/** Whether a file that was not named is simply not there, as far as this user can tell. */
export function isAbsent({ state }: Reading): boolean {
  return state === "absent" || (typeof state === "object" && state.errno === "EACCES");
}

function look(file: number, path: string): Distrust | undefined {
  const state = sys.stateAt(file, "");
  if (typeof state === "number") return "irregular";
  const [mode, , owner] = state;
  const isRegular = (mode & S_IFMT) === S_IFREG;
  const [user] = sys.user();
  return distrustOf({ isRegular, owner, mode, folderMode: folderModeOf(file, path) }, user);
}

/** The mode of the folder that a file is in: of a link, the folder of what it leads to. */
function folderModeOf(file: number, path: string): number | undefined {
  const link = sys.readLink(`/proc/self/fd/${file}`);
  const real = typeof link === "string" && link.startsWith("/") ? link : path;
  const end = real.lastIndexOf("/");
  const folder = sys.openFolder(end < 0 ? "." : real.slice(0, end) || "/");
  if (folder < 0) return undefined;
  const state = sys.stateAt(folder, "");
  sys.close(folder);
  return typeof state === "number" ? undefined : state[0];
}

/** The text; undefined: it is too long; a number: errno. */
function readAll(file: number): string | number | undefined {
  let text = "";
  for (;;) {
    const part = sys.readNow(file, AT_ONCE);
    if (typeof part === "number") return -part;
    if (part === "") return text;
    text += part;
    if (text.length > LARGEST) return undefined;
  }
}

/** The files that were read. */
export function filesIn(readings: readonly Reading[]): readonly ConfigFile[] {
  const files: ConfigFile[] = [];
  for (let at = 0; at < readings.length; at++) {
    const { path = "", text } = readings[at] ?? {};
    if (text !== undefined) files.push({ path, text });
  }
  return files;
}
