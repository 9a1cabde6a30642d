// A way through the states of a run, as the sequences and the promises about them see it.

import type { Event } from "../../../src/core/report/event.ts";
import type { Action, Will } from "../../../src/core/run/action.ts";
import type { State } from "../../../src/core/run/state.ts";
import type { Instant } from "../../../src/core/values/duration.ts";

/** What has been seen on the way here; never changed, as other ways go on from it. */
export type Way = {
  readonly state: State;
  readonly at: Instant;
  /** What happened last, and the way before it. */
  readonly event: Event | undefined;
  readonly from: Way | undefined;
  readonly isSwept: boolean;
  readonly isTakenOver: boolean;
  /** The guardian stays with what the main child leaves. */
  readonly holds: boolean;
  /** What it was told last; the first one's instants are counted from the spawn. */
  readonly will: Will;
};

/** What happened in a state, and what came of it. */
export type Turn = {
  readonly event: Event;
  readonly next: { readonly state: State; readonly actions: readonly Action[] };
};
