// Captured bytes as text.
import { cutText } from "./gap.ts";
import type { Kept } from "./kept.ts";

export type Text = { readonly text: string; readonly omitted: number };

/** The text of what was kept. `isMarked`: a line stands where bytes are missing. */
export function textOf(kept: Kept, isMarked: boolean): Text {
  const head = Buffer.concat(kept.head);
  const tail = Buffer.concat(kept.tail);
  if (kept.omitted === 0) {
    const whole = tail.length === 0 ? head : Buffer.concat([head, tail]);
    return { text: whole.toString("utf8"), omitted: 0 };
  }
  return cutText(head, tail, { missing: kept.omitted, isMarked });
}

/** Text without the newline that ends its last line. */
export function withoutFinalNewline(text: string): string {
  if (!text.endsWith("\n")) return text;
  return text.slice(0, text.endsWith("\r\n") ? -2 : -1);
}
