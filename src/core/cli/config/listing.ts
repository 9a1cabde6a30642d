// What `curfew config` prints: every option, what it is, and where that was set.

import { DISTRUST } from "../../messages/config-sentence.ts";
import type { Distrust } from "../../spec/trusted-file.ts";
import { errnoText } from "../../values/errno.ts";
import { jsonText, quote } from "../../values/quote.ts";
import type { SettableOption } from "./options.ts";
import { settableOptions } from "./options.ts";
import type { EffectiveSetting } from "./settings.ts";

/** What became of a file. */
export type FileState = {
  readonly path: string;
  readonly state: "read" | "absent" | Distrust | { readonly errno: string };
};

export type Listing = {
  readonly files: readonly FileState[];
  readonly profile: string | undefined;
  readonly effective: ReadonlyMap<string, EffectiveSetting>;
};

/** The text: TOML that could be a configuration file, with the sources behind the values. */
export function formatConfigText({ files, profile, effective }: Listing, utf8: boolean): string {
  const heads = files.map((file) => `# ${quote(file.path, utf8)}: ${stateText(file)}\n`);
  const chosen = profile === undefined ? [] : [`# profile ${quote(profile, utf8)}\n`];
  const lines = [...settableOptions().values()].map((option): string => {
    const one = effective.get(option.key);
    const assigned = `${option.key} = ${tomlOf(option, one)}`;
    const shown = hasValue(option, one) ? assigned : `# ${assigned}`;
    return `${shown.padEnd(SOURCE_AT)}  # ${sourceText(one, utf8)}${only(option)}\n`;
  });
  return [...heads, ...chosen, "[defaults]\n", ...lines].join("");
}

/** The column of the source. */
const SOURCE_AT = 34;

function only({ subcommands }: SettableOption): string {
  return subcommands.includes("run") ? "" : `; only ${subcommands.join(" and ")}`;
}

function sourceText(effective: EffectiveSetting | undefined, utf8: boolean): string {
  if (effective === undefined) return "built in";
  const { file, position, profile } = effective;
  const by = profile === undefined ? "" : `, profile ${quote(profile, utf8)}`;
  return file === undefined ? `built in${by}` : `${quote(file, utf8)}:${position?.line}${by}`;
}

function stateText({ state }: FileState): string {
  if (typeof state === "object") return `cannot be read: ${errnoText(state.errno)}`;
  if (state === "read") return "read";
  return state === "absent" ? "not there" : `ignored: ${DISTRUST[state]}`;
}

/** The same as JSON, on one line. */
export function formatConfigJson({ files, profile, effective }: Listing): string {
  const options = [...settableOptions().values()].map((option) => {
    const one = effective.get(option.key);
    const { file = null, position = null, profile: by = null } = one ?? {};
    return {
      ...{ option: option.key, subcommands: option.subcommands },
      value: hasValue(option, one) ? (JSON.parse(tomlOf(option, one)) as unknown) : null,
      ...{ file, line: position?.line ?? null, column: position?.column ?? null, profile: by },
    };
  });
  const shown = files.map((file) => ({ path: file.path, state: stateWord(file) }));
  return `${jsonText({ files: shown, profile: profile ?? null, options })}\n`;
}

function stateWord({ state }: FileState): string {
  return typeof state === "object" ? state.errno : state;
}

/** Whether a file could hold what holds: an option that is not set may have no such value. */
function hasValue(
  { row, defaults }: SettableOption,
  effective: EffectiveSetting | undefined,
): boolean {
  if (effective !== undefined || !("metavar" in row) || row.kind === "optional") return true;
  if ("repeats" in row) return true;
  const [text] = row.format(defaults);
  return text !== undefined && row.parse(text, NO_VARIABLES, defaults) !== undefined;
}

const NO_VARIABLES = () => undefined;

/** A value as both TOML and JSON have it; in words where there is none. */
function tomlOf(option: SettableOption, effective: EffectiveSetting | undefined): string {
  const { row, defaults } = option;
  const isList = "repeats" in row;
  if (effective !== undefined) return writtenValue(effective.isOn, effective.values, isList);
  if (!("metavar" in row) || row.kind === "optional") return "false";
  if (!hasValue(option, effective)) return row.usually ?? row.unset ?? "none";
  return writtenValue(true, row.format(defaults), isList);
}

function writtenValue(isOn: boolean, values: readonly string[], isList: boolean): string {
  const written = values.map((value) => jsonText(value.toWellFormed()));
  if (isList) return `[${written.join(", ")}]`;
  return written[0] ?? String(isOn);
}
