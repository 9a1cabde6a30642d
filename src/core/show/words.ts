/**
 * A sentence in parts: words of curfew's own, and texts from the file, which each format escapes in
 * its way.
 */
export type Words = readonly Part[];
export type Part = string | { readonly from: string };

/** A text from the file is cut at so many characters. */
const MOST_CHARACTERS = 120;

/** A text from the file. */
export function fileText(text: string, most: number = MOST_CHARACTERS): Part {
  // By code points: half of a pair would be shown as bytes that the text does not have.
  const all = [...text.slice(0, 2 * most + 2)];
  return { from: all.length <= most ? text : `${all.slice(0, most).join("")}...` };
}

/** The sentence as a text. `escaped`: how a part from the file is written. */
export function formatWords(words: Words, escaped: (text: string) => string): string {
  return words.map((part) => (typeof part === "string" ? part : escaped(part.from))).join("");
}

/** `1 process`, `2 processes`. */
export function counted(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`;
}
