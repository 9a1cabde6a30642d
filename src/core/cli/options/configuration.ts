import type { Fields } from "../../spec/spec.ts";
import type { Option } from "./option.ts";
import { flag, value } from "./option.ts";
import type { Value } from "./values.ts";
import { PATH } from "./values.ts";

/** The fields that these options set. */
export type ConfigurationFields = Pick<Fields, "config" | "profile" | "noConfig">;

const FILE: Value<string | undefined> = {
  ...PATH,
  metavar: "FILE",
  expected: "a file",
  format: (path) => path ?? "",
};

const PROFILE: Value<string | undefined> = {
  metavar: "NAME",
  code: "unknown_choice",
  expected: "the name of a profile, such as agent",
  choices: ["agent"],
  parse: (text) => text || undefined,
  format: (name) => name ?? "",
};

/** The options about what other options are taken from. `usually`: the files that are read. */
export function configurationOptions<F extends ConfigurationFields>(
  usually: string,
): readonly Option<F>[] {
  const rows: readonly Option<ConfigurationFields>[] = [
    value({
      long: "--config",
      heading: "Configuration",
      key: "config",
      takes: FILE,
      help: "take options from this file, and from no other",
      usually,
    }),
    value({
      long: "--profile",
      heading: "Configuration",
      key: "profile",
      takes: PROFILE,
      help: "take options from this profile of the configuration",
    }),
    flag({
      long: "--no-config",
      heading: "Configuration",
      key: "noConfig",
      value: true,
      help: "read no configuration file",
    }),
  ];
  // A row reads and writes no other field.
  return rows as readonly Option<Pick<F, keyof F>>[] as readonly Option<F>[];
}
