// Captured bytes as text.
import { cutText, type Text } from "./gap.ts";
import type { Kept } from "./kept.ts";

/** The text of what was kept. `isMarked`: a line stands where bytes are missing. */
export function textOf(kept: Kept, isMarked: boolean): Text {
  if (kept.omitted === 0) {
    const whole = kept.tail.length === 0 ? kept.head : [...kept.head, ...kept.tail];
    // A character may begin in one chunk and end in the next.
    return { text: whole.length === 0 ? "" : Buffer.concat(whole).toString("utf8"), omitted: 0 };
  }
  const head = Buffer.concat(kept.head);
  const tail = Buffer.concat(kept.tail);
  return cutText(head, tail, { missing: kept.omitted, isMarked });
}

/** Text without the newline that ends its last line. */
export function withoutFinalNewline(text: string): string {
  if (!text.endsWith("\n")) return text;
  return text.slice(0, text.endsWith("\r\n") ? -2 : -1);
}
