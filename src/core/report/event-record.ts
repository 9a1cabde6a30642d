import type { Duration, Instant } from "../values/duration.ts";
import type { LoggedEvent } from "./event.ts";

/** A line of --events before it is formatted. The last line is the report and has no record. */
export type EventRecord = {
  readonly event: LoggedEvent;
  /** Since the start of the run, or of the first generation where there are several. */
  readonly at: Duration;
  /** The generation whose run the event belongs to, where there are several. */
  readonly generation?: number;
};

/** The record of an event. One that was read before the start counts from the start. */
export function recordOf(event: LoggedEvent, startedAt: Instant): EventRecord {
  return { event, at: Math.max(0, event.at - startedAt) as Duration };
}
