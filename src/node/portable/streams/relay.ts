import type { Instant } from "../../../core/values/duration.ts";
import type { StreamName } from "../../way/way.ts";
import { now } from "../clock.ts";

/** What is known of the output of a command. */
export type Relay = {
  /** When the command wrote last, or a reader that was slow wanted more again. */
  last: Instant;
  /** Bytes of both streams together. */
  total: number;
  /** Bytes of each that were not passed on. */
  readonly omitted: Record<StreamName, number>;
};

export function newRelay(): Relay {
  return { last: now(), total: 0, omitted: { stdout: 0, stderr: 0 } };
}
