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
