// A terminal for the command, as callers ask for it. Few do.
import type { ControlRequest } from "../way/way.ts";
import { badOption } from "./check.ts";
import { refused } from "./misuse.ts";
import type { Options } from "./options.ts";
import { isTerminalSize } from "./values.ts";

/** The word for the program. */
export function ptyWord(pty: NonNullable<Options["pty"]>): string {
  return typeof pty === "boolean" ? "--pty" : `--pty=${pty.columns}x${pty.rows}`;
}

/** The request of `resize`; throws what is wrong with it. */
export function resizing({ pty = false }: Options, columns: number, rows: number): ControlRequest {
  if (pty === false) throw badOption("pty", "the command has no terminal to be resized");
  if (!isTerminalSize({ columns, rows })) throw refused("pty", { columns, rows });
  return { control: "resize", columns, rows };
}
