// The size of a terminal, as callers write it.
import { isSide } from "../../core/spec/relay.ts";
import { isRecord } from "./values.ts";

export const SIZE_OF_TERMINAL =
  "true, false, or {columns, rows} with whole numbers from 1 to 65535";

/** Whether the option `pty` may have this value. */
export function isPty(value: unknown): boolean {
  return typeof value === "boolean" || (isRecord(value) && isSize(value.columns, value.rows));
}

export function isSize(columns: unknown, rows: unknown): boolean {
  return isSide(columns) && isSide(rows);
}
