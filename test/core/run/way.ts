// The sequence of events that leads to a state, as sequences.test.ts and the promises see it.

import type { Event } from "../../../src/core/report/event.ts";
import type { Action, Will } from "../../../src/core/run/action.ts";
import type { State } from "../../../src/core/run/state.ts";
import type { Instant } from "../../../src/core/values/duration.ts";

/** What has happened so far. It is never changed, because other sequences go on from it. */
export type Way = {
  readonly state: State;
  readonly at: Instant;
  /** The last event, and what had happened before it. */
  readonly event: Event | undefined;
  readonly from: Way | undefined;
  readonly isSwept: boolean;
  readonly isTakenOver: boolean;
  /** Whether the guardian stays with leftovers. */
  readonly holds: boolean;
  /** The guardian's latest will. The instants of the first one count from the spawn. */
  readonly will: Will;
};

/** An event in a state, and the step that followed. */
export type Turn = {
  readonly event: Event;
  readonly next: { readonly state: State; readonly actions: readonly Action[] };
};
