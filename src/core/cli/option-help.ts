// Options as help and documents list them: how each is written, what it does, its default.
import type { Row } from "./layout.ts";
import { columns } from "./layout.ts";
import type { Heading, Option } from "./options/option.ts";
import { HEADINGS } from "./options/option.ts";

/** How an option is written: short form, long form, value. */
export function optionUse<F>(option: Option<F>): string {
  const { long, short } = option;
  const metavar = "metavar" in option ? option.metavar : "";
  if (long === undefined) return `${short} ${metavar}`.trimEnd();
  const use = metavar === "" ? long : `${long}${attached(option)}`;
  return short === undefined ? `    ${use}` : `${short}, ${use}`;
}

function attached<F>(option: Option<F>): string {
  const metavar = "metavar" in option ? option.metavar : "";
  return option.kind === "optional" ? `[=${metavar}]` : `=${metavar}`;
}

/** What holds without the option, in words; undefined for a flag, which is off. */
export function defaultOf<F>(option: Option<F>, defaults: F): string | undefined {
  if (option.usually !== undefined) return option.usually;
  if (option.kind !== "value" && option.kind !== "optional") return undefined;
  const unset = option.unset ?? "none";
  const field = defaults[option.key];
  // 0 and false are values that limit nothing, and switch nothing on.
  if (field === undefined || !field) return unset;
  const text = option
    .format(defaults)
    .join(", ")
    .replace(/\bSIG(?=[A-Z])/g, "");
  return text === "" ? unset : text;
}

/** What an option does, with its default. */
export function optionHelp<F>(option: Option<F>, defaults: F): string {
  const usual = defaultOf(option, defaults);
  return usual === undefined ? option.help : `${option.help} (default: ${usual})`;
}

/** The left column of options: as wide in every section. */
const LEFT = 25;

/** The options as two columns. */
export function optionColumns<F>(rows: readonly Option<F>[], defaults: F, width: number): string {
  const shown = rows.map((row): Row => [optionUse(row), optionHelp(row, defaults)]);
  return columns(shown, width, LEFT);
}

/** The options under their headings. */
export function optionSections<F>(rows: readonly Option<F>[], defaults: F, width: number): string {
  return grouped(rows)
    .map(([heading, own]) => `${heading}:\n${optionColumns(own, defaults, width)}`)
    .join("\n\n");
}

/** The options by heading, in the order of the headings. */
export function grouped<F>(
  rows: readonly Option<F>[],
): readonly (readonly [heading: Heading, rows: readonly Option<F>[]])[] {
  return HEADINGS.flatMap((heading) => {
    const own = rows.filter((row) => (row.heading ?? "General") === heading);
    return own.length === 0 ? [] : [[heading, own] as const];
  });
}
