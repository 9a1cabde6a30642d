import { appendUtf8 } from "./utf8.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\\": "\\\\",
};

const PLAIN = /^[ -&(-[\]-~]*$/;

/** A name as messages show it: in quotes, on one line, and unmistakable whatever its bytes. */
export function quote(text: string, utf8: boolean): string {
  if (PLAIN.test(text)) return inQuotes(text);
  let shown = "";
  for (const character of text) {
    shown += character === "'" ? "\\'" : (ESCAPES[character] ?? show(character, utf8));
  }
  return inQuotes(shown);
}

/** A name as sentences show it: with quotes only where it could be mistaken for something else. */
export function plainOrQuoted(text: string, utf8: boolean): string {
  return /^[\w./:=@%+,~*-]+$/.test(text) ? text : quote(text, utf8);
}

/**
 * Quotes around a text that needs no escapes any more. They are the same in every locale, so that
 * programs that search for a line need not know which one was set.
 */
export function inQuotes(text: string): string {
  return `'${text}'`;
}

/**
 * Our own name as we were called (S7), or any other text that is printed without quotes, but on one
 * line: what a terminal would act upon, or show in another order than it stands, is escaped.
 */
export function onOneLine(text: string): string {
  if (PLAIN.test(text)) return text;
  let shown = "";
  for (const character of text) {
    shown += isPrintable(character.codePointAt(0) ?? 0)
      ? character
      : (ESCAPES[character] ?? show(character, false));
  }
  return shown;
}

/** JSON on one line. A string means the same with each of these written as an escape of JSON's. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(UNSHOWN, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** What JSON.stringify leaves as it is, and a terminal would act upon or show out of order. */
const UNSHOWN = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function show(character: string, utf8: boolean): string {
  const point = character.codePointAt(0) ?? 0;
  const isShown = utf8 ? isPrintable(point) : point >= 0x20 && point < 0x7f;
  if (isShown) return character;
  const bytes: number[] = [];
  appendUtf8(bytes, point);
  return bytes.map(octal).join("");
}

// U+2028 to U+202E break lines or change the order in which a terminal shows them, as the other
// marks of direction do (Unicode, Bidi_Control). Of the code points without a character only the
// permanent ones: a table of the others would be as long as curfew and out of date every year.
function isPrintable(point: number): boolean {
  if (point < 0xa0) return point >= 0x20 && point < 0x7f;
  if (point >= 0x2028 && point <= 0x202e) return false;
  if (point >= 0x2066 && point <= 0x2069) return false;
  if (point === 0x061c || point === 0x200e || point === 0x200f) return false;
  if (point >= 0xd800 && point < 0xe000) return false;
  if (point >= 0xfdd0 && point < 0xfdf0) return false;
  return (point & 0xfffe) !== 0xfffe && (point < 0x40000 || point > 0xe0000);
}

function octal(byte: number): string {
  return `\\${(0o1000 + byte).toString(8).slice(1)}`;
}
