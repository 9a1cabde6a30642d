import type { Duration } from "../values/duration.ts";
import { NO_LIMIT } from "../values/duration.ts";
import type { Bytes } from "../values/size.ts";
import { NO_SIZE_LIMIT } from "../values/size.ts";

/** The size of a terminal, in characters. */
export type TerminalSize = { readonly columns: number; readonly rows: number };

/** The kernel has 16 bits for each side of a terminal. */
export const LONGEST_SIDE = 65_535;

export function isSide(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= LONGEST_SIDE;
}

/** An output of the command. */
export type OutputName = "stdout" | "stderr";

/**
 * The part of a `Spec` about the command's stdout and stderr. With any of the first four curfew
 * gives the command pipes or a terminal, and passes on what the command writes.
 */
export type Relaying = {
  /**
   * Whether the command gets a terminal of its own, for stdin, too. A size stays; without one the
   * terminal has the size of the one that curfew was started at.
   */
  readonly pty: boolean | TerminalSize;
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
  pty: false,
  idleTimeout: NO_LIMIT,
  maxOutput: NO_SIZE_LIMIT,
  keepOutput: undefined,
  pipeDrain: 500_000 as Duration,
};

/** Whether the command has a terminal of its own. */
export function hasPty({ pty }: Pick<Relaying, "pty">): boolean {
  return pty !== false;
}

/** Whether curfew passes on what the command writes. */
export function isRelayed({ pty, idleTimeout, maxOutput, keepOutput }: Relaying): boolean {
  if (pty !== false) return true;
  return idleTimeout !== NO_LIMIT || maxOutput !== NO_SIZE_LIMIT || keepOutput !== undefined;
}
