/**
 * Appends the UTF-8 bytes of a code point. A byte from outside that was not UTF-8 is U+DC80..U+DCFF
 * in our texts (surrogate escape), and becomes that byte again.
 */
export function appendUtf8(bytes: number[], point: number): void {
  if (point < 0x80 || (point >= 0xdc80 && point <= 0xdcff)) bytes.push(point & 0xff);
  else if (point < 0x800) bytes.push(0xc0 | (point >> 6), tail(point));
  else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), tail(point >> 6), tail(point));
  else bytes.push(0xf0 | (point >> 18), tail(point >> 12), tail(point >> 6), tail(point));
}

function tail(bits: number): number {
  return 0x80 | (bits & 63);
}

const RAW_BYTE = /[\udc80-\udcff]/;

/**
 * A text whose bytes were read in pieces: a character that was cut is whole again. What is not
 * UTF-8 stays as it is.
 */
export function utf8Of(text: string): string {
  if (!RAW_BYTE.test(text)) return text;
  const bytes: number[] = [];
  for (const character of text) appendUtf8(bytes, character.codePointAt(0) ?? 0);
  try {
    return decodeURIComponent(
      bytes.map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
    );
  } catch {
    return text;
  }
}

/** The bytes of a text: what is not UTF-8 becomes what it was. */
export function bytesOf(text: string): readonly number[] {
  const bytes: number[] = [];
  for (const character of text) appendUtf8(bytes, character.codePointAt(0) ?? 0);
  return bytes;
}
