// The options of a call beside others that are given with it.
import { badOption, checkOptions } from "../options/check.ts";
import type { Options } from "../options/options.ts";

/** What stdin of the defaults means nothing beside, if a call gives one of these. */
const STDIN: readonly (keyof Options)[] = ["stdin", "input", "stdio"];
const OUTPUTS: readonly (keyof Options)[] = ["stdout", "stderr", "stdio"];

/** A call's options over the defaults. */
export function merged(defaults: Options, options: Options): Options {
  checkOptions(options);
  const given = (names: readonly (keyof Options)[]) =>
    names.some((name) => options[name] !== undefined);
  const base: Options = { ...defaults };
  if (given(STDIN)) for (const name of STDIN) delete base[name];
  if (given(OUTPUTS)) delete base.stdio;
  const all: Options = { ...base };
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) Object.assign(all, { [name]: value });
  }
  if (all.stdio !== undefined) for (const name of ["stdout", "stderr"] as const) delete all[name];
  if (defaults.env === undefined || options.env === undefined) return all;
  return { ...all, env: { ...defaults.env, ...options.env } };
}

/** The stdin of a pipe's next command is the pipe. */
export function requireNoStdin(options: Options): void {
  for (const name of STDIN) {
    if (options[name] !== undefined) throw badOption(name, "stdin is the pipe");
  }
}
