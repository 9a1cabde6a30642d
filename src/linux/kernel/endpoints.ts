/** The part of the window about stdin, terminals and the wall clock: a part of `Sys`, window.ts. */
export type EndpointSys = {
  /** Gives the terminal that curfew was started at its settings back, until the next wait. */
  giveTerminalBack(): void;
  /** Whether an input can tell that its writers are gone (stdin.ts); minus errno. */
  inputKind(descriptor: number): number;
  /** Opens curfew's controlling terminal; minus errno where there is none. */
  openTerminal(): number;
  /** Gives the terminal up for another session: its foreground group gets HUP and CONT. */
  releaseTerminal(terminal: number): number;
  /** Notes the settings and the foreground group of a terminal. */
  rememberTerminal(terminal: number): void;
  /** The size of the command's own terminal, which stays; 0 or minus errno. */
  resizeTerminal(columns: number, rows: number): number;
  /**
   * Restores the foreground group of a terminal, and its settings where `settings` is not 0, as
   * `rememberTerminal` has noted them, unless another process has changed them in its own right.
   */
  restoreTerminal(terminal: number, settings: number): void;
  /** How many bytes of an input no process has read; minus errno where it does not say. */
  unread(descriptor: number): number;
  /** 1: the key that suspends was passed on to the command's terminal since the last call. */
  wasSuspended(): number;
  /** A descriptor, readable once the other end of an input is gone; minus errno. */
  watchHangUp(descriptor: number): number;
  /** A descriptor, readable when the wall clock was set, until it is read; minus errno. */
  watchWallClock(): number;
};
