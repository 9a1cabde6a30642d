import { isMalformed } from "../../values/glob-tokens.ts";
import type { Value } from "./values.ts";

/** A pattern of paths. One that cannot mean what its user meant is refused. */
export const PATTERN: Value<string> = {
  metavar: "GLOB",
  code: "bad_pattern",
  expected: "a pattern such as *.log or build/**, with every [ and { closed",
  parse: (text) => (text === "" || isMalformed(text) ? undefined : text),
  format: (pattern) => pattern,
};

/** A pattern of a process's command line: the name of its program and its arguments. */
export const WORDS_PATTERN: Value<string> = {
  ...PATTERN,
  expected: "a pattern of a process's words such as 'git gc*', with every [ and { closed",
};
