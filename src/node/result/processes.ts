// Processes, as the report and `run.inspect()` have them.

/** What a process waits for, as far as it could be seen; the words are those of docs/report.md. */
export interface ProcessWait {
  /** Such as `pipe_read`, `fifo_open`, `file_lock`, `child`, `sleep`. */
  readonly kind: string;
  /** The file, FIFO, terminal or pipe. */
  readonly path?: string;
  /** The processes that have the other end or the lock, or are waited for. */
  readonly peers?: readonly { readonly pid: number; readonly command: string }[];
  /** The address of a socket. */
  readonly address?: string;
}

/** A process of a run. What is not known is left out, and `unknown` says why. */
export interface ProcessNow {
  readonly pid: number;
  /** Its name, as the kernel has it. */
  readonly command: string;
  readonly parent: number;
  /** Field 22 of /proc/PID/stat. */
  readonly startTime: number;
  readonly uid?: number;
  /** The words of its command line, at most 4096 bytes of them. */
  readonly commandLine: readonly string[];
  /** There were more. */
  readonly commandLineCut?: boolean;
  /** The letter of /proc/PID/stat. */
  readonly state: string;
  readonly cpuMs: number;
  readonly ageMs: number;
  /** For how long it has waited without running, where the kernel tells that. */
  readonly waitingMs?: number;
  /** The system call that it is blocked in. */
  readonly syscall?: string;
  readonly waitsFor?: ProcessWait;
  readonly waitingForInput: boolean;
  /** The addresses that it listens on. */
  readonly listening: readonly string[];
  readonly unknown: readonly { readonly what: string; readonly why: string }[];
}
