import type { AppliedContainment } from "../../core/spec/tree.ts";

/** A file of lines "word number", and the word of one of them. */
export type Counter = readonly [file: string, word: string];

/** What holds and limits a run. Made before the command is started. */
export type Confinement = {
  readonly holding: AppliedContainment;
  /** The CLONE_NEW... flags for the guardian; 0: no new namespaces. */
  readonly namespaces: number;
  /** Control groups that were made for the command, which joins them. */
  readonly cgroups: readonly string[];
  /** The first of these groups holds the tree; the others only limit it. */
  readonly hasLeaf: boolean;
  /** Where the kernel counts the processes that it killed for memory. */
  readonly oomCounter: Counter | undefined;
  /** Resource, soft and hard limit of each: see getrlimit(2). */
  readonly rlimits: readonly number[];
  /** The options that asked for all this, for a message. */
  readonly asked: string;
};
