/** What is known of an open file, and of the folder that it really is in. */
export type FileFacts = {
  readonly isRegular: boolean;
  readonly owner: number;
  /** Permissions, as in stat(2). */
  readonly mode: number;
  /** Undefined: it could not be found out. */
  readonly folderMode: number | undefined;
};

/** Why a file is not obeyed. `too-large` is found out when it is read. */
export type Distrust = "irregular" | "foreign" | "writable" | "folder-writable" | "too-large";

const OTHERS_WRITE = 0o002;
const STICKY = 0o1000;
const ROOT = 0;

/**
 * Why a file is not obeyed: another user than ours and root could have written it. Undefined: none
 * could. In a folder with the sticky bit others can make files, but not replace ours.
 */
export function distrustOf(facts: FileFacts, user: number): Distrust | undefined {
  const { isRegular, owner, mode, folderMode } = facts;
  if (!isRegular) return "irregular";
  if (owner !== user && owner !== ROOT) return "foreign";
  if ((mode & OTHERS_WRITE) !== 0) return "writable";
  // A folder that cannot be looked at may be one that others write to.
  const folder = folderMode ?? OTHERS_WRITE;
  return (folder & OTHERS_WRITE) !== 0 && (folder & STICKY) === 0 ? "folder-writable" : undefined;
}
