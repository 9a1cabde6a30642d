import { IN, S_IFDIR, S_IFREG } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";
import { withoutTime } from "./files.ts";
import { scopeAbove } from "./ignores.ts";
import type { PathComponent, ResolvedPath } from "./path.ts";
import { absolute, isSamePath, join, resolvePath } from "./path.ts";
import type { Root, Watches, WatchUser } from "./tree.ts";
import { addUser, attach, attachRequired, detach, IN_FILES } from "./tree.ts";

/** How often a path is resolved again that has changed while its components were being watched. */
const ATTEMPTS = 10;

const OF_DIRECTORY = IN.deleteSelf | IN.moveSelf;
const BY_NAME = OF_DIRECTORY | IN.attributes | IN.create | IN.delete | IN.movedFrom | IN.movedTo;

/**
 * Handles an event at a component of a root's path. Answers with the root's path if the event says
 * that a file was written there; any other event only makes the root's resolution doubtful.
 */
export function eventOnPath(
  user: Extract<WatchUser, { kind: "path" }>,
  mask: number,
  name: string,
): string | undefined {
  const { root } = user;
  // An event about the directory itself has no name.
  if (name !== user.name && name !== "") return undefined;
  if ((mask & IN.attributes) !== 0 && root.unread === 0) return touchedRoot(root, name);
  if (name === "" && (mask & (OF_DIRECTORY | IN.attributes)) === 0) return undefined;
  // Another event follows when the new file has been written.
  if ((mask & IN.create) !== 0 && isBeingWritten(join(user.directory, name))) return undefined;
  root.isDoubtful = true;
  return (mask & IN.closeWrite) !== 0 && root.tree === undefined ? root.path : undefined;
}

/**
 * A new mode matters only while the path cannot be read. A file with a new time of modification was
 * touched; with another size it is being written, and another event follows.
 */
function touchedRoot(root: Root, name: string): string | undefined {
  const { path, resolved } = root;
  if (name === "" || root.tree !== undefined) return undefined;
  const now = resolvePath(path);
  if (now.identity !== resolved.identity || now.content === resolved.content) return undefined;
  if (withoutTime(now.content) !== withoutTime(resolved.content)) return undefined;
  root.resolved = now;
  return path;
}

function isBeingWritten(path: string): boolean {
  const state = sys.fileState(path, 0);
  return typeof state !== "number" && state[0] === S_IFREG && state[1] === 1;
}

/**
 * Watches the components of a root's path. Resolves the path before and after, and begins again
 * where the two differ: only then no change was missed in between.
 */
export function watchPath(watches: Watches, root: Root): void {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const old = root.users;
    const before = resolvePath(root.path);
    root.users = before.components.flatMap((one) => watchComponent(watches, root, before, one));
    for (const user of old) detach(watches, user.watch, (other) => other === user);
    root.resolved = resolvePath(root.path);
    if (isSamePath(before, root.resolved) || watches.refusal !== 0) return;
  }
}

/** Watches the .gitignore files above a root, and reads them. */
export function watchRules(watches: Watches, root: Root): void {
  const old = root.rules;
  root.real = absolute(root.resolved.realPath);
  const { scope, directories } = scopeAbove(watches.ignores, root.real);
  root.above = scope;
  root.rules = directories.flatMap((directory) => {
    const watch = attach(watches, directory, IN_FILES);
    if (watch < 0) return [];
    const user = { kind: "rules", root, watch } as const;
    addUser(watches, watch, user);
    return [user];
  });
  for (const user of old) detach(watches, user.watch, (other) => other === user);
}

/**
 * Watches the last name and links by their names. Directories in between are watched only for being
 * moved or removed as a whole: otherwise every file that any process makes in /tmp would wake
 * curfew. While nothing is at the path, a name may appear in any of them, so all are watched by
 * name.
 */
function watchComponent(
  watches: Watches,
  root: Root,
  { type }: ResolvedPath,
  component: PathComponent,
): Root["users"] {
  const isNamed = component.kind !== "middle" || type < 0;
  const { directory: parent } = component;
  const directory = isNamed ? parent : join(parent, component.name);
  const name = isNamed ? component.name : "";
  const writes = component.kind === "last" && type !== S_IFDIR ? IN.closeWrite : 0;
  // A directory that curfew may not read cannot be watched. That is no error for a directory in
  // between, nor for the parent of a directory that is watched itself.
  const isRequired = component.kind === "link" || (component.kind === "last" && type === S_IFREG);
  const add = isRequired ? attachRequired : attach;
  const watch = add(watches, directory, isNamed ? BY_NAME | writes : OF_DIRECTORY);
  if (watch < 0) return [];
  const user = { kind: "path", root, watch, directory, name } as const;
  addUser(watches, watch, user);
  return [user];
}
