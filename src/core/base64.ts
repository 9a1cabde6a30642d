const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The bytes of a text that came from outside, surrogate escapes undone, in base64: RFC 4648. */
export function base64Of(text: string): string {
  const bytes = bytesOf(text);
  let encoded = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.slice(at, at + 3);
    const bits = (a << 16) | (b << 8) | c;
    for (const shift of [18, 12, 6, 0]) encoded += ALPHABET[(bits >> shift) & 63];
  }
  const missing = (3 - (bytes.length % 3)) % 3;
  return encoded.slice(0, encoded.length - missing) + "=".repeat(missing);
}

/** UTF-8, but U+DC80..U+DCFF is the one byte it stands for. No byte became another surrogate. */
function bytesOf(text: string): number[] {
  return [...text].flatMap((character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) return code & 0xff;
    if (code < 0x80) return code;
    if (code < 0x800) return [0xc0 | (code >> 6), tail(code)];
    if (code < 0x10000) return [0xe0 | (code >> 12), tail(code >> 6), tail(code)];
    return [0xf0 | (code >> 18), tail(code >> 12), tail(code >> 6), tail(code)];
  });
}

function tail(bits: number): number {
  return 0x80 | (bits & 63);
}
