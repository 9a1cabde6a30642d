/** What is wrong with a command line. */
export type UsageCode =
  | "unknown_command"
  | "unknown_option"
  | "ambiguous_option"
  | "missing_value"
  | "unexpected_value"
  | "missing_operand"
  | "missing_option"
  | "conflicting_option"
  | "extra_operand"
  | "bad_duration"
  | "bad_size"
  | "bad_number"
  | "bad_output"
  | "bad_path"
  | "bad_time"
  | "bad_pattern"
  | "bad_address"
  | "bad_pid"
  | "unknown_choice"
  | "unknown_signal"
  | "set_user_id";

/** Why a command could not be started. */
export type SpawnCode =
  | "not_found"
  | "not_executable"
  | "resource"
  | "not_confined"
  /** There is no terminal for the command. */
  | "no_pty"
  /** The working directory that was asked for could not be entered. */
  | "bad_cwd"
  /** curfew's parent had exited before. */
  | "caller_gone";

/** A mistake in a command line: which part, what was given, what would be accepted. */
export type UsageError = {
  readonly kind: "usage";
  readonly code: UsageCode;
  /** The option or operand as the manual names it. */
  readonly part: string;
  readonly given: string | undefined;
  readonly expected: string;
  /** The options that the given one may be an abbreviation or a misspelling of. */
  readonly choices?: readonly string[];
  /** What was probably meant, on one line, where that is more than an option's name. */
  readonly meant?: string;
};

/** Why the command could not be started. `errno`: the name of the kernel's error number. */
export type SpawnError = {
  readonly kind: "spawn";
  readonly code: SpawnCode;
  readonly command: string;
  readonly errno: string;
  /** What the kernel refused, if not the command itself: a containment, a limit; or what it is. */
  readonly detail?: string;
  /** The interpreter that the command names, where that does not exist. */
  readonly interpreter?: string;
};

/** A usage error from its parts. */
export function usageError(code: UsageCode, parts: Omit<UsageError, "kind" | "code">): UsageError {
  return { kind: "usage", code, ...parts };
}
