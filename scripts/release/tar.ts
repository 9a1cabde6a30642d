// A tar archive whose bytes depend on nothing but its entries: no times, no names of users, no
// order of a file system.
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import type { Entry } from "./layout.ts";

/**
 * `time`: seconds since 1970, the same for all entries. `folders`: entries for folders, too. Where
 * there are none, folders keep their modes when the archive is unpacked over them.
 */
export function tarOf(entries: readonly Entry[], time: number, folders: boolean): Promise<Buffer> {
  const archive = pack();
  const same = { mtime: new Date(time * 1000), uid: 0, gid: 0, uname: "root", gname: "root" };
  for (const name of folders ? foldersOf(entries) : []) {
    archive.entry({ ...same, name: `${name}/`, type: "directory", mode: 0o755 });
  }
  for (const entry of entries) {
    const { path: name } = entry;
    if ("to" in entry) {
      archive.entry({ ...same, name, type: "symlink", linkname: entry.to, mode: 0o777 });
    } else {
      const mode = entry.isProgram === true ? 0o755 : 0o644;
      archive.entry({ ...same, name, mode }, Buffer.from(entry.content));
    }
  }
  archive.finalize();
  return buffer(archive);
}

/** Each folder before what is in it. */
function foldersOf(entries: readonly Entry[]): readonly string[] {
  const folders = new Set<string>();
  for (const { path } of entries) {
    const parts = path.split("/").slice(0, -1);
    for (const at of parts.keys()) folders.add(parts.slice(0, at + 1).join("/"));
  }
  return [...folders].sort();
}
