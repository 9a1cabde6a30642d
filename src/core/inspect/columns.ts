// Text of a process in a limited number of columns. A text is cut before it is quoted: a quote that
// was opened is closed again, so what follows it cannot be taken for the text's own.
import { onOneLine, plainOrQuoted, quote } from "../values/quote.ts";

/** Stands where something was cut off. */
export const CUT = "...";

/** How many columns a terminal takes for a text without control characters, at most. */
export function widthOf(text: string): number {
  let width = 0;
  // From U+1100 on characters may take two columns; box drawing (U+2500 to U+257F) takes one.
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    width += point < 0x1100 || (point >= 0x2500 && point < 0x2580) ? 1 : 2;
  }
  return width;
}

/** The text in quotes, cut to a number of columns. */
export function quoteWithin(text: string, columns: number, utf8: boolean): string {
  return fit(text, columns, (part) => quote(part, utf8));
}

/** A word of a command line, cut to a number of columns. Of a path the end says more. */
export function wordWithin(word: string, columns: number, utf8: boolean): string {
  if (plainOrQuoted(word, utf8) !== word) return quoteWithin(word, columns, utf8);
  if (word.length <= columns) return word;
  const length = Math.max(0, columns - CUT.length);
  return PATH.test(word) ? `${CUT}${word.slice(-length)}` : `${word.slice(0, length)}${CUT}`;
}

const PATH = /^[\w./@~-]*\/[\w./@~-]*$/;

/** A text without quotes, cut to a number of columns. */
export function plainWithin(text: string, columns: number, utf8: boolean): string {
  return fit(text, columns, (part) => (utf8 ? onOneLine(part) : asciiOf(part)));
}

/** A path in quotes. What is cut is its beginning, because its end says more. */
export function pathWithin(path: string, columns: number, utf8: boolean): string {
  const shown = quote(path, utf8);
  if (widthOf(shown) <= columns) return shown;
  const all = [...path];
  const length = longest(Math.min(all.length, columns), (count) => {
    return widthOf(quote(all.slice(-count).join(""), utf8)) <= columns - CUT.length;
  });
  return `${CUT}${quote(all.slice(all.length - length).join(""), utf8)}`;
}

function asciiOf(text: string): string {
  return quote(text, false).slice(1, -1);
}

/** The longest beginning whose shown form has the columns. */
function fit(text: string, columns: number, show: (part: string) => string): string {
  // A character takes at least a column: what comes after that many need not be looked at.
  const all = [...text.slice(0, 2 * columns + 2)];
  const whole = all.length <= columns ? show(text) : undefined;
  if (whole !== undefined && widthOf(whole) <= columns) return whole;
  const length = longest(Math.min(all.length, columns), (count) => {
    return widthOf(show(all.slice(0, count).join(""))) <= columns - CUT.length;
  });
  return `${show(all.slice(0, length).join(""))}${CUT}`;
}

/** The largest number up to `most` that fits, where each smaller one fits as well. */
function longest(most: number, fits: (count: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** How many rows of a terminal whole lines of text take. `columns`: 0 if not known. */
export function rowsOf(text: string, columns: number): number {
  const lines = text.split("\n").slice(0, -1);
  if (columns <= 0) return lines.length;
  return lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
}

/**
 * The first lines of a text, as many as a terminal shows above the row of its cursor. What is left
 * out is counted. `rows`: 0 if not known.
 */
export function withinRows(text: string, columns: number, rows: number): string {
  if (rows <= 0 || rowsOf(text, columns) < rows) return text;
  const lines = text.split("\n").slice(0, -1);
  let [shown, used] = ["", 0];
  for (const [at, line] of lines.entries()) {
    used += rowsOf(`${line}\n`, columns);
    // One row is for the cursor, one for the line that counts.
    if (used > rows - 2) return `${shown}  ${CUT} ${lines.length - at} more lines\n`;
    shown += `${line}\n`;
  }
  return shown;
}
