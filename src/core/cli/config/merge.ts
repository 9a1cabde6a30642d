// Which settings hold: those of a profile before the user's, those before the system's.
import type { UsageError } from "../../spec/error.ts";
import { usageError } from "../../spec/error.ts";
import type { Env } from "../../values/locale.ts";
import { nearest } from "../../values/nearest.ts";
import { isIdle } from "../options/init.ts";
import type { Names } from "../options/option.ts";
import { nameOf } from "../options/scan.ts";
import { builtInProfiles } from "./built-in.ts";
import type { Configured, SettableOption } from "./options.ts";
import type { EffectiveSetting, Settings } from "./settings.ts";
import { isFlaw, readSettings } from "./settings.ts";
import type { Flaw } from "./toml.ts";

/** A file that was read. */
export type ConfigFile = { readonly path: string; readonly text: string };

/** A file that was refused, and why. */
export type FileFlaw = Flaw & { readonly kind: "config-flaw"; readonly file: string };

/**
 * What holds besides the command line, by the names of the options. `files`: the later ones win.
 */
export function effectiveSettings(
  files: readonly ConfigFile[],
  profile: string | undefined,
  env: Env,
): ReadonlyMap<string, EffectiveSetting> | FileFlaw | UsageError {
  const read: (Settings & { readonly file: string })[] = [];
  for (const { path, text } of files) {
    const settings = readSettings(text, env);
    if (isFlaw(settings)) return { kind: "config-flaw", file: path, ...settings };
    read.push({ ...settings, file: path });
  }
  const effective = new Map<string, EffectiveSetting>();
  // What is set again moves behind the others, because two options may set one field.
  const hold = (setting: EffectiveSetting) => {
    for (const [key, { option }] of effective) {
      if (setting.isOn && isReplaced(option, setting.option)) effective.delete(key);
    }
    effective.delete(setting.option.key);
    effective.set(setting.option.key, setting);
  };
  for (const { defaults, file } of read) for (const one of defaults) hold({ ...one, file });
  if (profile === undefined) return effective;
  const chosen = read.findLast(({ profiles }) => profiles.has(profile));
  const builtIn = builtInProfiles();
  const own = chosen?.profiles.get(profile)?.map((one) => ({ ...one, file: chosen.file }));
  const settings: readonly EffectiveSetting[] | undefined = own ?? builtIn.get(profile);
  if (settings === undefined) {
    const names = [...read.flatMap(({ profiles }) => [...profiles.keys()]), ...builtIn.keys()];
    return unknownProfile(profile, [...new Set(names)]);
  }
  for (const one of settings) hold({ ...one, profile });
  return effective;
}

/** Whether an option sets the field of another one, wherever that one is an option. */
function isReplaced(one: SettableOption, by: SettableOption): boolean {
  return one.row.key === by.row.key && one.subcommands.every((it) => by.subcommands.includes(it));
}

function unknownProfile(given: string, names: readonly string[]): UsageError {
  const near = nearest(given, names).filter((name) => /^[\w-]+$/.test(name));
  const shown = names.filter((name) => /^[\w-]+$/.test(name)).slice(0, MOST_NAMES);
  return usageError("unknown_choice", {
    ...{ part: "--profile NAME", given, expected: `a profile such as ${shown.join(", ")}` },
    ...(near.length > 0 && { meant: near.join(" or ") }),
  });
}

/** The most profiles that a line names. */
const MOST_NAMES = 8;

/**
 * The settings as words of a command line, for a subcommand that has the options. `given`: those of
 * the command line, whose lists replace a configuration's.
 */
export function wordsOf(
  effective: ReadonlyMap<string, EffectiveSetting>,
  subcommand: Configured,
  given: readonly Names[],
): readonly string[] {
  const names = new Set(given.map(nameOf));
  const set = [...effective.values()].filter(({ option, isOn, values }) => {
    const isSet = isOn && (values.length > 0 || !("repeats" in option.row));
    return isSet && option.subcommands.includes(subcommand);
  });
  const beside = new Set([...names, ...set.map(({ option }) => nameOf(option.row))]);
  return set.flatMap(({ option: { row }, values }) => {
    const name = nameOf(row);
    if ("repeats" in row && names.has(name)) return [];
    // A mistake on the command line; in a file, it is for the runs that have the other option.
    if (isIdle(row, beside)) return [];
    return values.length === 0 ? [name] : values.map((value) => `${name}=${value}`);
  });
}
