/** The part of the window about the outputs of the command: a part of `Sys` in window.ts. */
export type RelaySys = {
  /**
   * The run is over: a pipe of the relay that another process holds is read until an instant. Below
   * 0: what was not passed on is given up.
   */
  drainRelay(heldUntil: number): void;
  /**
   * Of stdout (0) or stderr (1): the last bytes of what is kept until the end, at most so many, and
   * how many are kept. `undefined`: there is no pipe for it.
   */
  keptOutput(index: number, most: number): readonly [tail: string, kept: number] | undefined;
  /**
   * Passes on what the command has written, and tells: when bytes came last; 1 if more was written
   * than may be passed on; 1 if all is over; then of stdout and of stderr 1 if there is a pipe for
   * it, its bytes, those of them that were omitted, 1 if a process still held the pipe, errno.
   */
  lookAtRelay(): readonly number[];
  /** Makes pipes or a terminal for the command, by `RELAY_FIELDS`. Pairs for it; minus errno. */
  openRelay(numbers: readonly number[]): readonly number[] | number;
};
