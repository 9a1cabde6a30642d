// How a configuration becomes a part of a request: its options stand before those of the command
// line, so that the latter win.
import type { UsageError } from "../../spec/error.ts";
import type { Env } from "../../values/locale.ts";
import type { Names } from "../options/option.ts";
import type { ConfigFile, FileFlaw } from "./merge.ts";
import { effectiveSettings, wordsOf } from "./merge.ts";
import type { Configured } from "./options.ts";

/**
 * The options of a configuration as words, or what is wrong with it. `given`: the options of the
 * command line.
 */
export function configuredWords(
  subcommand: Configured,
  given: readonly Names[],
  files: readonly ConfigFile[],
  profile: string | undefined,
  env: Env,
): readonly string[] | FileFlaw | UsageError {
  const effective = effectiveSettings(files, profile, env);
  return "kind" in effective ? effective : wordsOf(effective, subcommand, given);
}

/** A mistake that only the configuration's words make: the option stands in no command line. */
export function ofConfiguration(error: UsageError, words: readonly string[]): UsageError {
  const [name = ""] = error.part.split(" ");
  const isTheirs = words.some((word) => word === name || word.startsWith(`${name}=`));
  return isTheirs ? { ...error, part: `${error.part} of the configuration` } : error;
}
