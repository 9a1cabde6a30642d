import type { ProcessSnapshot } from "../spec/process-snapshot.ts";
import { bytesOf } from "../values/utf8.ts";

/** So many bytes of a command line are kept. */
export const MOST_BYTES = 4096;

export type CommandLine = Pick<ProcessSnapshot, "commandLine" | "isCommandLineCut">;

/**
 * The words of /proc/PID/cmdline, of which at most `MOST_BYTES` and one more were read: that one
 * tells that there are others. A process may have overwritten its words with a text of its own,
 * which ends in any number of zeroes.
 */
export function parseCommandLine(text: string): CommandLine {
  const isCommandLineCut = isLonger(text);
  const kept = isCommandLineCut ? cut(text) : text;
  const end = kept.replace(/\0+$/, "");
  return { commandLine: end === "" ? [] : end.split("\0"), isCommandLineCut };
}

function isLonger(text: string): boolean {
  // A unit of a text stands for at most three bytes.
  if (text.length * 3 <= MOST_BYTES) return false;
  return text.length > MOST_BYTES || bytesOf(text).length > MOST_BYTES;
}

/** Without the last byte, which was read only to know that it is there. */
function cut(text: string): string {
  const characters = [...text];
  return characters.slice(0, -1).join("");
}
