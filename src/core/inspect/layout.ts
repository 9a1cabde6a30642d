import type { ProcessSnapshot } from "../spec/process-snapshot.ts";

/** What a tree is drawn with. */
export type Glyphs = { readonly [K in "middle" | "last" | "through" | "none"]: string };
export const UTF8_GLYPHS: Glyphs = { middle: "├─ ", last: "└─ ", through: "│  ", none: "   " };
export const ASCII_GLYPHS: Glyphs = { middle: "|- ", last: "`- ", through: "|  ", none: "   " };

/** Processes further down are drawn at this depth, with the PID of their parent. */
export const DEEPEST = 9;

/** Where a process is drawn. */
export type Place = {
  readonly process: ProcessSnapshot;
  readonly prefix: string;
  /**
   * What the place does not say. `orphan`: its parent has exited, and a subreaper has adopted it.
   * `elsewhere`: its parent is not the process that it is drawn below.
   */
  readonly descent: "plain" | "orphan" | "elsewhere";
};

/** The children of each drawn process; `undefined` has those without a drawn ancestor. */
type Children = ReadonlyMap<ProcessSnapshot | undefined, readonly ProcessSnapshot[]>;

/** The places of the drawn ones of all processes, each below its nearest ancestor that is drawn. */
export function layOut(
  all: readonly ProcessSnapshot[],
  drawn: readonly ProcessSnapshot[],
  glyphs: Glyphs,
): readonly Place[] {
  const children = childrenOf(all, new Set(drawn));
  const holder = all[0]?.parent;
  const places: Place[] = [];
  // Without recursion: a tree may be as deep as it has processes.
  const waiting = branches(children, undefined, 0, "");
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { process, parent, depth, isLast, prefix } = next;
    const isRoot = depth === 0;
    const isOrphan = isRoot && places.length > 0 && process.parent === holder;
    const isBelowParent = parent?.pid === process.parent && depth <= DEEPEST;
    const isPlain = isBelowParent || process === all[0];
    const glyph = isRoot ? "" : glyphs[isLast ? "last" : "middle"];
    const descent = isOrphan ? "orphan" : isPlain ? "plain" : "elsewhere";
    places.push({ process, prefix: `${prefix}${glyph}`, descent });
    const line = isRoot || depth >= DEEPEST ? "" : glyphs[isLast ? "none" : "through"];
    waiting.push(...branches(children, process, depth + 1, `${prefix}${line}`));
  }
  return places;
}

type Branch = {
  readonly process: ProcessSnapshot;
  readonly parent: ProcessSnapshot | undefined;
  readonly depth: number;
  readonly isLast: boolean;
  readonly prefix: string;
};

/** The children of a process, the last one first. */
function branches(
  children: Children,
  parent: ProcessSnapshot | undefined,
  depth: number,
  prefix: string,
): Branch[] {
  const list = children.get(parent) ?? [];
  return list
    .map((process, at) => ({ process, parent, depth, isLast: at === list.length - 1, prefix }))
    .reverse();
}

function childrenOf(
  all: readonly ProcessSnapshot[],
  isDrawn: ReadonlySet<ProcessSnapshot>,
): Children {
  const children = new Map<ProcessSnapshot | undefined, ProcessSnapshot[]>();
  const seen = new Map<number, ProcessSnapshot>();
  const drawnAbove = new Map<ProcessSnapshot, ProcessSnapshot | undefined>();
  for (const process of all) {
    // Only a process before it counts as its parent, so that no circle of recycled PIDs arises.
    const parent = seen.get(process.parent);
    const isUnder = parent === undefined || isDrawn.has(parent);
    const above = isUnder ? parent : drawnAbove.get(parent);
    drawnAbove.set(process, above);
    seen.set(process.pid, process);
    if (!isDrawn.has(process)) continue;
    const siblings = children.get(above);
    if (siblings === undefined) children.set(above, [process]);
    else siblings.push(process);
  }
  return children;
}
