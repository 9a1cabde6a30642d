import type { Instant } from "../../core/values/duration.ts";
import { sys } from "./window.ts";

/** The clock of all events and deadlines: CLOCK_MONOTONIC. */
export function now(): Instant {
  return sys.now() as Instant;
}
