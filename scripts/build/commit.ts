// Which commit is built, for `--version`.
import { spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { ROOT } from "../steps.ts";

/** What a build without a repository of its own says. */
export const NO_COMMIT = "none";

/** So many digits are the same in every clone, however many objects it has. */
const DIGITS = 12;

/**
 * The commit of the repository whose root this is; a `+` behind it: tracked files were changed
 * since. An archive has none, also where it was unpacked inside of another repository.
 */
export function commit(root: string = ROOT): string {
  const top = git(root, "rev-parse", "--show-toplevel");
  if (top === undefined || top !== realpathSync(root)) return NO_COMMIT;
  const head = git(root, "rev-parse", "--verify", "HEAD");
  if (head === undefined) return NO_COMMIT;
  const changes = git(root, "status", "--porcelain", "--untracked-files=no") ?? "";
  return head.slice(0, DIGITS) + (changes === "" ? "" : "+");
}

/** What git answers, without the line end; undefined where it fails or is not there. */
function git(root: string, ...words: readonly string[]): string | undefined {
  // The repository may belong to another user than the one that builds.
  const options = ["-C", root, "-c", "safe.directory=*"];
  const { GIT_DIR: _, GIT_WORK_TREE: __, ...env } = process.env;
  const { status, stdout } = spawnSync("git", [...options, ...words], { encoding: "utf8", env });
  return status === 0 ? stdout.trimEnd() : undefined;
}
