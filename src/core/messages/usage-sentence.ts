import type { UsageError } from "../spec/error.ts";
import { quote } from "../values/quote.ts";

/** What is wrong. The option or operand, the given text and what is expected are added to it. */
const USAGE: Readonly<Record<UsageError["code"], string>> = {
  unknown_command: "unknown command",
  unknown_option: "unknown option",
  ambiguous_option: "ambiguous option",
  missing_value: "missing value",
  unexpected_value: "unexpected value",
  missing_operand: "missing operand",
  missing_option: "no effect alone",
  conflicting_option: "cannot be combined",
  extra_operand: "extra operand",
  bad_duration: "invalid time interval",
  bad_size: "invalid size",
  bad_number: "invalid number",
  bad_output: "invalid output",
  bad_path: "invalid path",
  bad_time: "invalid time",
  bad_pattern: "invalid pattern",
  bad_address: "invalid address",
  bad_pid: "invalid PID",
  unknown_choice: "invalid choice",
  unknown_signal: "invalid signal",
  set_user_id: "refusing to run",
};

/** What is wrong with a command line, what was probably meant, or else what would work. */
export function usageSentence(error: UsageError, utf8: boolean): string {
  const { code, part, given, expected } = error;
  const what = given === undefined ? USAGE[code] : `${USAGE[code]} ${quote(given, utf8)}`;
  const meant = error.meant ?? meantOption(error);
  return `${part}: ${what}: ${meant === "" ? `expected ${expected}` : `did you mean ${meant}?`}`;
}

function meantOption({ code, choices = [] }: UsageError): string {
  return code === "unknown_option" ? choices.join(" or ") : "";
}
