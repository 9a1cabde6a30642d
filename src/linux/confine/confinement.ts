import type { Holding } from "../../core/spec/tree.ts";

/** A file of lines "word number", and the word of one of them. */
export type Counter = readonly [file: string, word: string];

/** How a run is held, before it begins. */
export type Confinement = {
  readonly holding: Holding;
  /** CLONE_NEW... of the guardian; 0: none. */
  readonly namespaces: number;
  /** Control groups that the command joins, made for it; the first holds the tree if `hasLeaf`. */
  readonly cgroups: readonly string[];
  readonly hasLeaf: boolean;
  /** Where the kernel counts the processes that it killed for memory. */
  readonly oomCounter: Counter | undefined;
  /** Resource, soft and hard limit of each: see getrlimit(2). */
  readonly rlimits: readonly number[];
  /** The options that asked for it, for a message. */
  readonly asked: string;
};
