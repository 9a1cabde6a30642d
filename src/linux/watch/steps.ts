import { IN, S_IFDIR, S_IFREG } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";
import type { Root, Use, Watches } from "./tree.ts";
import { attach, attachSurely, detach, use } from "./tree.ts";
import type { Step, Way } from "./way.ts";
import { isSameWay, join, wayTo } from "./way.ts";

/** How often a way is walked again that has changed while it was walked. */
const ATTEMPTS = 10;

const IN_WAY = IN.deleteSelf | IN.moveSelf;
const IN_WAY_BY_NAME = IN_WAY | IN.attributes | IN.create | IN.delete | IN.movedFrom | IN.movedTo;

/** What an event on the way to a root means: its path, if that is a file that was written. */
export function eventOnWay(
  one: Extract<Use, { kind: "way" }>,
  mask: number,
  name: string,
): string | undefined {
  const { root } = one;
  // That of a directory itself has no name.
  if (name !== one.name && name !== "") return undefined;
  // Of its mode it is told as long as nobody knows what is there.
  if ((mask & IN.attributes) !== 0 && root.unread === 0) return undefined;
  if (name === "" && (mask & (IN_WAY | IN.attributes)) === 0) return undefined;
  // A new file is told of again when it has been written.
  if ((mask & IN.create) !== 0 && isBeingWritten(join(one.directory, name))) return undefined;
  root.isDoubtful = true;
  return (mask & IN.closeWrite) !== 0 && root.tree === undefined ? root.path : undefined;
}

function isBeingWritten(path: string): boolean {
  const state = sys.fileState(path, 0);
  return typeof state !== "number" && state[0] === S_IFREG && state[1] === 1;
}

/** Watches a way until it was the same before and after. */
export function followWay(watch: Watches, root: Root): void {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const old = root.uses;
    const way = wayTo(root.path);
    root.uses = way.steps.flatMap((step) => watchStep(watch, root, way, step));
    for (const one of old) detach(watch, one.watch, (other) => other === one);
    root.way = wayTo(root.path);
    if (isSameWay(way, root.way) || watch.refusal !== 0) return;
  }
}

/**
 * The last name and links are watched by their names. Directories in between only for being moved
 * or removed as a whole: else all that others do in /tmp would wake us. While there is nothing at
 * the path, each of them may be where it begins again.
 */
function watchStep(watch: Watches, root: Root, { type }: Way, step: Step): Root["uses"] {
  const isNamed = step.kind !== "middle" || type < 0;
  const directory = isNamed ? step.directory : join(step.directory, step.name);
  const name = isNamed ? step.name : "";
  const writes = step.kind === "last" && type !== S_IFDIR ? IN.closeWrite : 0;
  // Who may not read a directory cannot watch it: of one in between, or above a directory that is
  // watched itself, it is enough to know what it leads to.
  const isNeeded = step.kind === "link" || (step.kind === "last" && type === S_IFREG);
  const add = isNeeded ? attachSurely : attach;
  const number = add(watch, directory, isNamed ? IN_WAY_BY_NAME | writes : IN_WAY);
  if (number < 0) return [];
  const added = { kind: "way", root, watch: number, directory, name } as const;
  use(watch, number, added);
  return [added];
}
