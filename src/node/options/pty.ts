// A terminal for the command, as callers ask for it. Few do.
import { isSide } from "../../core/spec/relay.ts";
import type { ControlRequest } from "../way/way.ts";
import { badOption, refused } from "./check.ts";
import type { Options } from "./options.ts";
import { isRecord } from "./values.ts";

/** Whether a value is the size of a terminal. */
export function isSize(value: unknown): boolean {
  return isRecord(value) && isSide(value.columns) && isSide(value.rows);
}

/** The word for the program. */
export function ptyWord(pty: NonNullable<Options["pty"]>): string {
  return typeof pty === "boolean" ? "--pty" : `--pty=${pty.columns}x${pty.rows}`;
}

/** The request of `resize`; throws what is wrong with it. */
export function resizing({ pty = false }: Options, columns: number, rows: number): ControlRequest {
  if (pty === false) throw badOption("pty", "the command has no terminal to be resized");
  if (!isSize({ columns, rows })) throw refused("pty", { columns, rows });
  return { control: "resize", columns, rows };
}
