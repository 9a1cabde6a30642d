const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const CODES: readonly number[] = Array.from(ALPHABET, (letter) => letter.charCodeAt(0));
/** Bytes that are put together in one go: a call can have four arguments for three of them. */
const AT_ONCE = 768;

/**
 * The bytes of a text that came from outside, surrogate escapes undone, in base64: RFC 4648.
 * Arguments may be megabytes: each character is looked at once, and the result grows by pieces.
 */
export function base64Of(text: string): string {
  const bytes = bytesOf(text);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += AT_ONCE) {
    pieces.push(encoded(bytes, at, Math.min(at + AT_ONCE, bytes.length)));
  }
  return pieces.join("");
}

/** Some of the bytes, filled up to a multiple of four characters. */
function encoded(bytes: readonly number[], begin: number, end: number): string {
  const codes: number[] = [];
  for (let at = begin; at < end; at += 3) {
    const bits = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let shift = 18; shift >= 0; shift -= 6) codes.push(CODES[(bits >> shift) & 63] ?? 0);
  }
  const missing = (3 - ((end - begin) % 3)) % 3;
  const text = String.fromCharCode(...codes);
  return missing === 0 ? text : text.slice(0, -missing) + "=".repeat(missing);
}

/** UTF-8, but U+DC80..U+DCFF is the one byte it stands for. No byte became another surrogate. */
function bytesOf(text: string): readonly number[] {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80 || (unit >= 0xdc80 && unit <= 0xdcff)) {
      bytes.push(unit & 0xff);
      continue;
    }
    const code = text.codePointAt(at) ?? 0;
    if (code < 0x800) bytes.push(0xc0 | (code >> 6), tail(code));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), tail(code >> 6), tail(code));
    else bytes.push(0xf0 | (code >> 18), tail(code >> 12), tail(code >> 6), tail(code));
    if (code >= 0x10000) at += 1;
  }
  return bytes;
}

function tail(bits: number): number {
  return 0x80 | (bits & 63);
}
