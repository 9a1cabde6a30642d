import { ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR, S_IFDIR, S_IFLNK } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";

/** How many symbolic links the kernel follows: path_resolution(7). */
const MOST_LINKS = 40;
/** The errors that mean that nothing is at a path. Any other error says nothing about the path. */
const GONE: readonly number[] = [-ENOENT, -ENOTDIR, -ENAMETOOLONG, -ELOOP];

/** Whether minus errno says that nothing is at a path. If not, it is unknown what is there. */
export function isGone(answer: number): boolean {
  return GONE.includes(answer);
}

/** A name that the kernel looks up when it resolves a path. */
export type PathComponent = {
  readonly directory: string;
  readonly name: string;
  /**
   * A link can be replaced by another link, and the last name by another file, so these two are
   * watched by name.
   */
  readonly kind: "middle" | "link" | "last";
};

/** How the kernel resolves a path, and what is at its end. */
export type ResolvedPath = {
  readonly components: readonly PathComponent[];
  /** The type of the file, or minus errno of the component where the resolution failed. */
  readonly type: number;
  /** Tells one file from another; empty where there is none. */
  readonly identity: string;
  /** Changes with the content of the file; empty where there is none. */
  readonly content: string;
  /** The path without symbolic links; empty where there is no file. */
  readonly realPath: string;
};

/** Resolves a path as the kernel does at this moment. */
export function resolvePath(path: string): ResolvedPath {
  const components: PathComponent[] = [];
  let directory = path.startsWith("/") ? "/" : ".";
  let names = namesOf(path);
  for (let links = 0; links <= MOST_LINKS; ) {
    const [name, ...rest] = names;
    if (name === undefined) return resolved(components, directory);
    names = rest;
    const here = join(directory, name);
    const state = sys.fileState(here, 0);
    if (typeof state === "number") {
      return failed([...components, { directory, name, kind: "last" }], state);
    }
    const [type] = state;
    if (type === S_IFLNK) {
      components.push({ directory, name, kind: "link" });
      links += 1;
      const target = sys.readLink(here);
      if (typeof target === "number") return failed(components, target);
      if (target.startsWith("/")) directory = "/";
      names = [...namesOf(target), ...rest];
      continue;
    }
    const isLast = rest.length === 0;
    // `..` is no name that rename(2) could change.
    if (name !== "..") components.push({ directory, name, kind: isLast ? "last" : "middle" });
    if (!isLast && type !== S_IFDIR) return failed(components, -ENOTDIR);
    directory = here;
  }
  return failed(components, -ELOOP);
}

function resolved(components: readonly PathComponent[], realPath: string): ResolvedPath {
  const state = sys.fileState(realPath, 0);
  if (typeof state === "number") return failed(components, state);
  const [type, links, identity, content] = state;
  // A removed directory without links can still be the working directory of a process.
  if (type === S_IFDIR && links === 0) return failed(components, -ENOENT);
  const all = components.length > 0 ? components : nameOfDirectory(realPath);
  return { components: all, type, identity, content, realPath };
}

/** The name by which the working directory would be removed or renamed. */
function nameOfDirectory(path: string): readonly PathComponent[] {
  const [, directory = "", name = ""] = /^(.*)\/([^/]*)$/.exec(absolute(path)) ?? [];
  return name === "" ? [] : [{ directory: directory || "/", name, kind: "last" }];
}

function failed(components: readonly PathComponent[], type: number): ResolvedPath {
  return { components, type, identity: "", content: "", realPath: "" };
}

/** Whether two resolutions lead to the same file through the same names. */
export function isSamePath(one: ResolvedPath, other: ResolvedPath): boolean {
  return one.identity === other.identity && textOf(one.components) === textOf(other.components);
}

function textOf(components: readonly PathComponent[]): string {
  return components.map(({ directory, name, kind }) => `${kind} ${directory}\0${name}`).join("\0");
}

function namesOf(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

/** The path of a name in a directory. */
export function join(directory: string, name: string): string {
  if (directory === "." || directory === "") return name;
  return directory.endsWith("/") ? `${directory}${name}` : `${directory}/${name}`;
}

/** A path from the root directory, made of the text alone: no file is looked at. */
export function absolute(path: string): string {
  const here = sys.readLink("/proc/self/cwd");
  const names: string[] = [];
  const start = path.startsWith("/") || typeof here === "number" ? "" : here;
  for (const name of namesOf(`${start}/${path}`)) {
    if (name === "..") names.pop();
    else names.push(name);
  }
  return `/${names.join("/")}`;
}
