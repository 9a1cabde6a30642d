// Options as words of `curfew run`, which the core's own parser reads: what is an error, a duration
// or a size here is what it is on the command line.

import type { Request } from "../../core/cli/options/command-line.ts";
import { parseRun } from "../../core/cli/run-line.ts";
import type { UsageError } from "../../core/spec/error.ts";
import type { Spec } from "../../core/spec/spec.ts";
import { CurfewError } from "../result/result.ts";
import { badOption, isOption, refused } from "./check.ts";
import type { Options } from "./options.ts";
import { OPTION_TABLE } from "./table.ts";
import { shown } from "./values.ts";

/** The words of the options that are the program's. */
export function wordsOf(options: Options): readonly string[] {
  const words: string[] = [];
  for (const name of Object.keys(options)) {
    if (!isOption(name)) continue;
    const row = OPTION_TABLE[name];
    const value = options[name];
    if (row.kind !== "flag" || value === undefined) continue;
    const texts = row.texts(value);
    if (texts === undefined) throw refused(name, value);
    for (const text of texts) words.push(`${row.flag}=${text}`);
  }
  if (options.newSession === true) words.push("--new-session");
  return words;
}

/** No variable of an environment changes what options mean. */
const NO_ENVIRONMENT = () => undefined;

/** What the core makes of the words. Throws what is wrong with them, by the library's names. */
export function specOf(
  words: readonly string[],
  command: readonly string[],
  options: Options,
): Spec {
  const request: Request = parseRun([...words, "--", ...command], NO_ENVIRONMENT);
  if (request.kind === "run") return request.spec;
  if (request.kind === "usage") throw usageErrorOf(request, options);
  throw badOption("options", `they ask for ${request.kind}`);
}

function usageErrorOf({ part, given, expected }: UsageError, options: Options): CurfewError {
  const [flag] = part.split(" ");
  for (const name of Object.keys(options)) {
    const row = isOption(name) ? OPTION_TABLE[name] : undefined;
    if (row?.kind !== "flag" || row.flag !== flag) continue;
    // The sentence of the table speaks of the library's words, the core's of flags.
    const value = options[name as keyof Options];
    const message = `${name}: ${shown(value)} is not ${row.expected}`;
    return new CurfewError(row.code, message, { option: name });
  }
  return new CurfewError("bad_option", `${part}: ${shown(given)} is not ${expected}`);
}
