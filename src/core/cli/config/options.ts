// The options that a configuration may set, under the names that they have there.
import { INIT_DEFAULTS, RUN_DEFAULTS, TIMEOUT_DEFAULTS } from "../../spec/defaults.ts";
import type { Fields } from "../../spec/spec.ts";
import { INIT_OPTIONS } from "../options/init.ts";
import type { Option, PrintOption } from "../options/option.ts";
import { RUN_OPTIONS, TIMEOUT_OPTIONS } from "../options/options.ts";
import { nameOf } from "../options/scan.ts";

/** The subcommands that a configuration is for. */
export type Configured = "run" | "init" | "timeout";

/** An option that a configuration may set. */
export type SettableOption = {
  /** In snake_case. */
  readonly key: string;
  /** Its row in the table of the first of `subcommands`. */
  readonly row: Exclude<Option<Fields>, PrintOption>;
  /** What holds there without it. */
  readonly defaults: Fields;
  readonly subcommands: readonly Configured[];
};

type OptionsOf = readonly [Configured, readonly Option<Fields>[], Fields];

/** All of them, those of `run` first. Made only when a configuration is read. */
export function settableOptions(): ReadonlyMap<string, SettableOption> {
  const tables: readonly OptionsOf[] = [
    ["run", RUN_OPTIONS, RUN_DEFAULTS],
    ["init", INIT_OPTIONS, INIT_DEFAULTS],
    ["timeout", TIMEOUT_OPTIONS, TIMEOUT_DEFAULTS],
  ];
  const found = new Map<string, SettableOption>();
  for (const [subcommand, options, defaults] of tables) {
    for (const row of options) {
      if (row.kind === "print" || row.heading === "Configuration") continue;
      const key = keyOf(nameOf(row));
      const known = found.get(key);
      const subcommands = [...(known?.subcommands ?? []), subcommand];
      found.set(key, known ? { ...known, subcommands } : { key, row, defaults, subcommands });
    }
  }
  return found;
}

/** The name of an option in a configuration. */
export function keyOf(name: string): string {
  return name.replace(/^--/, "").replaceAll("-", "_");
}
