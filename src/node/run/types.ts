import type { Duration, Options, Signal } from "../options/options.ts";
import type { ProcessNow } from "../result/processes.ts";
import type { Result } from "../result/result.ts";

/** What a run has put out so far. */
export interface OutputSoFar<T extends string | Uint8Array = string> {
  readonly stdout: T;
  readonly stderr: T;
  /** Bytes that were not kept, per stream. */
  readonly omitted: { readonly stdout: number; readonly stderr: number };
  /** Milliseconds since the last byte of either stream, or since the start if there was none. */
  readonly idleMs: number;
}

/** The processes of a run at one moment: parents before their children, the command first. */
export interface TreeNow {
  readonly processes: readonly ProcessNow[];
  /** At least how many more there are, for which there was no time or no room. 0: no more. */
  readonly omitted: number;
  /** Whether one of them reads a terminal, or the stdin that curfew was given. */
  readonly waitingForInput: boolean;
}

/** One of the streams, or both in the order in which their lines come. */
export type LineSource = "stdout" | "stderr" | "all";

/**
 * A run: a promise of its result, and what can be done with it meanwhile.
 *
 * Iterating gives the lines of stdout; after the last one it throws `command_failed` if the result
 * is not `ok`. Leaving the loop early cancels the run and waits for its end. With `await using`
 * (Node 24 or later, or compiled by tsc), leaving the block does the same.
 *
 * @example
 * const seen = [];
 * for await (const line of run("printf", ["one\ntwo\n"])) seen.push(line);
 * assert.deepEqual(seen, ["one", "two"]);
 */
export interface Run<T extends string | Uint8Array = string>
  extends Promise<Result<T>>,
    AsyncIterable<string>,
    AsyncDisposable {
  /** The PID of the command; undefined until it has started (see `started`). */
  readonly pid: number | undefined;
  /** The PID as soon as the command runs; null: nothing was started. Never rejects. */
  readonly started: Promise<number | null>;
  /** Writes to the command, with `stdin: "pipe"`; else null. */
  readonly stdin: WritableStream<Uint8Array> | null;
  /** Reads from the command, with `"pipe"`; else null. The command waits while it is not read. */
  readonly stdout: ReadableStream<Uint8Array> | null;
  readonly stderr: ReadableStream<Uint8Array> | null;
  /**
   * Resolves when what the option `ready` names is there, or without it when the command has
   * started. Rejects with `not_ready` when `readyTimeout` passes or the command ends first; the run
   * goes on. It is never an unhandled rejection. `await using` needs Node 24 or later, or tsc; with
   * Node 22 use `try` and `finally` with `cancel()`.
   *
   * @example
   * await using server = run("sh", ["-c", "echo listening; sleep 60"], {
   *   ready: { output: /listening/ },
   * });
   * await server.ready;
   */
  readonly ready: Promise<void>;
  /** The results of the commands before this one in a pipe. */
  readonly piped: readonly Promise<Result<string | Uint8Array>>[];
  /**
   * Sends one signal to the command alone; no SIGKILL follows. Before the start it is queued, after
   * the end it does nothing. Throws `unknown_signal`.
   *
   * @example
   * const sleeping = run("sleep", ["60"]);
   * sleeping.kill("SIGKILL");
   * assert.equal((await sleeping).signal, "SIGKILL");
   */
  kill(signal: Signal): void;
  /**
   * Ends the run: `killSignal`, after `killAfter` SIGKILL, then proof that nothing is left.
   * Resolves with the result. Never rejects. `reason` becomes `result.reason`.
   *
   * @example
   * const { outcome, reason } = await run("sleep", ["60"]).cancel("no longer needed");
   * assert.equal(outcome, "cancelled");
   * assert.equal(reason, "no longer needed");
   */
  cancel(reason?: unknown): Promise<Result<T>>;
  /** Moves the time limit by this much. Throws `bad_duration` unless it is above 0. */
  extend(by: Duration): void;
  /**
   * The lines of a stream (default stdout) as they come, or of both. Never throws for what the
   * command does. Leaving the loop cancels the run. A line longer than 1 MiB comes in pieces. A
   * stream that the library does not read (ignored, inherited, in a file only) is `bad_option`.
   * Called in the same turn as `run`, it has all lines; later, a line marks where `keepOutput` has
   * left something out, as in the text.
   *
   * @example
   * const both = [];
   * for await (const line of run("sh", ["-c", "echo a; echo b >&2"]).lines("all")) both.push(line);
   * assert.deepEqual(both.sort(), ["a", "b"]);
   */
  lines(from?: LineSource): AsyncIterable<string>;
  /** The result, but rejects with `command_failed` if it is not `ok`. */
  orThrow(): Promise<Result<T>>;
  /**
   * What was captured of stdout. Rejects with `command_failed` if the result is not `ok`, or if
   * something was omitted.
   *
   * @example
   * assert.equal(await run("echo", ["hi"]).text(), "hi");
   */
  text(): Promise<string>;
  /**
   * The same, parsed as JSON. Rejects with a SyntaxError if it is not JSON.
   *
   * @example
   * assert.deepEqual(await run("echo", ['{"a":1}']).json(), { a: 1 });
   */
  json<J = unknown>(): Promise<J>;
  /**
   * The output that is kept so far. While a run with `keepOutput` goes on, it has at most 32 KiB of
   * the tail of a captured stream; `omitted` counts the bytes between head and tail.
   *
   * @example
   * await using build = run("sh", ["-c", "seq 9; sleep 60"], { keepOutput: { head: 4, tail: 4 } });
   * while ((await build.output()).omitted.stdout === 0) await new Promise(setImmediate);
   * assert.equal((await build.output()).stdout, "1\n2\n[... 10 bytes omitted ...]\n8\n9");
   */
  output(): Promise<OutputSoFar<T>>;
  /**
   * Runs another command whose stdin is this one's stdout. Both are supervised. When the other one
   * ends, this one is cancelled, unless something else gets its stdout, too: another `pipe()`,
   * `lines()`, a function or a file. The result is the other one's, and so is `ok`; `piped` has the
   * results of the earlier ones, which capture no stdout any more. After `stdout: "pipe"` it is
   * `bad_option`. What `keepOutput` has left out before is marked as it is for `lines()`.
   *
   * @example
   * const sorted = run("printf", ["b\na\n"]).pipe("sort");
   * assert.equal(await sorted.text(), "a\nb");
   */
  pipe(command: string | URL, args?: readonly string[], options?: Options<"utf8">): Run;
  /**
   * The processes of the run as they are now, and what each waits for. There are none after the
   * run, or if nothing was started. Rejects with `unsupported` where curfew's program is missing or
   * cannot read /proc, and with `resource` if it does not answer within 10 s.
   *
   * @example
   * await using asking = run("sh", ["-c", "sleep 60"]);
   * await asking.started;
   * const { processes, waitingForInput } = await asking.inspect();
   * assert.equal(processes[0]?.pid, asking.pid);
   * assert.equal(waitingForInput, false);
   */
  inspect(): Promise<TreeNow>;
  /**
   * Gives the command's terminal another size: the kernel then sends SIGWINCH to the foreground
   * process group. Throws `bad_option` without `pty`, or if a number is not from 1 to 65535.
   *
   * @example
   * const shell = run("sh", ["-c", "read line; stty size"], { pty: true, stdin: "pipe" });
   * shell.resize(100, 30);
   * await shell.stdin?.getWriter().write(new TextEncoder().encode("go on\n"));
   * assert.match((await shell).stdout, /30 100/);
   */
  resize(columns: number, rows: number): void;
}
