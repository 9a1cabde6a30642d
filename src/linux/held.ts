import type { Event } from "../core/event.ts";
import type { Voice } from "../core/messages.ts";
import type { Spec } from "../core/spec.ts";

/** Stands for "there is none"; the kernel leaves such an entry out of a wait. */
export const NO_DESCRIPTOR = -1;

/** The command while it can be signalled: number 0 before it was started and once it was reaped. */
export type Child = { readonly pid: number; readonly pidfd: number };

export const NO_CHILD: Child = { pid: 0, pidfd: NO_DESCRIPTOR };

/** What the host of one run holds of the world; the functions of this folder change it in place. */
export type Held = {
  readonly spec: Spec;
  /** Asked for only when something is said: most runs say nothing. */
  readonly voice: () => Voice;
  readonly ownPid: number;
  readonly signalFd: number;
  /** Whether nobody but what we started can be in the process group that we lead. */
  readonly leadsOwnGroup: boolean;
  /** Children that were ours before the command was started, where that will be asked. */
  readonly inherited: readonly number[];
  child: Child;
  /** The command's pidfd while it is waited for. */
  watchedPidfd: number;
  /** The answer to the spawn, until the core asks for it. */
  answer: Event | undefined;
};
