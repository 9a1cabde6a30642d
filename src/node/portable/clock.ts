import type { Instant } from "../../core/values/duration.ts";
import type { WallTime } from "../../core/values/wall-time.ts";

/** The monotonic clock. */
export function now(): Instant {
  return Number(process.hrtime.bigint() / 1000n) as Instant;
}

/** The time of day. */
export function wallClock(): WallTime {
  return (Date.now() * 1000) as WallTime;
}
