// The completion files' own text is in packaging/completions; what the tables say is filled in.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, StepFailed } from "../steps.ts";

/** A file of packaging/completions with a text for each `@NAME@`. */
export function filled(file: string, parts: Readonly<Record<string, string>>): string {
  const template = readFileSync(join(ROOT, "packaging/completions", file), "utf8");
  return template.replace(/@([A-Z_]+)@/g, (_, name: string) => {
    const part = parts[name];
    if (part === undefined) throw new StepFailed(`nothing fills @${name}@ of ${file}`);
    return part;
  });
}

/** A line for each row. */
export function lines<Row>(
  rows: readonly Row[],
  lineOf: (row: Row) => string,
  between: string = "\n",
): string {
  return rows.map(lineOf).join(between);
}
