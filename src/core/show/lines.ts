import { utf8Of } from "../values/utf8.ts";

/** The longest line that is looked at, in characters. A report repeats the whole command line. */
export const LONGEST_LINE: number = 4 << 20;

/** What was read of a line whose end has not come yet. */
export type LineInput = {
  parts: string[];
  length: number;
  /** The bytes of a character that the end of the last piece has cut. */
  cut: string;
};

export function noInput(): LineInput {
  return { parts: [], length: 0, cut: "" };
}

/** A line of a file; undefined stands for one that is too long. */
export type Line = string | undefined;

// A byte that is not UTF-8 by itself is U+DC80..U+DCFF.
const RAW_BYTE = /[\udc80-\udcff]/;
/** The beginning of a character: its first byte, and others. */
const CUT_END = /[\udcc2-\udcf4][\udc80-\udcbf]{0,2}$/;
/** The rest of a character has so many bytes at most. */
const MOST_REST = 3;

/** The lines that a piece of the file has ended. */
export function takeLines(input: LineInput, piece: string): readonly Line[] {
  const lines = whole(input, piece).split("\n");
  const rest = lines.pop() ?? "";
  const ended = lines.map((line) => endOf(input, line));
  append(input, rest);
  return ended;
}

/** The last line, if it has no newline. */
export function lastLine(input: LineInput): readonly Line[] {
  append(input, input.cut);
  return input.length === 0 ? [] : [endOf(input, "")];
}

/** The piece with characters whole that were cut between two pieces. */
function whole(input: LineInput, piece: string): string {
  const text = joined(input.cut, piece);
  input.cut = CUT_END.exec(text)?.[0] ?? "";
  return text.slice(0, text.length - input.cut.length);
}

function joined(cut: string, piece: string): string {
  for (let length = 1; cut !== "" && length <= MOST_REST; length += 1) {
    const character = utf8Of(cut + piece.slice(0, length));
    if (!RAW_BYTE.test(character)) return `${character}${piece.slice(length)}`;
  }
  return `${cut}${piece}`;
}

function append(input: LineInput, part: string): void {
  if (part === "") return;
  input.length += part.length;
  // Of a line that is too long only the length is kept.
  if (input.length <= LONGEST_LINE) input.parts.push(part);
  else input.parts = [""];
}

function endOf(input: LineInput, rest: string): Line {
  append(input, rest);
  const line = input.length <= LONGEST_LINE ? input.parts.join("") : undefined;
  input.parts = [];
  input.length = 0;
  return line;
}
