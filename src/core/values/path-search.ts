/** Where programs are looked for when PATH is not set: what confstr(3) gives for _CS_PATH. */
const DEFAULT_PATH = "/bin:/usr/bin";

/** A path as long as this cannot be opened: limits.h(0p). execvp(3) passes such a folder over. */
const PATH_MAX = 4096;

/** What runs a text file that names no interpreter (execvp(3)). */
export const SHELL = "/bin/sh";

/**
 * The files that a command's name may mean, in the order to try them: execvp(3). A name with a
 * slash is a path; an empty part of PATH is the current directory (S24).
 */
export function executableCandidates(name: string, path: string | undefined): readonly string[] {
  if (name === "" || name.includes("/")) return [name];
  const folders = (path ?? DEFAULT_PATH).split(":").filter(({ length }) => length < PATH_MAX);
  return folders.map((folder) => (folder === "" ? name : `${folder}/${name}`));
}
