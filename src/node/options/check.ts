// What is wrong with an option, thrown at once.
import { CurfewError } from "../result/result.ts";
import { refused, unknownOption } from "./misuse.ts";
import type { Options } from "./options.ts";
import { OPTION_TABLE } from "./table.ts";
import { isAbortSignal, isRecord, shown } from "./values.ts";

/** An error about an option, in words of its own. */
export function badOption(option: string, text: string): CurfewError {
  return new CurfewError("bad_option", `${option}: ${text}`, { option });
}

/** Throws at the first option that does not exist, comes later, or has a value of no right kind. */
export function checkOptions(options: unknown): asserts options is Options {
  if (!isRecord(options)) {
    throw new CurfewError("bad_option", `the options are ${shown(options)}, not an object`);
  }
  for (const name of Object.keys(options)) {
    if (!isOption(name)) throw unknownOption(name);
    const value = options[name];
    if (value !== undefined) checkOption(name, value);
  }
}

function checkOption(name: keyof Options, value: unknown): void {
  const row = OPTION_TABLE[name];
  // The texts of a flag are checked where they become words.
  const isRefused = row.kind === "flag" ? isAbortSignal(value) : !row.accepts(value);
  if (isRefused) throw refused(name, value);
}

export function isOption(name: string): name is keyof Options {
  return Object.hasOwn(OPTION_TABLE, name);
}
