/**
 * The window onto the kernel; `native/src/sys.rs` has the same list, and a test compares the two.
 * Functions answer with the kernel's result, or with minus errno. Signals and processes are
 * numbers; texts carry bytes that are not UTF-8 as U+DC80..U+DCFF.
 */
export type Sys = {
  /** Our arguments, the name we were called by first. */
  argv(): string[];
  /** Orphans of the tree become our children. */
  becomeSubreaper(): number;
  /** Children of a process; undefined where /proc does not tell. */
  children(pid: number): number[] | undefined;
  /** A process's short name; undefined when it is gone. */
  commandName(pid: number): string | undefined;
  /** Dies of a signal, alone (group 0) or with a group. Returns only where that cannot be. */
  dieBy(signal: number, group: number): void;
  /** The value of an environment variable. */
  env(name: string): string | undefined;
  /** The process group of a process. */
  groupOf(pid: number): number;
  /** 1 if the signal was ignored when we were started. */
  isIgnored(signal: number): number;
  /** Sends a signal to a process, or to a group if negative. */
  kill(pid: number, signal: number): number;
  /** Makes us leader of a process group of our own. */
  leadGroup(): number;
  /** Number, si_code and sender of the next signal, if there is one. */
  nextSignal(signalFd: number): readonly [signal: number, code: number, sender: number] | undefined;
  /** Microseconds of the monotonic clock. */
  now(): number;
  /** Writes what a descriptor takes until the deadline and never blocks; 0 if that was all. */
  offer(descriptor: number, text: string, deadline: number): number;
  /** Blocks signals and opens a descriptor that tells of them. */
  openSignals(signals: readonly number[]): number;
  pid(): number;
  /** Sends a signal to the process that a descriptor stands for. */
  pidfdKill(pidfd: number, signal: number): number;
  /** Reaps an ended child other than the given one; 0 when there is none. */
  reapStranger(except: number): number;
  /** Nonzero where we run with rights our caller does not have. */
  secure(): number;
  /** The session of a process. */
  sessionOf(pid: number): number;
  /**
   * Starts the command. `limits`: resource, soft and hard of each, never above what was inherited.
   * `failure`: 0 none, 1 no child was made, 2 no file could be executed.
   */
  spawn(
    files: readonly string[],
    argv: readonly string[],
    shell: string,
    parentDeathSignal: number,
    limits: readonly number[],
  ): readonly [failure: number, errno: number, pid: number, pidfd: number];
  /** Blocks until descriptors are readable (a bit each) or the deadline has passed (0). */
  wait(descriptors: readonly number[], deadline: number): number;
  /** si_code and si_status of news from our child, if there are any. */
  waitChild(pidfd: number, pid: number): readonly [code: number, status: number] | undefined;
  /** Writes the whole text; 0 or minus errno. */
  write(descriptor: number, text: string): number;
};

declare const __sys: Sys;

/** The window itself, there from before the first line of TypeScript ran. */
export const sys: Sys = __sys;
