// Lines of --events, and the report that is the last of them.
import type { JsonObject } from "./way.ts";

/** The object of a line; undefined: it has none, for instance because it was cut off. */
export function parseLine(line: string): JsonObject | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as JsonObject;
  } catch {
    return undefined;
  }
}

/** The report has an outcome, and is no event. */
export function isReport(record: JsonObject): boolean {
  return "outcome" in record && !("event" in record);
}

/** Longer than a report can be, whose longest part are the words of the command (UTF-16 units). */
export const LONGEST_LINE: number = 40 * 1024 ** 2;

/** The lines of a text that arrives in pieces. */
export class JsonLines {
  /** What has come of a line without an end. */
  #pieces: string[] = [];
  #length = 0;

  /** What parseLine says of the lines that end here; undefined: one is too long to be one. */
  take(text: string): readonly (JsonObject | undefined)[] | undefined {
    const [first = "", ...others] = text.split("\n");
    this.#pieces.push(first);
    this.#length += first.length;
    if (this.#length > LONGEST_LINE) return undefined;
    const last = others.pop();
    if (last === undefined) return [];
    const lines = [this.#pieces.join(""), ...others];
    this.#pieces = [last];
    this.#length = last.length;
    return lines.map(parseLine);
  }
}
