import { isSide } from "../../core/spec/relay.ts";
import { isRecord } from "./values.ts";

/** Columns and rows. */
export function isTerminalSize(value: unknown): boolean {
  return isRecord(value) && isSide(value.columns) && isSide(value.rows);
}
