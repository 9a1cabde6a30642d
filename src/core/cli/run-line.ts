// The command line of `run`. It stands apart from the others, because the Node library needs no
// other's tables.
import { RUN_DEFAULTS } from "../spec/defaults.ts";
import type { Fields, Spec } from "../spec/spec.ts";
import type { Env } from "../values/locale.ts";
import type { CommandLine, Request } from "./options/command-line.ts";
import { parseCommand } from "./options/command-line.ts";
import { RUN_OPTIONS } from "./options/options.ts";
import { PROGRAM_OPTIONS } from "./options/program.ts";
import { formatOptions } from "./options/scan.ts";

export const RUN: CommandLine<Fields> = {
  options: RUN_OPTIONS,
  unlisted: PROGRAM_OPTIONS,
  defaults: RUN_DEFAULTS,
  readsDeadline: true,
  resolve: (fields) => fields,
};

/** Parses `[OPTION]... [--] COMMAND [ARG]...` of `run`. */
export function parseRun(words: readonly string[], env: Env): Request {
  return parseCommand(RUN, words, env);
}

/** The words that `parseRun` reads as this spec again, without defaults. */
export function formatRun(spec: Spec): readonly string[] {
  return [...formatOptions(RUN, spec), "--", ...spec.command];
}
