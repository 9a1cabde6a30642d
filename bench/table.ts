// From figures to text, for a terminal and for Markdown.
import { type AllFigures, NAMES, type Name } from "./figures.ts";
import { ROWS, type Row } from "./rows.ts";

const NOTHING = "-";

/** Lines of cells; the first line and the first column are headings. */
export type Grid = readonly (readonly string[])[];

export function grid(all: AllFigures): Grid {
  const names = NAMES.filter((name) => all.has(name));
  const figure = (row: Row, name: Name) => {
    const of = all.get(name);
    return of && row.figure(of, all);
  };
  // A table of a part only has no rows of dashes.
  const rows = ROWS.filter((row) => names.some((name) => figure(row, name) !== undefined));
  const lines = rows.map((row) => [
    row.title,
    ...names.map((name) => show(figure(row, name), row.decimals)),
    verdict(row, all),
  ]);
  return [["", ...names, "budget"], ...lines];
}

/**
 * The budget of a row and whether it was kept; empty where there is no budget or no program to
 * compare with.
 */
export function verdict({ figure, budget, decimals }: Row, all: AllFigures): string {
  const measured = (budget?.of ?? []).flatMap((name) => {
    const of = all.get(name);
    return (of && figure(of, all)) ?? [];
  });
  const limit = budget?.atMost(all);
  if (measured.length === 0 || limit === undefined) return "";
  const isKept = measured.every((one) => one <= limit);
  return `<= ${show(limit, decimals)} ${isKept ? "pass" : "miss"}`;
}

function show(figure: number | undefined, decimals: number): string {
  return figure === undefined ? NOTHING : figure.toFixed(decimals);
}

/** Headings to the left, figures to the right. */
export function formatText(lines: Grid): string {
  const widths = (lines[0] ?? []).map((_, column) => {
    return Math.max(...lines.map((line) => line[column]?.length ?? 0));
  });
  const cell = (text: string, column: number): string => {
    const width = widths[column] ?? 0;
    return column === 0 ? text.padEnd(width) : text.padStart(width);
  };
  return lines.map((line) => `${line.map(cell).join("  ").trimEnd()}\n`).join("");
}

export function formatMarkdown([heading = [], ...lines]: Grid): string {
  const rule = heading.map((_, column) => (column === 0 ? "---" : "--:"));
  return [heading, rule, ...lines].map((line) => `| ${line.join(" | ")} |\n`).join("");
}

/** A document with another table in a marked part; undefined where it has no such part. */
export function withTable(document: string, part: string, table: string): string | undefined {
  const section = new RegExp(`(<!-- ${part} -->\n)[\\s\\S]*(<!-- /${part} -->)`);
  if (!section.test(document)) return undefined;
  return document.replace(section, (_, start: string, end: string) => `${start}\n${table}\n${end}`);
}
