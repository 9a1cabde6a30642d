import type { Identity } from "../../../core/spec/member.ts";
import type { Duration } from "../../../core/values/duration.ts";

/** A process, as one look showed it. */
export type ProcessRow = Identity & {
  readonly parent: number;
  readonly group: number;
  /** Its effective user; -1: not looked up. */
  readonly user: number;
  /**
   * The letter that ps(1) and /proc have for it. Z: it has exited, and its parent has not reaped
   * it.
   */
  readonly state: string;
  readonly cpuTime: Duration;
  /** Its name, as the kernel has it. */
  readonly command: string;
};

/**
 * All processes of one look, by PID. `startTime` is in clock ticks since boot on Linux and in
 * seconds since 1970 elsewhere: it is only compared, and told.
 */
export type ProcessTable = ReadonlyMap<number, ProcessRow>;

export function tableOf(rows: readonly ProcessRow[]): ProcessTable {
  return new Map(rows.map((row) => [row.pid, row]));
}

/** Whether a process has ended. */
export function hasEnded({ state }: ProcessRow): boolean {
  return state === "Z" || state === "X";
}
