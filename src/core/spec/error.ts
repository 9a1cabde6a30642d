/** What the user got wrong. The set is closed: programs may rely on it. */
export type UsageCode =
  | "unknown_command"
  | "unknown_option"
  | "ambiguous_option"
  | "missing_value"
  | "unexpected_value"
  | "missing_operand"
  | "missing_option"
  | "extra_operand"
  | "bad_duration"
  | "bad_size"
  | "bad_number"
  | "bad_place"
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
  /** The process that started us had ended before. */
  | "caller_gone";

/** A mistake of the user's: which part, what was given, what would be accepted. */
export type UsageError = {
  readonly kind: "usage";
  readonly code: UsageCode;
  /** The option or operand as the manual names it. */
  readonly part: string;
  readonly given: string | undefined;
  readonly expected: string;
  /** The names that an option may be short for, or a misspelling of. */
  readonly choices?: readonly string[];
};

/** The world's refusal to start the command. `errno` is the kernel's own word for it. */
export type SpawnError = {
  readonly kind: "spawn";
  readonly code: SpawnCode;
  readonly command: string;
  readonly errno: string;
  /** What was refused, where it is not the command itself: a containment or a limit. */
  readonly detail?: string;
  /** The command is there, and this file is not, by which the kernel would run it. */
  readonly interpreter?: string;
};

/** A usage error from its parts. */
export function usageError(code: UsageCode, parts: Omit<UsageError, "kind" | "code">): UsageError {
  return { kind: "usage", code, ...parts };
}
