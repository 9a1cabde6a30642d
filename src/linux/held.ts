import type { Event } from "../core/event.ts";
import type { Message, Voice } from "../core/messages.ts";
import type { Spec } from "../core/spec.ts";
import type { Confinement } from "./confinement.ts";

/** Stands for "there is none"; the kernel leaves such an entry out of a wait. */
export const NO_DESCRIPTOR = -1;

/** What the host of one run holds of the world; the functions of this folder change it in place. */
export type Held = {
  readonly spec: Spec;
  /** Asked for only when something is said: most runs say nothing. */
  readonly voice: () => Voice;
  readonly ownPid: number;
  readonly signalFd: number;
  /** The process group we came in. */
  readonly callerGroup: number;
  /** Whether nobody but what we started can be in the process group that we lead. */
  readonly leadsOwnGroup: boolean;
  /** Children that were ours before the command was started. */
  readonly inherited: readonly number[];
  readonly confinement: Confinement;
  readonly report: number;
  readonly events: number;
  /** Readable when the process that started us has ended. */
  parentPidfd: number;
  /** Answers that the core has not asked for yet. */
  readonly answers: Event[];
  /** The command's number outside of a PID namespace of its own; 0 where there is none. */
  outerPid: number;
  /** What the next line of events begins with: a line's end, where the last one was cut off. */
  lineStart: "" | "\n";
  /** Lines of events that nobody read in time. */
  dropped: number;
};

/** Why a run cannot begin: nothing was started. */
export type Refusal = { readonly kind: "refused"; readonly message: Message };
