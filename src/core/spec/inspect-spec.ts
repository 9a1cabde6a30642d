import type { Duration } from "../values/duration.ts";

/** Everything that the user asked `curfew inspect` for. */
export type InspectSpec = {
  /** In the order given; none: the runs of this user. */
  readonly pids: readonly number[];
  readonly json: boolean;
  /** The time between two looks; `NO_LIMIT`: there is one look. */
  readonly follow: Duration;
};

/** What options decide: all of an `InspectSpec` except the PIDs. */
export type InspectFields = Omit<InspectSpec, "pids">;

export const INSPECT_DEFAULTS: InspectFields = { json: false, follow: 0 as Duration };

/** The time between two looks if no option gives one. */
export const FOLLOW: Duration = 1_000_000 as Duration;
