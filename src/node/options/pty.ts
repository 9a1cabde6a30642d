// A terminal for the command, as callers ask for it. Few do.
import type { ControlRequest } from "../way/way.ts";
import { badOption } from "./check.ts";
import { refused } from "./misuse.ts";
import type { Options } from "./options.ts";
import { isTerminalSize } from "./terminal-size.ts";

/** Adds the word for the program, and what the core reads in it. */
export function addPty(
  pty: NonNullable<Options["pty"]>,
  words: string[],
  asked: Record<string, unknown>,
): void {
  if (pty === false) return;
  words.push(pty === true ? "--pty" : `--pty=${pty.columns}x${pty.rows}`);
  asked.pty = pty;
}

/** What `resize` asks of the run; throws what is wrong with it. */
export function resizing({ pty = false }: Options, columns: number, rows: number): ControlRequest {
  if (pty === false) throw badOption("pty", "the command has no terminal to be resized");
  if (!isTerminalSize({ columns, rows })) throw refused("pty", { columns, rows });
  return { control: "resize", columns, rows };
}
