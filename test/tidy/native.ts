// What the tidy test knows about the sources in native/src: which folder may import which.
import { posix } from "node:path";
import { circles, type File, type Find, inRoom, withoutComments } from "./checks.ts";

const ROOM = "native/src/";

/** The folders, and the files beside them; which others each may import. */
const DIRECTIONS: Readonly<Record<string, readonly string[]>> = {
  tuning: [],
  kernel: ["tuning"],
  tree: ["kernel", "tuning"],
  guardian: ["tree", "kernel", "tuning"],
  output: ["kernel", "tuning"],
  relay: ["output", "kernel", "tuning"],
  supervisor: ["guardian", "tree", "output", "kernel", "tuning"],
  engine: ["kernel", "tuning"],
  window: ["supervisor", "guardian", "tree", "relay", "output", "engine", "kernel", "tuning"],
  start: ["kernel"],
  main: ["window", "supervisor", "guardian", "output", "engine", "kernel"],
};

/** `a::{b, c::d}` as `a::b` and `a::c::d`. */
function pathsOf(tree: string): readonly string[] {
  const open = tree.indexOf("{");
  if (open < 0) return [tree];
  const [start, inside] = [tree.slice(0, open), tree.slice(open + 1, tree.lastIndexOf("}"))];
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (const letter of inside) {
    if (letter === "{") depth++;
    if (letter === "}") depth--;
    if (letter === "," && depth === 0) {
      parts.push(part);
      part = "";
    } else part += letter;
  }
  return [...parts, part].filter((it) => it !== "").flatMap((it) => pathsOf(start + it));
}

/** What a file names by `crate::`, in `use` and elsewhere, as `folder::file::item`. */
function namedBy(file: File): readonly string[] {
  const text = withoutComments(file.text);
  const imports = text.matchAll(/\buse crate::([^;]*);/g);
  const inline = text.replace(/\buse [^;]*;/g, "").matchAll(/\bcrate::((?:\w+::)*\w+)/g);
  return [
    ...[...imports].flatMap(([, tree = ""]) => pathsOf(tree.replace(/\s+/g, ""))),
    ...[...inline].map(([, path = ""]) => path),
  ];
}

/** The folder of a file, or its own name where it stands beside them. */
const folderOf = (path: string) => {
  const [first = ""] = posix.relative(ROOM, path).split("/");
  return first.replace(/\.rs$/, "");
};

/** Imports between the native folders that do not go down, and paths that hide where they lead. */
export const upwardInNative: Find = (files) =>
  files.filter(inRoom(ROOM)).flatMap((file) => {
    const from = folderOf(file.path);
    const allowed = DIRECTIONS[from];
    if (allowed === undefined) return [`${file.path} is in a folder without a direction`];
    const to = namedBy(file).map((path) => path.split("::")[0] ?? "");
    const up = to.filter((folder) => folder !== from && !allowed.includes(folder));
    const hidden = /\bsuper::|\buse crate::\*/.test(withoutComments(file.text));
    return [
      ...up.map((folder) => `${file.path}: ${from} -> ${folder}`),
      ...(hidden ? [`${file.path} names another file without crate::`] : []),
    ];
  });

/** Native files that import each other, however long the way. */
export const circlesInNative: Find = (files) => {
  const native = files.filter(inRoom(ROOM));
  const paths = new Set(native.map((file) => file.path));
  /** The file that a path leads into; `undefined` where it is the file's own or a folder's. */
  const fileOf = (path: string) => {
    const parts = path.split("::");
    const candidates = [2, 1].map((count) => `${ROOM}${parts.slice(0, count).join("/")}.rs`);
    return candidates.find((candidate) => paths.has(candidate));
  };
  const importsOf = (file: File) => {
    const found = namedBy(file).map(fileOf);
    return [...new Set(found)].filter((path) => path !== undefined && path !== file.path);
  };
  return circles(new Map(native.map((file) => [file.path, importsOf(file) as string[]])));
};

/** Numbers of time stand in one table. */
export const durationsElsewhere: Find = (files) =>
  files
    .filter(inRoom(ROOM))
    .filter((file) => file.path !== `${ROOM}tuning.rs`)
    .flatMap((file) => {
      const found = withoutComments(file.text).match(/\bconst \w+: f64 = .*/g) ?? [];
      return found.map((line) => `${file.path}: ${line}`);
    });
