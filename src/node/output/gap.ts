// Captured bytes of which some are missing: no character is cut in two, and a line says how many
// they are.
import type { Kept } from "./kept.ts";

export type Text = { readonly text: string; readonly omitted: number };

type Cut = { readonly missing: number; readonly isMarked: boolean };

/** The text of a head and a tail, between which bytes are missing. */
export function cutText(head: Buffer, tail: Buffer, { missing, isMarked }: Cut): Text {
  const { begin, end, marker, omitted } = gapOf(head, tail, missing);
  const before = head.toString("utf8", 0, end);
  const after = tail.toString("utf8", begin);
  return { text: isMarked ? before + marker + after : before + after, omitted };
}

/** What follows the head: where bytes are missing, a line that says so, then the tail. */
export function afterHead(kept: Kept): readonly Uint8Array[] {
  if (kept.omitted === 0) return kept.tail;
  const tail = Buffer.concat(kept.tail);
  const { marker, begin } = gapOf(Buffer.concat(kept.head), tail, kept.omitted);
  return [Buffer.from(marker), tail.subarray(begin)].filter(({ length }) => length > 0);
}

type Gap = {
  /** Where the last whole character of the head ends, and the first one of the tail begins. */
  readonly end: number;
  readonly begin: number;
  readonly omitted: number;
  readonly marker: string;
};

function gapOf(head: Uint8Array, tail: Uint8Array, missing: number): Gap {
  const end = head.length - unfinished(head);
  const begin = continued(tail);
  const omitted = missing + (head.length - end) + begin;
  const newline = end === 0 || head[end - 1] === NEWLINE ? "" : "\n";
  return { end, begin, omitted, marker: `${newline}[... ${omitted} bytes omitted ...]\n` };
}

const NEWLINE = 10;

/** The bytes at the end that begin a character of UTF-8 and do not finish it. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (isContinuation(byte)) continue;
    return lengthOf(byte) > back ? back : 0;
  }
  return 0;
}

/** The bytes at the beginning that continue a character; more than three are no character's. */
function continued(bytes: Uint8Array): number {
  let count = 0;
  while (count < 3 && count < bytes.length && isContinuation(bytes[count] ?? 0)) count += 1;
  return count;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** How many bytes a character has that begins with this one. */
function lengthOf(byte: number): number {
  if (byte >= 0xf0 && byte < 0xf8) return 4;
  if (byte >= 0xe0) return byte < 0xf0 ? 3 : 1;
  return byte >= 0xc0 ? 2 : 1;
}
