// `run.ready`: what most runs wait for is their start. The code for the rest is loaded by those
// that ask for it.
import type { Duration } from "../../core/values/duration.ts";
import type { Condition } from "../options/ready.ts";
import { waitFor } from "./condition.ts";
import { type Waiting, whenStarted } from "./not-ready.ts";

/** Resolves when the condition holds; rejects with `not_ready`. */
export function readyOf(run: Waiting, condition: Condition, limit: Duration): Promise<void> {
  return condition.kind === "started" ? whenStarted(run) : waitFor(run, condition, limit);
}
