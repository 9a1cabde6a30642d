/**
 * The window onto the kernel; `native/src/sys.rs` has the same list, and a test compares the two.
 * Functions answer with the kernel's result, or with minus errno. Signals and processes are
 * numbers; texts carry bytes that are not UTF-8 as U+DC80..U+DCFF.
 */
export type Sys = {
  /** Our arguments, the name we were called by first. */
  argv(): string[];
  /** The command's number, as soon as it has one in our PID namespace; 0 as in `commandPid`. */
  awaitCommand(): number;
  /** Orphans of the tree become our children. */
  becomeSubreaper(): number;
  /** Sends a signal to the command, which the guardian has not reaped; 0, or minus errno. */
  commandKill(signal: number): number;
  /** The command's number, in our PID namespace where we know it; 0: not started, or reaped. */
  commandPid(): number;
  /** Gives a descriptor back. */
  close(descriptor: number): number;
  /** Dies of a signal, alone (group 0) or with a group. Returns only where that cannot be. */
  dieBy(signal: number, group: number): void;
  /** The value of an environment variable. */
  env(name: string): string | undefined;
  /** Waits for the guardian's end, and hastens it: what it had to say is said. */
  farewell(): void;
  /** The process group of a process. */
  groupOf(pid: number): number;
  /** Nonzero if we have children, dead ones that were not reaped included. */
  hasChildren(): number;
  /** 1 if the signal was ignored when we were started. */
  isIgnored(signal: number): number;
  /** Readable when a guardian that cannot signal us has news; -1: it can. */
  guardianLine(): number;
  /**
   * What the guardian tells next, if anything: a row of numbers whose first says which (NEWS in
   * guardian.ts).
   */
  guardianNews(): readonly number[] | undefined;
  /** Gives the guardian an order (ORDERS in guardian.ts) with a number, and wakes it. */
  guardianOrder(order: number, value: number): void;
  /** The guardian's number until it was reaped; 0: none. */
  guardianPid(): number;
  /** Readable when the guardian has died; -1: there is none. */
  guardianPidfd(): number;
  /** What it does without us; see `leaveWill` in spawn.ts. 0 or minus errno. */
  guardianWill(will: readonly number[]): number;
  /** Moves us to a process group of our session; 0: one of our own. 0 or minus errno. */
  joinGroup(group: number): number;
  /** Sends a signal to a process, or to a group if negative. */
  kill(pid: number, signal: number): number;
  /**
   * Sends a signal to those below a process who are in a process group, but not to the command, to
   * some of its children, and to who is below these.
   */
  killGroupMembers(root: number, except: readonly number[], signal: number, group: number): void;
  /**
   * Sends a signal to everybody below a process who has not had it, but for some of its children,
   * who is below these, and the members of a process group (0: none).
   */
  killMembers(root: number, except: readonly number[], signal: number, group: number): void;
  /** Sends a signal to those whom the last killMembers has reached. */
  killReached(signal: number): void;
  /** The names in a directory; minus errno. */
  list(path: string): string[] | number;
  /** Makes a directory; 0 or minus errno. */
  makeDirectory(path: string, mode: number): number;
  /** Everybody below a process, but for some of its children and who is below these. */
  members(root: number, except: readonly number[]): number[];
  /** Number, si_code and sender of the next signal, if there is one. */
  nextSignal(signalFd: number): readonly [signal: number, code: number, sender: number] | undefined;
  /** Nonzero the first time that a process gets a signal: it is written down as done. */
  noteSignal(pid: number, signal: number): number;
  /** Microseconds of the monotonic clock. */
  now(): number;
  /**
   * Writes what a descriptor takes until the deadline and never blocks: 0 if that was all, minus
   * errno if it was nothing, else the number of bytes.
   */
  offer(descriptor: number, text: string, deadline: number): number;
  /** Opens or creates a file for writing; a descriptor that exec closes, or minus errno. */
  openFile(path: string): number;
  /** `pidfd_open(pid)`: a descriptor that stands for a process, readable when it has ended. */
  openProcess(pid: number): number;
  /** Blocks signals and opens a descriptor that tells of them. Signal n is bit n - 1. */
  openSignals(signals1to32: number, signals33to64: number): number;
  parentPid(): number;
  pid(): number;
  /** Sends a signal to the process that a descriptor stands for. */
  pidfdKill(pidfd: number, signal: number): number;
  /** A file as text, at most so many bytes of it; minus errno. */
  readText(path: string, size: number): string | number;
  /** The target of a symbolic link; minus errno. */
  readLink(path: string): string | number;
  /** Removes a control group and all below it; 0 or minus errno. */
  removeCgroup(path: string): number;
  /** Removes an empty directory; 0 or minus errno. */
  removeDirectory(path: string): number;
  /** Reaps an ended child other than the given one; 0 when there is none. */
  reapStranger(except: number): number;
  /** Nonzero where we run with rights our caller does not have. */
  secure(): number;
  /** The session of a process. */
  sessionOf(pid: number): number;
  /**
   * Starts the command through a guardian; what becomes of it is the guardian's news. `settings`
   * and `limits`: see spawn.ts. 0, or minus errno where not even the guardian could be made.
   */
  spawn(
    files: readonly string[],
    argv: readonly string[],
    shell: string,
    settings: readonly number[],
    limits: readonly number[],
    cgroups: readonly string[],
  ): number;
  /** Stops us by a signal that means this; comes back when we are continued. */
  stopSelf(signal: number): void;
  /** SIGKILL by ourselves to all our children but some, and to theirs; the guardian goes first. */
  sweep(group: number, patience: number, except: readonly number[], cgroup: string): void;
  /** A descriptor that writes where a given one does; exec closes it. Minus errno. */
  takeDescriptor(descriptor: number): number;
  /** Makes a child in new namespaces that ends at once: 0, or minus errno of what was refused. */
  tryNamespaces(flags: number): number;
  /** Effective user and group. */
  user(): readonly [uid: number, gid: number];
  /** Microseconds since 1970. */
  wallClock(): number;
  /**
   * Blocks until descriptors are readable (a bit each, the last bit for all beyond 50), or the
   * deadline has passed (0).
   */
  wait(descriptors: readonly number[], deadline: number): number;
  /** Writes to a file that exists; 0 or minus errno. */
  writeFile(path: string, text: string): number;
  /** Writes the whole text; 0 or minus errno. */
  write(descriptor: number, text: string): number;
};

declare const __sys: Sys;

/** The window itself, there from before the first line of TypeScript ran. */
export const sys: Sys = __sys;
