// The seam of the library: what starts a run and looks after it. Options, results and streams are
// above it and know no process; a way is below it and knows no option. `direct` starts one
// `curfew run` per command, `portable` runs the core inside of Node, a spawn server can follow.
import type { Fields } from "../../core/spec/spec.ts";
import type { Duration } from "../../core/values/duration.ts";
import type { Bytes } from "../../core/values/size.ts";

/** What `report.way` says. */
export type WayName = "direct" | "portable" | "server";

/** The output streams of a command. */
export type StreamName = "stdout" | "stderr";

/** An object as JSON has it, keys in snake_case: an event or a report. */
export type JsonObject = { readonly [key: string]: unknown };

/** Where the command's stdin comes from. */
export type StdinPlan =
  /** Nothing: /dev/null. */
  | { readonly kind: "ignore" }
  /** The descriptor of Node's own stdin. */
  | { readonly kind: "inherit" }
  | { readonly kind: "fd"; readonly fd: number }
  /** An absolute path. The way opens it; if it cannot, the run ends as `failed` with `bad_file`. */
  | { readonly kind: "file"; readonly path: string }
  /** What the library writes: `Handle.write` and `Handle.end`. */
  | { readonly kind: "bytes" };

/** Where an output stream of the command goes. */
export type OutputPlan =
  | { readonly kind: "ignore" }
  | { readonly kind: "inherit" }
  /** The descriptor stays the caller's: a way never closes it. */
  | { readonly kind: "fd"; readonly fd: number }
  | { readonly kind: "file"; readonly path: string; readonly append: boolean }
  /** To the library: `Listener.output`. */
  | { readonly kind: "bytes" };

/** What must be known of the command's output while it is passed on. */
export type RelayPlan = {
  /** The run ends as `idle_timed_out` after this time without a byte; `NO_LIMIT`: never. */
  readonly idleTimeout: Duration;
  /** The run ends as `output_limit` after these bytes, both streams together; 0: never. */
  readonly maxOutput: Bytes;
  /**
   * What the library will keep of each stream, where no other receiver wants the bytes. A way may
   * leave out what is between: it passes on the first `head` bytes at once, the last `tail` bytes
   * after the end, and counts the others in `output` of the report. A way that cannot passes on
   * all.
   */
  readonly keep: { readonly head: Bytes; readonly tail: Bytes } | undefined;
  /** How long a pipe is listened to that a process still holds after the end; 0: not at all. */
  readonly pipeDrain: Duration;
};

/** The fields of a spec that options give. */
export type Asked = Partial<Fields>;

/** Everything that a way must know to start a command. */
export type Order = {
  /** The words of `curfew run`: its options only, without `--` and the command. */
  readonly words: readonly string[];
  /** What the core read in these words: no defaults, and nothing of the relay. */
  readonly asked: Asked;
  /**
   * The words of the command, never empty. The first is looked up in PATH of `env` if it contains
   * no slash; a relative path counts from `cwd`.
   */
  readonly command: readonly string[];
  /** An absolute path. */
  readonly cwd: string;
  /** The whole environment of the command. */
  readonly env: { readonly [name: string]: string };
  readonly stdin: StdinPlan;
  readonly stdout: OutputPlan;
  /** `stdout`: the same pipe, file or descriptor as stdout, so that the order is the true one. */
  readonly stderr: OutputPlan | { readonly kind: "stdout" };
  readonly relay: RelayPlan;
};

/** Why nothing was started, where no report says it. */
export type FailureCode = "no_binary" | "bad_file" | "bad_cwd" | "not_confined" | StartRefusal;
/** The kernel's refusal to start anything: no room for a process, or words that are too long. */
export type StartRefusal = "resource" | "not_executable";

/** How a run ended. */
export type Ending =
  | {
      readonly kind: "report";
      /** As schemas/report-v1.json has it; the library adds `way`. */
      readonly report: JsonObject;
      /** The way stopped listening although a process still held a pipe. */
      readonly isPipeHeld: boolean;
    }
  /** The command was not started, and there is no report. `text`: a sentence for a person. */
  | {
      readonly kind: "failed";
      readonly code: FailureCode;
      readonly text: string;
      readonly errno: string | undefined;
    }
  /** The supervisor of the run is gone without a report: `supervisor_lost`. */
  | { readonly kind: "lost"; readonly text: string };

/**
 * What a way tells. No function is called before `Way.start` has returned, and none after
 * `finished`, which is called exactly once. They must not throw.
 */
export type Listener = {
  /** The command was executed. Not called where nothing was started. */
  readonly started: (pid: number) => void;
  /** A line of --events, without the report. `spawned` comes after `started`. */
  readonly event: (record: JsonObject) => void;
  /**
   * Bytes of a stream with the plan `bytes`. The library may keep the array. It says `pause` if
   * it wants no more; what was read already may still come, and after the end what is left in the
   * pipe, so that a reader that waits for the end first cannot hold it up.
   */
  readonly output: (stream: StreamName, chunk: Uint8Array) => void;
  /** Nothing follows on this stream: its end, or the way has stopped listening. */
  readonly outputEnded: (stream: StreamName) => void;
  /** All streams have ended before. */
  readonly finished: (ending: Ending) => void;
};

/** A line of --control (docs of the option): what can be asked of a run. */
export type ControlRequest =
  /** The way sends `reason` only as far as it is JSON; the library keeps the caller's own. */
  | { readonly control: "cancel"; readonly reason: unknown }
  /** One signal to the command alone, without a clock; a name such as TERM, or a number. */
  | { readonly control: "kill"; readonly signal: string | number }
  /** Moves the time limit by `ms` above 0. */
  | { readonly control: "extend"; readonly ms: number }
  /** Answered by the event `control-output`. */
  | { readonly control: "output" }
  /** Answered by the event `control-inspect`; the portable way does not answer. */
  | { readonly control: "inspect" }
  /** The size of the command's terminal. */
  | { readonly control: "resize"; readonly columns: number; readonly rows: number };

/** A run that a way has started. No function throws, whatever the run's state. */
export type Handle = {
  /**
   * What is asked for before the command is executed counts from the start: after `cancel` nothing
   * is started. What is asked for after the end has no effect.
   */
  readonly control: (request: ControlRequest) => void;
  /**
   * Writes to a stdin with the plan `bytes`. `done` is called once, without an error when more may
   * be written, with one once the reading end is closed (EPIPE, the end of the run).
   */
  readonly write: (chunk: Uint8Array, done: (error: Error | undefined) => void) => void;
  /** The end of that stdin. */
  readonly end: () => void;
  /** The library wants no more bytes of this stream for now: the command is to be held back. */
  readonly pause: (stream: StreamName) => void;
  readonly resume: (stream: StreamName) => void;
  /**
   * This stream is not read any more: the command gets SIGPIPE or EPIPE at its next write,
   * and `outputEnded` follows.
   */
  readonly close: (stream: StreamName) => void;
  /** Whether the run keeps Node alive. It does at the beginning. */
  readonly ref: () => void;
  readonly unref: () => void;
  /** Whether a process belongs to the run's tree; undefined: it cannot be seen. */
  readonly owns: (pid: number) => boolean | undefined;
};

/** An option that a way cannot serve: `unsupported`, thrown by the call. */
export type Refusal = {
  /** The library's name of the option. */
  readonly option: string;
  readonly text: string;
};

/** How `prepare()` went: what the end of a tree can be promised by, and what is in the way. */
export type PrepareEnding =
  | {
      readonly kind: "promises";
      readonly containment: string;
      readonly reasons: readonly string[];
    }
  | { readonly kind: "failed"; readonly code: FailureCode; readonly text: string };

/** The process that `killTree` is to end, with its descendants. */
export type KillOrder = {
  readonly pid: number;
  /** The words of `curfew kill`: its options only. */
  readonly words: readonly string[];
};

/** How `killTree` went: the line that `curfew kill --json` prints for the PID, or no line. */
export type KillEnding =
  | { readonly kind: "result"; readonly result: JsonObject }
  | { readonly kind: "failed"; readonly code: FailureCode | "unsupported"; readonly text: string };

/** How a synchronous run went: the ending, and all bytes of the streams with that plan. */
export type SyncEnding = {
  readonly ending: Ending;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
};

/** What starts runs. */
export type Way = {
  readonly name: WayName;
  /** Asked before `start`, at once: what of this order the way cannot do. */
  readonly refusal: (order: Order) => Refusal | undefined;
  /** Never throws: what goes wrong is told by `finished`. */
  readonly start: (order: Order, listener: Listener) => Handle;
  readonly prepare: () => Promise<PrepareEnding>;
  readonly killTree: (order: KillOrder) => Promise<KillEnding>;
  /** `input`: all of stdin, where its plan is `bytes`. Undefined: this way cannot. */
  readonly runSync: ((order: Order, input: Uint8Array) => SyncEnding) | undefined;
};
