// What docs/library.md says of words that a program compares. The compiler finds a missing one.
import type { ErrorCode } from "../../src/node/result/result.ts";

const THROWN = "thrown by the call";
const MISSING = "`result.error`; `wrap` throws it, `prepare` and `killTree` reject with it";
const REFUSED = "thrown by the call; `inspect()` rejects with it";
const FAILED = "rejection; `runSync` throws it";

export type ErrorRow = {
  readonly where:
    | typeof THROWN
    | "`result.error`"
    | "rejection"
    | typeof MISSING
    | typeof REFUSED
    | typeof FAILED;
  readonly when: string;
  /** What to do about it. */
  readonly remedy: string;
};

export const ERROR_CODES: Readonly<Record<ErrorCode, ErrorRow>> = {
  bad_option: {
    where: THROWN,
    when: "an option does not exist, has a wrong value, or contradicts another option",
    remedy: "correct the option that `error.option` and the message name",
  },
  bad_command: {
    where: THROWN,
    when: "the command or an argument is not a string, or has a NUL or a lone surrogate in it",
    remedy: 'pass one string per argument: `run("ls", ["-l"])`',
  },
  bad_duration: {
    where: THROWN,
    when: "a time is not a number of milliseconds or a string with a unit, or is out of range",
    remedy:
      'write `"5s"`, `"500ms"` or a number; `killSignal: "SIGKILL"` instead of `killAfter: 0`',
  },
  bad_size: {
    where: THROWN,
    when: "an amount of bytes is not a whole number or a string with a unit",
    remedy: 'write `"512K"`, `"1M"` or a number',
  },
  unknown_signal: {
    where: THROWN,
    when: "a signal has a name that does not exist, or a number outside of 1 to 64",
    remedy: "use a name of signal(7)",
  },
  unknown_choice: {
    where: THROWN,
    when: "an option has a word that is not one of its words",
    remedy: "use a word that the message lists; data for stdin belongs into `input`",
  },
  unsupported: {
    where: REFUSED,
    when: "this version, or the way in which commands run here, does not have the option",
    remedy: "leave the option out; `backend` and the platform decide about `report.way`",
  },
  not_found: {
    where: "`result.error`",
    when: "the command is not in PATH, or its path does not exist",
    remedy: "check PATH in `env`, `cwd` and `preferLocal`; pass arguments as an array",
  },
  not_executable: {
    where: "`result.error`",
    when: "the command exists but cannot be executed, or its words and variables are too long",
    remedy: "check its permissions and its `#!` line; pass long data through `input` or a file",
  },
  bad_cwd: {
    where: "`result.error`",
    when: "the folder in `cwd` does not exist or cannot be entered",
    remedy: "create the folder, or correct `cwd`",
  },
  bad_file: {
    where: "`result.error`",
    when: "a `{file}` for a stream cannot be opened",
    remedy: "check the path and its permissions",
  },
  resource: {
    where: "`result.error`",
    when: "the kernel has no process, memory or descriptor left (`error.errno`)",
    remedy: "run fewer commands at a time; raise the limit",
  },
  not_confined: {
    where: "`result.error`",
    when:
      "`containment` or a limit cannot be had, or the real and the effective user or group " +
      "differ",
    remedy: "see `curfew doctor`; call `process.setgid()` and `process.setuid()` before",
  },
  no_binary: {
    where: MISSING,
    when: "curfew's program is missing, cannot be executed, or is of another version",
    remedy: "install without `--omit=optional`, or set CURFEW_BINARY",
  },
  supervisor_lost: {
    where: "`result.error`",
    when: "curfew's program was killed before it could report",
    remedy: "treat the run as failed; `treeGone` is null, because no report says it",
  },
  output_truncated: {
    where: "`result.error`",
    when: "a captured stream had more than 100M, and `keepOutput` was not given",
    remedy: "set `keepOutput`, or send the stream to a file or a function",
  },
  not_ready: {
    where: "rejection",
    when: "`run.ready`: `readyTimeout` passed, the command ended, or another program has the port",
    remedy: "look at `error.detail` and at the output; cancel the run",
  },
  command_failed: {
    where: FAILED,
    when: "`ok` is false with `throws`, `runOrThrow`, `orThrow()`, `text()`, `json()`, iteration",
    remedy: "look at `error.result`",
  },
};
