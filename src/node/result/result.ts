// What a run comes to: the result, the report in it, and the error that carries it.
import type { Outcome as ReportOutcome } from "../../core/report/report.ts";
import type { WayName } from "../way/way.ts";
import type { ProcessNow } from "./processes.ts";

/**
 * How a run ended: a word of the report, or `supervisor_lost` where there is no report
 * because curfew itself was killed.
 *
 * @example
 * const { outcome } = await run("sleep", ["60"], { timeout: "50ms" });
 * assert.equal(outcome, "timed_out");
 */
export type Outcome = ReportOutcome | "supervisor_lost";

/**
 * A process that curfew could not kill, and why: `eperm` (the kernel refused the signal),
 * `unkillable` or `dying` (SIGKILL was sent, and the process is still there), `still_forking` (new
 * processes kept appearing).
 */
export interface Survivor {
  readonly pid: number;
  /** Its name, as the kernel has it. */
  readonly command: string;
  readonly why: "eperm" | "unkillable" | "still_forking" | "dying";
}

/** A process that still existed when the command had exited. It may have ended since. */
export interface Leftover {
  readonly pid: number;
  /** Its name, as the kernel has it. */
  readonly command: string;
  /** Field 22 of /proc/PID/stat. Only curfew's own program tells this key and the next two. */
  readonly startTime?: number;
  readonly parent?: number;
  /** The words of its command line, at most 4096 bytes of them. */
  readonly commandLine?: readonly string[];
}

/** A signal that curfew sent: the receiver, when first (ms since the start), how often. */
export interface SentSignal {
  readonly signal: string;
  readonly target: "child" | "group" | "tree";
  readonly atMs: number;
  readonly count: number;
}

/** What the command itself came to. */
export interface ReportedChild {
  readonly pid: number;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly coreDumped: boolean;
}

/** What the tree used. Times are milliseconds; see docs/report.md. */
export interface Resources {
  readonly userMs: number;
  readonly systemMs: number;
  readonly maxRssBytes: number;
  readonly accounting: "exact" | "lower_bound";
  readonly oomKills: number | null;
}

/** An output stream that curfew passed on: the bytes written, and those that were left out. */
export interface RelayedStream {
  readonly bytes: number;
  readonly omitted: number;
}

/**
 * curfew's report of the run: the keys of docs/report.md in camelCase, and `way`, which says what
 * ran the command. If curfew's program made no report, it has only `outcome` and `way`.
 *
 * @example
 * const { report } = await run("true");
 * assert.equal(report.way, "direct");
 * assert.equal(report.proof, "echild");
 */
export interface Report {
  readonly outcome: Outcome;
  readonly way: WayName;
  readonly schemaVersion?: number;
  readonly command?: readonly string[];
  readonly timedOut?: boolean;
  /** curfew's own exit code, such as 124; the command's is `child.exitCode`. */
  readonly exitCode?: number;
  readonly elapsedMs?: number;
  readonly child?: ReportedChild | null;
  readonly error?: {
    readonly code: string;
    readonly errno: string;
    readonly detail: string | null;
  } | null;
  readonly signalsSent?: readonly SentSignal[];
  readonly escalated?: boolean;
  readonly stops?: readonly { readonly signal: string; readonly atMs: number }[];
  readonly containment?: string | null;
  readonly treeKillReliability?: "guaranteed" | "best_effort" | null;
  readonly reliabilityReasons?: readonly string[];
  readonly treeGone?: boolean | null;
  readonly proof?: string | null;
  readonly survivors?: readonly Survivor[];
  readonly leftovers?: readonly Leftover[];
  readonly waitedFor?: readonly Leftover[];
  readonly spared?: readonly Leftover[];
  readonly resources?: Resources | null;
  /** What curfew passed on, where it did (`idleTimeout`, `maxOutput`, `keepOutput`); else null. */
  readonly output?: {
    readonly stdout: RelayedStream | null;
    readonly stderr: RelayedStream | null;
    readonly pipeHeld: boolean;
  } | null;
  /** The processes just before a limit of time, silence or output ended them; else null. */
  readonly tree?: readonly ProcessNow[] | null;
  /** At least how many more there were. */
  readonly treeOmitted?: number | null;
  readonly startedAt?: string;
  /** Keys of a later version. */
  readonly [key: string]: unknown;
}

/** What every result has. `T` is `string`, or `Uint8Array` with `encoding: "buffer"`. */
interface AnyResult<T> {
  /**
   * true if the command exited with 0 by itself, its output could be kept, and no process survived
   * that curfew had to end (with `leftovers: "fail"`: and it left none behind).
   */
  readonly ok: boolean;
  /** How the run ended. */
  readonly outcome: Outcome;
  /** The command's own exit code; null: it died of a signal, never started, or is unknown. */
  readonly exitCode: number | null;
  /** The kill signal that the command died of, else null. */
  readonly signal: NodeJS.Signals | null;
  /** What was captured; empty where nothing was. */
  readonly stdout: T;
  readonly stderr: T;
  /** Bytes that were not kept, per stream (`keepOutput`, or more than 100M without it). */
  readonly omitted: { readonly stdout: number; readonly stderr: number };
  /** The run settled although a process still had one of its pipes open (`pipeDrain`). */
  readonly isPipeHeld: boolean;
  /** true: no process of the run is left, proven; false: some are; null: not known. */
  readonly treeGone: boolean | null;
  readonly survivors: readonly Survivor[];
  readonly leftovers: readonly Leftover[];
  /** The caller's own value of `cancel(reason)` or of the AbortSignal, if that ended the run. */
  readonly reason: unknown;
  /** Why nothing could be started, there is no report, or output was not kept; else null. */
  readonly error: CurfewError | null;
  /** The words of the command, its name first. */
  readonly command: readonly string[];
  /** Milliseconds from the start to the end of the run. */
  readonly elapsedMs: number;
  readonly report: Report;
}

type Exited = {
  readonly outcome: "exited";
  readonly exitCode: number;
  readonly signal: null;
};
type Signaled = {
  readonly ok: false;
  readonly outcome: "signaled";
  readonly exitCode: null;
  readonly signal: NodeJS.Signals;
};
type NeverStarted = {
  readonly ok: false;
  readonly outcome: "spawn_failed";
  readonly exitCode: null;
  readonly signal: null;
  readonly error: CurfewError;
};
type Lost = {
  readonly ok: false;
  readonly outcome: "supervisor_lost";
  readonly exitCode: null;
  readonly signal: null;
  readonly treeGone: null;
  readonly error: CurfewError;
};
type Ended = {
  readonly ok: false;
  readonly outcome: Exclude<Outcome, "exited" | "signaled" | "spawn_failed" | "supervisor_lost">;
};

/**
 * What a run came to. A test of `outcome` (or of `ok`) narrows the other fields: after
 * `outcome === "exited"` the `exitCode` is a number.
 *
 * @example
 * const result = await run("sh", ["-c", "echo out; exit 3"]);
 * assert.equal(result.ok, false);
 * assert.equal(result.exitCode, 3);
 * assert.equal(result.stdout, "out");
 */
export type Result<T extends string | Uint8Array = string> = AnyResult<T> &
  (Exited | Signaled | NeverStarted | Lost | Ended);

/**
 * The word of a `CurfewError`.
 *
 * - Misuse, thrown by the call at once: `bad_option`, `bad_command`, `bad_duration`, `bad_size`,
 *   `unknown_signal`, `unknown_choice`, and `unsupported` for what cannot be done here.
 * - In `result.error`, with the outcome `spawn_failed`: `not_found`, `not_executable`, `bad_cwd`,
 *   `bad_file`, `resource`, `not_confined`, `no_binary`.
 * - In `result.error`: `supervisor_lost`, `output_truncated`.
 * - Rejections: `not_ready` of `run.ready`; `command_failed` of `orThrow()` and its like.
 */
export type ErrorCode =
  | "bad_option"
  | "bad_command"
  | "bad_duration"
  | "bad_size"
  | "unknown_signal"
  | "unknown_choice"
  | "unsupported"
  | "not_found"
  | "not_executable"
  | "bad_cwd"
  | "bad_file"
  | "resource"
  | "not_confined"
  | "no_binary"
  | "supervisor_lost"
  | "output_truncated"
  | "not_ready"
  | "command_failed";

/** What an error knows besides its code and its sentence. */
export type ErrorDetails = {
  readonly option?: string | undefined;
  readonly errno?: string | undefined;
  readonly detail?: string | undefined;
  readonly result?: Result<string | Uint8Array> | undefined;
  readonly cause?: unknown;
};

/**
 * Every error of this library. `code` says which; messages are for people.
 *
 * @example
 * try {
 *   run("ls", [], { killAfter: 0 });
 * } catch (error) {
 *   assert.ok(error instanceof CurfewError);
 *   assert.equal(error.code, "bad_duration");
 *   assert.equal(error.option, "killAfter");
 * }
 */
export class CurfewError extends Error {
  override readonly name = "CurfewError";
  readonly code: ErrorCode;
  /** The option that is wrong, where one is. */
  declare readonly option?: string;
  /** The kernel's word, such as `ENOENT`, where the kernel refused. */
  declare readonly errno?: string;
  /** What exactly: `port_in_use` with `not_ready`, or what was refused. */
  declare readonly detail?: string;
  /** The result of the run, with `command_failed`. */
  declare readonly result?: Result<string | Uint8Array>;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    const { option, errno, detail, result } = details;
    if (option !== undefined) this.option = option;
    if (errno !== undefined) this.errno = errno;
    if (detail !== undefined) this.detail = detail;
    // A whole output in every log line would bury the message.
    if (result !== undefined) Object.defineProperty(this, "result", { value: result });
  }
}

// Consoles print the class's own name, which would be one letter in the package.
Object.defineProperty(CurfewError, "name", { value: "CurfewError" });
