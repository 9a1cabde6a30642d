import { appendUtf8 } from "./utf8.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const CODES: readonly number[] = Array.from(ALPHABET, (letter) => letter.charCodeAt(0));
/**
 * Bytes that are encoded at a time. Each character of the result is an argument of one call, and
 * the number of arguments is bounded.
 */
const AT_ONCE = 768;

/**
 * The bytes of a text that came from outside, in base64 (RFC 4648). Surrogate escapes become the
 * bytes that they stand for. A text may have megabytes, so the result is joined from pieces.
 */
export function base64Of(text: string): string {
  const bytes = bytesOf(text);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += AT_ONCE) {
    pieces.push(encoded(bytes, at, Math.min(at + AT_ONCE, bytes.length)));
  }
  return pieces.join("");
}

/** The bytes from `begin` to `end`, padded to a multiple of four characters. */
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

/** The bytes of a text, each character looked at once. */
function bytesOf(text: string): readonly number[] {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const point = text.codePointAt(at) ?? 0;
    appendUtf8(bytes, point);
    if (point >= 0x10000) at += 1;
  }
  return bytes;
}
