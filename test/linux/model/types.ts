// The types of the model kernel.
import type { Arrived } from "../../../src/linux/kernel/answers.ts";

/** What a process does at a signal that could end or stop it. */
export type Habit = "dies" | "ignores" | "stops" | "exits 0";

export type Process = {
  readonly pid: number;
  parent: number;
  group: number;
  session: number;
  /** The letter of /proc/PID/stat. */
  state: string;
  readonly startTime: number;
  uid: number;
  command: string;
  words: readonly string[];
  threads: number;
  /** What the process does at signals, by their numbers; else the default action. */
  readonly habits: Record<number, Habit>;
  /** Every signal that the process got, in order. */
  readonly had: number[];
  /** si_code and si_status of its exit. */
  end: readonly [code: number, status: number] | undefined;
};

/** A call that fails: its name, which of its calls (0: every one), errno. */
export type Fault = readonly [name: string, nth: number, errno: number];

export type Kernel = {
  now: number;
  /** Microseconds since 1970 when `now` is 0. */
  epoch: number;
  readonly own: Process;
  readonly processes: Map<number, Process>;
  readonly acts: { readonly at: number; readonly act: () => void }[];
  readonly descriptors: Map<number, Descriptor>;
  /** Signals to curfew that it has not read yet. */
  readonly arrived: Arrived[];
  /** The signals that curfew receives by its signalfd, as a bit each. */
  held: bigint;
  /** Signals that were ignored when curfew was started. */
  readonly ignored: Set<number>;
  /** Files by path: their text. What ends in a slash is a directory. */
  readonly files: Map<string, string>;
  /** Sockets in the file system: their identity, and whether a process has bound them. */
  readonly sockets: Map<string, { identity: string; isBound: boolean }>;
  readonly folders: Map<string, Folder>;
  /** RLIMIT_NOFILE. */
  descriptorLimit: number;
  readonly stdin: Stdin;
  /** The file system can exchange two names. */
  canExchange: boolean;
  /** What another process does right before the next call of a name. */
  readonly meanwhile: { readonly name: string; readonly act: () => void }[];
  /** The PID namespace that /proc shows. */
  proc: "ours" | "another" | "none";
  /** No descriptor is free: nothing of /proc can be read. */
  isFull: boolean;
  /** A walk over members has no time for some more. */
  isWalkCut: boolean;
  isSubreaper: boolean;
  /** The controlling terminal, if there is one. */
  hasTerminal: boolean;
  /** A member of another PID namespace was seen. */
  sawForeign: boolean;
  /** curfew's group is orphaned: the kernel discards a terminal's stops there. */
  isOrphaned: boolean;
  argv: string[];
  readonly env: Map<string, string>;
  isSecure: boolean;
  /** Calls that a filter refuses: of every subcommand, and of runs alone. */
  refused: { always?: readonly [string, number]; runs?: readonly [string, number] };
  /** The runs of native code, and the one that calls are about. */
  readonly runs: [Guardian | undefined, Guardian | undefined];
  chosen: number;
  /** What processes read and write, as the window tells it. */
  readonly channels: Map<number, readonly number[]>;
  /** Which processes have got which signal by the calls that send each signal only once. */
  readonly noted: Set<string>;
  readonly reached: number[];
  readonly faults: Fault[];
  readonly counts: Map<string, number>;
  /** Every call that does something, in order. */
  readonly log: string[];
  /** Called when a process was stopped or continued, or has exited. */
  noticed: (process: Process, how: readonly [code: number, status: number]) => void;
  nextPid: number;
  nextFd: number;
  /** What the next command does, and whether its start succeeds. */
  birth: Birth;
};

/** How the next command is started, and what it does. */
export type Birth = {
  habits: Record<number, Habit>;
  command: string;
  /** Stage and errno of a start that fails. */
  fails: readonly [stage: number, errno: number] | undefined;
  /** What else happens when it has been started. */
  begins: (kernel: Kernel, command: Process) => void;
};

/** The guardian of a run. */
export type Guardian = {
  /** 0 as soon as it was reaped. */
  pid: number;
  command: number;
  isReaped: boolean;
  namespaces: number;
  /** What it tells, as rows of numbers. */
  readonly rows: (readonly number[])[];
  /** The guardian does not obey. */
  isDeaf: boolean;
  isSweeping: boolean;
  hasLeft: boolean;
  /** How the command has ended, as far as it was told. */
  isOver: boolean;
  /** How long a sweep takes. */
  sweepTime: number;
  pidfd: number;
  /** Its signal is ours to send, if that is due within this time. */
  margin: number;
};

/** A directory: its mode, type included, and its owner. */
export type Folder = {
  readonly mode: number;
  readonly user: number;
  readonly group: number;
  readonly identity?: string;
  isLocked?: boolean;
};

/** What a descriptor stands for. */
export type Descriptor =
  /**
   * Something that is written to, with room for so many bytes more. A file with `holdsUntil` takes
   * nothing before that instant, and blocks a writer.
   */
  | {
      readonly kind: "sink";
      text: string;
      room: number;
      errno?: number;
      path?: string;
      holdsUntil?: number;
      held?: { readonly text: string; readonly flags: number };
    }
  | { readonly kind: "signals" }
  | { readonly kind: "process"; readonly pid: number }
  | { readonly kind: "listener"; readonly address: string; backlog: number; isBlocking: boolean }
  | { readonly kind: "notify"; readonly queue: (readonly [string, number, number])[] }
  /** The reading end of a pipe; `isClosed`: no process has the other end any more. */
  | { readonly kind: "pipe"; text: string; isClosed: boolean }
  | { readonly kind: "pipe's end"; readonly of: number }
  | { readonly kind: "entries"; readonly parts: (readonly (string | number)[])[] }
  | { readonly kind: "folder"; readonly path: string; readonly folder: Folder }
  /** Events, and what is watched: the watch's number is its place, from 1 on. */
  | {
      readonly kind: "watches";
      readonly events: (readonly (string | number)[])[];
      readonly paths: string[];
    }
  | { readonly kind: "terminal" }
  /** Readable once the wall clock was set, until it is read. */
  | { readonly kind: "wall clock"; epoch: number }
  /** Readable once stdin has no writer any more. */
  | { readonly kind: "hang-up" };

/** curfew's stdin, as far as it can be looked at. */
export type Stdin = {
  /** 0: it tells of the end of its writers; else why it does not, or minus errno. */
  kind: number;
  isHungUp: boolean;
  unread: number;
};
