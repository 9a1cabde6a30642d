import { LONGEST_TIMEOUT } from "../builtin/long-timeout.ts";

/**
 * The timers of a run, which keep Node alive as long as the run does. All that has a handle of
 * Node's is told by `each`.
 */
export type Timers = {
  /** Calls back after so many milliseconds, or a little before: a clock has to be looked at. */
  readonly after: (milliseconds: number, callback: () => void) => Timer;
  readonly setRef: (isRef: boolean) => void;
  /** None calls back any more. */
  readonly stop: () => void;
};

export type Timer = { readonly cancel: () => void };

export function newTimers(): Timers {
  const all = new Set<NodeJS.Timeout>();
  let isRef = true;
  return {
    after: (milliseconds, callback) => {
      // A timer that is early is set again by its owner.
      const time = Math.min(LONGEST_TIMEOUT, Math.max(0, Math.ceil(milliseconds)));
      const timer = setTimeout(() => {
        all.delete(timer);
        callback();
      }, time);
      all.add(timer);
      if (!isRef) timer.unref();
      return {
        cancel: () => {
          clearTimeout(timer);
          all.delete(timer);
        },
      };
    },
    setRef: (to) => {
      isRef = to;
      for (const timer of all) {
        if (to) timer.ref();
        else timer.unref();
      }
    },
    stop: () => {
      for (const timer of all) clearTimeout(timer);
      all.clear();
    },
  };
}
