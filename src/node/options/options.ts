// The options of a run, as a caller writes them. src/node/options/table.ts has a row for each.

/**
 * A span of time: a number of milliseconds, or a string with a unit such as `"1.5s"`, `"500ms"`,
 * `"2h"`. `0` and `"inf"` mean "no limit". A string without a unit is `bad_duration`.
 */
export type Duration = number | `${number}${"us" | "ms" | "s" | "m" | "h" | "d"}` | "inf";

/**
 * An amount of bytes: a whole number, or a string such as `"512K"`, `"1M"`, `"2GB"`. K, M, G, T are
 * powers of 1024, and so are KiB, MiB, GiB, TiB; KB, MB, GB, TB are powers of 1000.
 */
export type Size = number | `${number}${SizeUnit}`;
type SizeUnit = Power | `${Power}B` | `${Power}iB`;
type Power = "K" | "M" | "G" | "T";

/** A signal, by name such as `"SIGTERM"` or by number. */
export type Signal = NodeJS.Signals | number;

/**
 * Where the command's stdin comes from. A string is a mode, never data (`input` is for data):
 * `"ignore"` (nothing, the default), `"inherit"` (Node's own), `"pipe"` (`run.stdin`). Bytes and
 * iterables are written to the command; an object names a file or an open descriptor.
 */
export type Input =
  | "ignore"
  | "inherit"
  | "pipe"
  | Uint8Array
  | (Iterable<string | Uint8Array> & object)
  | AsyncIterable<string | Uint8Array>
  | { readonly file: string | URL }
  | { readonly fd: number };

/**
 * Where an output stream goes: `"capture"` (into the result, the default), `"ignore"`, `"inherit"`
 * (Node's own), `"pipe"` (`run.stdout`, a Web stream: the command waits while it is not read), a
 * file, an open descriptor, or a function that is called with each chunk. If the function returns a
 * promise, the next chunk waits for it; after the end of the run each such promise is waited for at
 * most `pipeDrain`, so a function may itself wait for the run. If the function throws, or a file
 * among several receivers cannot be written, the run is cancelled and rejects with that error.
 */
export type Output =
  | "capture"
  | "ignore"
  | "inherit"
  | "pipe"
  | { readonly file: string | URL; readonly append?: boolean }
  | { readonly fd: number }
  | ((chunk: Uint8Array) => unknown);

/** Something that happened in a run: a line of `--events` (docs/report.md) in camelCase. */
export interface RunEvent {
  /** The word, such as `spawned`, `deadline`, `exited`. */
  readonly event: string;
  /** Milliseconds since the start of the run. */
  readonly atMs: number;
  readonly [key: string]: unknown;
}

/** What `run.ready` waits for. */
export type Ready =
  /**
   * The port accepts connections on 127.0.0.1 or ::1, and no process outside of the run that Node
   * can see listens on it.
   */
  | { readonly port: number }
  /** The address answers with any status below 500. */
  | { readonly url: string | URL }
  /** Stdout or stderr has a match. */
  | { readonly output: RegExp }
  /** The path exists. A relative one counts from `cwd`. */
  | { readonly path: string | URL };

/**
 * The options of `run`. An unknown one is `bad_option`, and the error names the nearest.
 *
 * @example
 * const result = await run("sh", ["-c", "echo $GREETING"], {
 *   env: { GREETING: "hello" },
 *   timeout: "10s",
 *   keepOutput: "1M",
 * });
 * assert.equal(result.stdout, "hello");
 */
export interface Options<E extends "utf8" | "buffer" = "utf8" | "buffer"> {
  /**
   * The run ends as `timed_out` after this time. A Date becomes a duration once, at the call: the
   * clock may be set later. Default: no limit; 0 also means no limit.
   */
  timeout?: Duration | Date | undefined;
  /** The run ends as `idle_timed_out` after this time without output. Default: no limit. */
  idleTimeout?: Duration | undefined;
  /**
   * From the first signal to SIGKILL. Default 5s; 0 is `bad_duration`. `"inf"`: curfew never kills
   * the command itself; leftovers of a command that has exited still get SIGKILL after 5s.
   */
  killAfter?: Duration | undefined;
  /** What `run.ready` waits for. Default: the start of the command. */
  ready?: Ready | undefined;
  /** How long `run.ready` waits; then it rejects, and the run goes on. Default 60s. */
  readyTimeout?: Duration | undefined;
  /**
   * Gives the command a terminal of its own: 80 columns wide and 24 rows high if true. The result
   * has stdout and stderr together as `stdout`, with lines that end with `\r\n`. The terminal takes
   * what you write to `stdin` as typed: it echoes it, and `"\x03"` is Ctrl-C. Default false.
   */
  pty?: boolean | { readonly columns: number; readonly rows: number } | undefined;
  /**
   * Terminates the run when the last writer of the command's stdin is gone, for servers that talk
   * to their client over stdin. From then on, the command has the time of `killAfter` to exit; it
   * gets the first signal at half of this time. The outcome is `cancelled`, and `result.reason` is
   * `"stdin"`. It needs curfew's program, and a stdin that is a pipe, a socket or a terminal.
   * Default false.
   */
  endWithStdin?: boolean | undefined;
  /** The first signal of every end. Default `"SIGTERM"`. */
  killSignal?: Signal | undefined;
  /**
   * An AbortSignal; aborting it cancels the run. If it is aborted before the start, nothing is
   * started. (`result.signal` is a kill signal.)
   */
  signal?: AbortSignal | undefined;
  /** Limit of the processor time of each process (`cpu_limit`). Default: no limit. */
  cpuLimit?: Duration | undefined;
  /** Limit of the tree's memory in a cgroup, else of each data segment. Default: no limit. */
  memLimit?: Size | undefined;
  /** The most processes and threads of the tree; needs a cgroup. Default: no limit. */
  processLimit?: number | undefined;
  /** More bytes of stdout and stderr together end the run (`output_limit`). Default: no limit. */
  maxOutput?: Size | undefined;
  /**
   * What stays in memory of each captured stream: a size (half of it from the beginning, half from
   * the end), or both. It never ends the run. In text a line `[... N bytes omitted ...]` stands
   * where bytes are missing. Default: 100M from the beginning, and more makes `ok` false.
   */
  keepOutput?: Size | { readonly head: Size; readonly tail: Size } | undefined;
  /** What curfew does with processes that the command leaves behind. Default `"kill"`. */
  leftovers?: "kill" | "leave" | "wait" | "fail" | undefined;
  /** Patterns of command lines: leftovers that match stay when the command exits by itself. */
  spare?: string | readonly string[] | undefined;
  /** What happens when a signal suspends the command. Default `"report"`. */
  onStop?: "ignore" | "report" | "continue" | "kill" | undefined;
  /** What tracks the tree. If it cannot be had: `not_confined`. Default `"auto"`. */
  containment?: "auto" | "cgroup" | "pidns" | "subreaper" | "group" | "child" | undefined;
  /** Run the command in a new session, without the terminal. Default false. */
  newSession?: boolean | undefined;
  /**
   * How long curfew reads a pipe that a process still holds after the end, and how long each call
   * of a function for `stdout` or `stderr` is waited for then. Default 500ms; 0: do neither.
   */
  pipeDrain?: Duration | undefined;
  /** The folder of the command. Default: Node's at the time of the call. */
  cwd?: string | URL | undefined;
  /** Variables for the command; `undefined` removes one. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Whether `env` is added to Node's environment, or is all of it. Default true. */
  extendEnv?: boolean | undefined;
  /** Look in `node_modules/.bin` first, of `cwd` or this folder, and its parents. Default false. */
  preferLocal?: boolean | string | URL | undefined;
  /** Data for stdin. Together with `stdin`: `bad_option`. */
  input?: string | Uint8Array | undefined;
  /** Default `"ignore"`. */
  stdin?: Input | undefined;
  /** One receiver, or an array of receivers that each get every byte. Default `"capture"`. */
  stdout?: Output | readonly Output[] | undefined;
  /** The same; `"stdout"`: into the same pipe, so that the order is the true one. */
  stderr?: Output | readonly Output[] | "stdout" | undefined;
  /** Short for the three: a mode for all, or an array of three. */
  stdio?:
    | "ignore"
    | "inherit"
    | "pipe"
    | readonly [
        stdin: Input | undefined,
        stdout: Output | readonly Output[] | undefined,
        stderr: Output | readonly Output[] | "stdout" | undefined,
      ]
    | undefined;
  /** `"buffer"`: output as `Uint8Array`. Default `"utf8"`: bad bytes become U+FFFD. */
  encoding?: E | undefined;
  /** Whether one newline at the end of captured text is taken off. Default true. */
  stripFinalNewline?: boolean | undefined;
  /** Called with each event. If it throws, the run is cancelled and rejects with that error. */
  onEvent?: ((event: RunEvent) => void) | undefined;
  /**
   * What runs the command: `"binary"` insists on curfew's own program, `"portable"` on the
   * portable host, inside of Node. Default `"auto"`: the program where it is installed.
   */
  backend?: "auto" | "binary" | "portable" | undefined;
  /** Whether the promise rejects with `command_failed` if `ok` is false. Default false. */
  throws?: boolean | undefined;
}
