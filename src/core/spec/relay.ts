import type { Duration } from "../values/duration.ts";
import { NO_LIMIT } from "../values/duration.ts";
import type { Bytes } from "../values/size.ts";
import { NO_SIZE_LIMIT } from "../values/size.ts";

/**
 * The part of a `Spec` about the command's stdout and stderr. With any of the first three curfew
 * gives the command pipes, and passes on what the command writes.
 */
export type Relaying = {
  /** How long the command may write nothing; `NO_LIMIT`: for any time. */
  readonly idleTimeout: Duration;
  /** How much the command may write to both together; `NO_SIZE_LIMIT`: any amount. */
  readonly maxOutput: Bytes;
  /** How much of each is passed on. `undefined`: all of it. */
  readonly keepOutput: KeepOutput | undefined;
  /** How long curfew reads a pipe that a process still holds when the run is over. */
  readonly pipeDrain: Duration;
};

/** The first `head` bytes are passed on at once, of the rest the last `tail` bytes at the end. */
export type KeepOutput = { readonly head: Bytes; readonly tail: Bytes };

export const RELAY_DEFAULTS: Relaying = {
  idleTimeout: NO_LIMIT,
  maxOutput: NO_SIZE_LIMIT,
  keepOutput: undefined,
  pipeDrain: 500_000 as Duration,
};

/** Whether the command writes to pipes of curfew's. */
export function isRelayed({ idleTimeout, maxOutput, keepOutput }: Relaying): boolean {
  return idleTimeout !== NO_LIMIT || maxOutput !== NO_SIZE_LIMIT || keepOutput !== undefined;
}
