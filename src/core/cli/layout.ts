// How the text of help is set: folded lines, and two columns.

/** What stands on the left and on the right of two columns. */
export type Row = readonly [left: string, right: string];

/** The width of help where neither COLUMNS nor a terminal says more. */
export const DEFAULT_WIDTH = 80;
const NARROWEST = 60;
const WIDEST = 200;

/** The width of help. `columns`: the variable COLUMNS; `terminal`: its width, 0 if not known. */
export function widthOf(columns: string | undefined, terminal: number): number {
  const asked = /^[1-9]\d{0,4}$/.test(columns ?? "") ? Number(columns) : terminal;
  return asked > 0 ? Math.min(WIDEST, Math.max(NARROWEST, asked)) : DEFAULT_WIDTH;
}

/** The lines of a text, broken at blanks; a longer word has a line to itself. */
export function fold(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && longer.length > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** Paragraphs, each of which is folded. Lines that begin with a blank stay as they are. */
export function paragraphs(width: number, ...texts: readonly string[]): string {
  return texts.flatMap((text) => (text.startsWith(" ") ? text : fold(text, width))).join("\n");
}

const INDENT = "  ";
const GAP = "  ";
/** The right column has most of the width: what is longer on the left has a line to itself. */
const LEFT_SHARE = 0.36;
const LEFT_MOST = 27;

/** Two columns. `leastWidth`: of the left one. */
export function columns(rows: readonly Row[], width: number, leastWidth: number): string {
  const most = Math.min(LEFT_MOST, Math.floor(width * LEFT_SHARE));
  const longest = Math.max(0, ...rows.map(([left]) => left.length));
  const room = Math.min(most, Math.max(leastWidth, longest));
  const before = INDENT.length + room + GAP.length;
  return rows
    .flatMap(([left, right]) => {
      const [first = "", ...others] = fold(right, width - before);
      const indented = others.map((line) => " ".repeat(before) + line);
      const begin = INDENT + left;
      if (left.length > room) return [begin, " ".repeat(before) + first, ...indented];
      return [(begin.padEnd(before) + first).trimEnd(), ...indented];
    })
    .join("\n");
}
