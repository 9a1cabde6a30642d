// Events and reports, from the keys of the command line to those of the library.
import { camelCased, type Json } from "../../core/report/json-shape.ts";
import type { JsonObject, WayName } from "../way/way.ts";
import type { Outcome, Report } from "./result.ts";

/** An object with keys in camelCase, the words in it unchanged. */
export function inCamelCase(record: JsonObject): JsonObject {
  return camelCased(record as Json) as JsonObject;
}

export function reportOf(record: JsonObject, way: WayName): Report {
  // The reason is the caller's own object: its keys stay.
  const { reason, ...ours } = record;
  const given = reason === undefined ? {} : { reason };
  return { ...inCamelCase(ours), ...given, way } as Report;
}

/** The report where the program made none. */
export function shortReport(outcome: Outcome, way: WayName): Report {
  return { outcome, way };
}
