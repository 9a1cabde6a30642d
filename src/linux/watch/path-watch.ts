import { IN, S_IFDIR, S_IFREG } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";
import type { PathComponent, ResolvedPath } from "./path.ts";
import { isSamePath, join, resolvePath } from "./path.ts";
import type { Root, Watches, WatchUser } from "./tree.ts";
import { addUser, attach, attachRequired, detach } from "./tree.ts";

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
  // A new mode matters only while the path cannot be read.
  if ((mask & IN.attributes) !== 0 && root.unread === 0) return undefined;
  if (name === "" && (mask & (OF_DIRECTORY | IN.attributes)) === 0) return undefined;
  // Another event follows when the new file has been written.
  if ((mask & IN.create) !== 0 && isBeingWritten(join(user.directory, name))) return undefined;
  root.isDoubtful = true;
  return (mask & IN.closeWrite) !== 0 && root.tree === undefined ? root.path : undefined;
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
