import type { Json } from "./json-shape.ts";

/** A report is not made longer than this by what the caller gave, in characters of JSON. */
const MOST = 4096;

/**
 * What the caller gave as the cause of its cancel, as the report has it. A longer one is cut, and
 * is the text of its JSON then.
 */
export function causeJson(cause: string | undefined): Json {
  if (cause === undefined) return null;
  return cause.length > MOST ? cause.slice(0, MOST).toWellFormed() : (JSON.parse(cause) as Json);
}
