import type { Instant } from "../../core/values/duration.ts";
import { sys } from "../kernel/window.ts";

/** A walk over directories that can be interrupted after any part of it, and continued. */
export type Walk<T> = {
  readonly waiting: T[];
  /** The directory whose entries are being read. */
  open: { readonly directory: T; readonly descriptor: number } | undefined;
};

/** What a walk does with the directories and entries that it comes to. */
export type Visitor<T> = {
  /** 1: entries come with their states. */
  readonly withState: 0 | 1;
  /** Opens a directory for its entries; negative: there is nothing to read. */
  readonly enter: (directory: T) => number;
  /** Takes an entry; answers with a directory that the walk is to visit, if the entry is one. */
  readonly entry: (directory: T, name: string, type: number, state: string) => T | undefined;
  /** Is told that all entries were read, or by minus errno that they could not all be read. */
  readonly leave: (directory: T, answer: number) => void;
};

export const FOREVER = Number.POSITIVE_INFINITY as Instant;

export function walkFrom<T>(...waiting: T[]): Walk<T> {
  return { waiting, open: undefined };
}

/** Continues a walk until an instant has passed; true when the walk is complete. */
export function continueWalk<T>(walk: Walk<T>, visitor: Visitor<T>, until: Instant): boolean {
  for (;;) {
    const { open } = walk;
    if (open === undefined) {
      const directory = walk.waiting.pop();
      if (directory === undefined) return true;
      const descriptor = visitor.enter(directory);
      if (descriptor >= 0) walk.open = { directory, descriptor };
    } else if (!readPart(walk, visitor, open)) {
      closeWalk(walk);
    }
    if (until !== FOREVER && sys.now() > until) return false;
  }
}

/** Reads the next entries of the open directory; false at its end. */
function readPart<T>(
  { waiting }: Walk<T>,
  visitor: Visitor<T>,
  { directory, descriptor }: NonNullable<Walk<T>["open"]>,
): boolean {
  const rows = sys.entries(descriptor, visitor.withState);
  if (typeof rows === "number" || rows.length === 0) {
    visitor.leave(directory, typeof rows === "number" ? rows : 0);
    return false;
  }
  const width = 2 + visitor.withState;
  for (let at = 0; at < rows.length; at += width) {
    const [name, type, state] = [String(rows[at]), Number(rows[at + 1]), rows[at + 2]];
    const inner = visitor.entry(
      directory,
      name,
      type,
      visitor.withState === 1 ? String(state) : "",
    );
    if (inner !== undefined) waiting.push(inner);
  }
  return true;
}

/** Closes the directory that a walk has open. */
export function closeWalk<T>(walk: Walk<T>): void {
  if (walk.open !== undefined) sys.close(walk.open.descriptor);
  walk.open = undefined;
}
