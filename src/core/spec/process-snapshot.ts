import type { Duration, Instant } from "../values/duration.ts";
import type { Process } from "./tree.ts";

/**
 * What a process waits for, in words that a person knows. A word is used only where the host saw
 * it: a system call alone (`futex`) is no cause.
 */
export const WAIT_MEANINGS = {
  fifo_open: "waits to open a FIFO whose other end no process has open",
  pipe_read: "reads a pipe that is empty",
  pipe_write: "writes to a pipe that is full",
  terminal_read: "reads a terminal",
  terminal_write: "writes to a terminal that takes nothing",
  file_lock: "waits for a lock of a file (flock, fcntl)",
  futex: "waits for another thread or process (a lock, a condition)",
  connect: "waits until a connection is accepted",
  accept: "waits for a client",
  socket_read: "reads a socket",
  socket_write: "writes to a socket that takes nothing",
  child: "waits for a child process",
  sleep: "sleeps",
  poll: "waits for several descriptors or a time (poll, select, epoll)",
  disk: "waits for a disk or a file system (state D)",
  frozen: "is frozen by its cgroup",
  stopped: "is stopped by a signal",
  traced: "is stopped by a debugger",
  zombie: "has exited; its parent has not waited for it",
  signal: "waits for a signal",
  running: "runs, or is ready to run",
} as const;
export type WaitKind = keyof typeof WAIT_MEANINGS;

/** What a process waits for, as far as it could be seen. */
export type Wait = {
  readonly kind: WaitKind;
  /** The file, FIFO, terminal or pipe (`pipe:[123]`). */
  readonly path?: string | undefined;
  /** The processes that have the other end, or the lock, or are waited for. */
  readonly peers?: readonly Process[] | undefined;
  /** The other address of a socket, or the socket's own where it accepts. */
  readonly address?: string | undefined;
};

/** What could not be read of a process, and why: the errno's word, or `slow`. */
export type Unread = { readonly what: UnreadPart; readonly why: string };
export const UNREAD_PARTS = ["command_line", "syscall", "waits_for", "listening", "uid"] as const;
export type UnreadPart = (typeof UNREAD_PARTS)[number];

/** A process at one instant. `undefined`: not known. */
export type ProcessSnapshot = Process & {
  readonly parent: number;
  /** Field 22 of /proc/PID/stat, in clock ticks since boot. */
  readonly startTime: number;
  /** The effective user. */
  readonly uid: number | undefined;
  /** The words of the command line; empty for a kernel thread or a zombie. */
  readonly commandLine: readonly string[];
  /** There were more than 4,096 bytes of them. */
  readonly isCommandLineCut: boolean;
  /** The letter of /proc/PID/stat. */
  readonly state: string;
  /** The state is that of a first thread that has ended, but other threads have not. */
  readonly isThreadLeft?: boolean;
  /** Its time on processors, user and system together. */
  readonly cpuTime: Duration;
  readonly age: Duration;
  /**
   * For how long it has waited: the thread whose wait is known has not run. Undefined: it runs or
   * has exited, or the kernel does not tell.
   */
  readonly waitTime: Duration | undefined;
  /** The system call that it is blocked in, by name. */
  readonly systemCall: string | undefined;
  readonly waitsFor: Wait | undefined;
  /** It is blocked in reading a terminal, or curfew's own stdin (not a file or /dev/null). */
  readonly isWaitingForInput: boolean;
  /** The addresses that it listens on: `127.0.0.1:3000`, `[::]:80`, `unix:/run/x`. */
  readonly listening: readonly string[];
  readonly unread: readonly Unread[];
};

/** A process tree at one instant: parents before their children, the command first. */
export type TreeSnapshot = {
  readonly at: Instant;
  readonly processes: readonly ProcessSnapshot[];
  /**
   * How many processes were found that there was no time or no room for: a lower bound, because
   * what is below them was not looked for. 0: the snapshot has every process.
   */
  readonly omitted: number;
};

/** Whether there may be more processes than were found: then a count is a lower bound. */
export function isPartial({ omitted }: TreeSnapshot): boolean {
  return omitted > 0;
}

/** Whether a process has not ended. */
export function isRunning({ state, isThreadLeft }: ProcessSnapshot): boolean {
  return isThreadLeft === true || !ENDED.includes(state);
}

/** The letters of /proc/PID/stat for a process that has ended. */
const ENDED: readonly string[] = ["Z", "X"];
