import { ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR, S_IFDIR, S_IFLNK } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";

/** How many symbolic links the kernel follows: path_resolution(7). */
const LINKS = 40;
/** What the kernel says where there is nothing at a path. All else is no news about the path. */
const GONE: readonly number[] = [-ENOENT, -ENOTDIR, -ENAMETOOLONG, -ELOOP];

/** Whether minus errno says that a path leads to nothing; if not, nobody knows. */
export function isGone(answer: number): boolean {
  return GONE.includes(answer);
}

/** A name that the kernel looks up on the way to a path. */
export type Step = {
  readonly directory: string;
  readonly name: string;
  /** A link may be set anew, the last name may be another file: those two are watched by name. */
  readonly kind: "middle" | "link" | "last";
};

/** How the kernel comes to a path, and what is there. */
export type Way = {
  readonly steps: readonly Step[];
  /** Its type, or minus errno of the step where nothing was found. */
  readonly type: number;
  /** Which file, and what is in it; empty where there is none. */
  readonly identity: string;
  readonly content: string;
  /** Its path without links; empty where there is none. */
  readonly place: string;
};

/** The way as it is now. */
export function wayTo(path: string): Way {
  const steps: Step[] = [];
  let directory = path.startsWith("/") ? "/" : ".";
  let names = namesOf(path);
  for (let links = 0; links <= LINKS; ) {
    const [name, ...rest] = names;
    if (name === undefined) return arrived(steps, directory);
    names = rest;
    const place = join(directory, name);
    const state = sys.fileState(place, 0);
    if (typeof state === "number") {
      return nowhere([...steps, { directory, name, kind: "last" }], state);
    }
    const [type] = state;
    if (type === S_IFLNK) {
      steps.push({ directory, name, kind: "link" });
      links += 1;
      const target = sys.readLink(place);
      if (typeof target === "number") return nowhere(steps, target);
      if (target.startsWith("/")) directory = "/";
      names = [...namesOf(target), ...rest];
      continue;
    }
    const isLast = rest.length === 0;
    // Nobody renames what `..` stands for.
    if (name !== "..") steps.push({ directory, name, kind: isLast ? "last" : "middle" });
    if (!isLast && type !== S_IFDIR) return nowhere(steps, -ENOTDIR);
    directory = place;
  }
  return nowhere(steps, -ELOOP);
}

function arrived(steps: readonly Step[], path: string): Way {
  const state = sys.fileState(path, 0);
  if (typeof state === "number") return nowhere(steps, state);
  const [type, links, identity, content] = state;
  // A directory that was removed can still be somebody's current one.
  if (type === S_IFDIR && links === 0) return nowhere(steps, -ENOENT);
  const all = steps.length > 0 ? steps : stepTo(path);
  return { steps: all, type, identity, content, place: path };
}

/** By which name the current directory would be removed. */
function stepTo(path: string): readonly Step[] {
  const [, directory = "", name = ""] = /^(.*)\/([^/]*)$/.exec(absolute(path)) ?? [];
  return name === "" ? [] : [{ directory: directory || "/", name, kind: "last" }];
}

function nowhere(steps: readonly Step[], type: number): Way {
  return { steps, type, identity: "", content: "", place: "" };
}

/** Whether two ways lead to one file by the same steps. */
export function isSameWay(one: Way, other: Way): boolean {
  return one.identity === other.identity && textOf(one.steps) === textOf(other.steps);
}

function textOf(steps: readonly Step[]): string {
  return steps.map(({ directory, name, kind }) => `${kind} ${directory}\0${name}`).join("\0");
}

function namesOf(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

/** The path of a name in a directory. */
export function join(directory: string, name: string): string {
  if (directory === "." || directory === "") return name;
  return directory.endsWith("/") ? `${directory}${name}` : `${directory}/${name}`;
}

/** A path from the root, without looking at what is there. */
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
