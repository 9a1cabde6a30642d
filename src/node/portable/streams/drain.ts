import type { Duration } from "../../../core/values/duration.ts";
import type { Timers } from "../timers.ts";
import type { Source } from "./source.ts";

/** How many polls may bring bytes that were written before the time was over. */
const MOST_POLLS = 64;
/** How soon a slow reader is asked again, in microseconds. */
const LEAST = 10_000;

/** Reading after the end of a run, under way. */
export type Draining = {
  /** A stream has ended. */
  readonly onEnded: () => void;
  /** What was not read or written is given up. */
  readonly cut: () => void;
};

/**
 * Reads on after the end of a run until each stream has ended, for `limit` at most; 0: what is
 * there is read. Time in which a file takes no bytes does not count. `done` learns whether a
 * process still had a pipe open.
 */
export function drain(
  sources: readonly Source[],
  timers: Timers,
  limit: Duration,
  done: (isHeld: boolean) => void,
): Draining {
  let hasSettled = false;
  const open = () => sources.filter((source) => !source.hasEnded());
  const settle = (isHeld: boolean) => {
    if (hasSettled) return;
    hasSettled = true;
    for (const source of open()) source.stop();
    done(isHeld);
  };
  const total = () => sources.reduce((sum, source) => sum + source.count(), 0);
  const giveUp = (polls: number) => {
    if (hasSettled) return;
    if (open().length === 0) return settle(false);
    // A slow reader: what was written before the end is still delivered.
    if (open().some((source) => source.isHeldBack())) return wait(Math.max(LEAST, limit));
    const before = total();
    // Where Node was busy, bytes may wait for the next poll.
    setImmediate(() => {
      if (total() > before && polls < MOST_POLLS) giveUp(polls + 1);
      else settle(open().length > 0);
    });
  };
  const wait = (time: number): void => void timers.after(time / 1000, () => giveUp(0));
  for (const source of sources) source.release();
  if (open().length === 0) settle(false);
  else wait(limit);
  return {
    onEnded: () => {
      if (open().length === 0) settle(false);
    },
    cut: () => settle(open().length > 0),
  };
}
