import { IGNORED } from "../../core/spec/ignore.ts";
import type { Spec } from "../../core/spec/spec.ts";
import type { Gitignore } from "../../core/values/gitignore.ts";
import { ignores, parseGitignore } from "../../core/values/gitignore.ts";
import type { Globs } from "../../core/values/glob.ts";
import { matchesAny, parseGlobs } from "../../core/values/glob.ts";
import { S_IFREG } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";
import { join } from "./path.ts";

/** What is not watched although it is below a watched path. */
export type Ignores = {
  readonly globs: Globs;
  /** The only endings of files that are watched; empty: all are. */
  readonly endings: readonly string[];
  readonly readsGitignore: boolean;
  /** The .gitignore files that were read, by their paths, with a text that changes with each. */
  readonly files: Map<string, { readonly state: string; readonly file: Gitignore }>;
};

/** The part of a spec that says so. */
export type IgnoreSpec = Pick<Spec, "ignore" | "extensions" | "defaultIgnores">;

/** The .gitignore files that hold in a directory of a work tree, the nearest one first. */
export type Scope = {
  /** The directory of the file, from the root directory. */
  readonly directory: string;
  /** Undefined: the directory has none. */
  readonly file: Gitignore | undefined;
  readonly above: Scope | undefined;
};

/** A watched path, from the root directory: as it was given, and without symbolic links. */
type Place = { readonly absolute: string; readonly real: string };

/** A larger file is read up to here. */
const SIZE = 1 << 20;
const GITIGNORE = ".gitignore";
const GIT = ".git";

export function ignoresOf({ ignore, extensions, defaultIgnores }: IgnoreSpec): Ignores {
  const defaults = defaultIgnores ? IGNORED.map(([pattern]) => pattern) : [];
  return {
    globs: parseGlobs([...defaults, ...ignore]),
    endings: extensions.map((extension) => `.${extension}`),
    readsGitignore: defaultIgnores,
    files: new Map(),
  };
}

/** Whether a change of a name in a directory may change what is ignored there. */
export function isRule({ readsGitignore }: Ignores, name: string): boolean {
  return readsGitignore && (name === GITIGNORE || name === GIT);
}

/** Whether a path below a root is ignored, in a directory that is not. */
export function isIgnored(
  { globs, endings }: Ignores,
  { absolute, real }: Place,
  path: string,
  isDirectory: boolean,
  scope: Scope | undefined,
): boolean {
  if (matchesAny(globs, { path, root: absolute, isDirectory })) return true;
  if (!isDirectory && endings.length > 0 && !endings.some((one) => path.endsWith(one))) return true;
  return scope !== undefined && isIgnoredIn(scope, join(real, path), isDirectory);
}

/** The nearest file that says something about a path counts. */
function isIgnoredIn(nearest: Scope, path: string, isDirectory: boolean): boolean {
  for (let scope: Scope | undefined = nearest; scope !== undefined; scope = scope.above) {
    const { directory, file } = scope;
    if (file === undefined) continue;
    const below = path.slice(directory === "/" ? 1 : directory.length + 1);
    const answer = ignores(file, below, isDirectory);
    if (answer !== undefined) return answer;
  }
  return false;
}

/** The scope in a directory below a root, by the scope that holds where the directory is. */
export function scopeBelow(
  own: Ignores,
  above: Scope | undefined,
  { real }: Place,
  path: string,
): Scope | undefined {
  return scopeIn(own, above, path === "" ? real : join(real, path));
}

function scopeIn(own: Ignores, above: Scope | undefined, directory: string): Scope | undefined {
  if (!own.readsGitignore) return undefined;
  // A work tree in a work tree has rules of its own.
  const isTop = typeof sys.fileState(join(directory, GIT), 0) !== "number";
  if (above === undefined && !isTop) return undefined;
  const file = read(own, join(directory, GITIGNORE));
  if (file === undefined && above !== undefined && !isTop) return above;
  return { directory, file, above: isTop ? undefined : above };
}

/** Reads a file unless it is as it was. Git follows no symbolic link here. */
function read({ files }: Ignores, path: string): Gitignore | undefined {
  const found = sys.fileState(path, 0);
  if (typeof found === "number" || found[0] !== S_IFREG) return undefined;
  const state = `${found[2]}:${found[3]}`;
  const known = files.get(path);
  if (known?.state === state) return known.file;
  const text = sys.readText(path, SIZE);
  if (typeof text === "number") return known?.file;
  const file = parseGitignore(text);
  files.set(path, { state, file });
  return file;
}

/** What holds at a watched path because of the directories above it. */
export type Above = {
  readonly scope: Scope | undefined;
  /** The directories of the work tree in which a .gitignore file may change that. */
  readonly directories: readonly string[];
};

/**
 * The scope above a path without symbolic links. Where it ignores the path itself, the user who
 * named the path means what is in it all the same, and the files above do not count.
 */
export function scopeAbove(own: Ignores, real: string): Above {
  const directories = workTreeAbove(own, real);
  let scope: Scope | undefined;
  let isNamed = false;
  directories.forEach((directory, at) => {
    scope = scopeIn(own, scope, directory);
    const child = directories[at + 1] ?? real;
    if (scope !== undefined) isNamed ||= isIgnoredIn(scope, child, true);
  });
  const [top = ""] = directories;
  if (isNamed) scope = { directory: top, file: undefined, above: undefined };
  return { scope, directories };
}

/** The directories above a path, from the top of its work tree on; none: there is no work tree. */
function workTreeAbove({ readsGitignore }: Ignores, real: string): readonly string[] {
  if (!readsGitignore) return [];
  const directories: string[] = [];
  for (let below = real; below !== "/" && below !== ""; ) {
    // A work tree that begins at the path itself has nothing above it.
    if (typeof sys.fileState(join(below, GIT), 0) !== "number") return directories;
    below = below.slice(0, below.lastIndexOf("/")) || "/";
    directories.unshift(below);
  }
  return [];
}
