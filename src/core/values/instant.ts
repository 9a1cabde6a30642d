import type { Duration, Instant } from "./duration.ts";
import { NO_LIMIT } from "./duration.ts";

/** The instant at which a limit that begins `at` has passed; `undefined` for `NO_LIMIT`. */
export function deadlineAfter(at: Instant, limit: Duration): Instant | undefined {
  return limit === NO_LIMIT ? undefined : later(at, limit);
}

/** The instant that is a delay after another one. */
export function later(at: Instant, delay: Duration): Instant {
  return (at + delay) as Instant;
}

/** The earlier of two deadlines; `undefined` is never. */
export function earlier(one: Instant | undefined, other: Instant | undefined): Instant | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}

/** Whether a deadline has passed: strictly, because a limit is never enforced early. */
export function isDue(deadline: Instant | undefined, at: Instant): boolean {
  return deadline !== undefined && at > deadline;
}
