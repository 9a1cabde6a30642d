import { dirname, join } from "node:path";

/** `node_modules/.bin` of a folder and its parents in front of PATH. */
export function localPath(folder: string, path: string | undefined): string {
  const folders: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    folders.push(join(at, "node_modules/.bin"));
    if (at === dirname(at)) break;
  }
  // Without PATH, execvp(3) looks in these.
  return [...folders, path ?? "/bin:/usr/bin"].join(":");
}
