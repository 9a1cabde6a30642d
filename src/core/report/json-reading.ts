// Values of JSON that was read from a file: whatever is missing or of another type is undefined.
import type { Json, JsonObject } from "./json-shape.ts";

/** The value of a JSON text; undefined: it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function objectIn(value: Json | undefined): JsonObject | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as JsonObject) : undefined;
}

/** The elements of a list; none where it is no list. */
export function listIn(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

export function textIn(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function numberIn(value: Json | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** The texts of a list. */
export function textsIn(value: Json | undefined): readonly string[] {
  return listIn(value).filter((one) => typeof one === "string");
}
