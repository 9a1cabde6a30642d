// Writes that may still be under way when the next text comes.
import { EINPROGRESS } from "../kernel/abi.ts";
import type { Written } from "../kernel/answers.ts";
import { sys } from "../kernel/window.ts";
import type { Output } from "./context.ts";

/** How long a write may take once it has begun, while the command runs, in microseconds. */
export const MOMENT = 50_000;
/** How much text may wait for a slow file, in characters. */
const MOST_QUEUED = 1 << 16;

/** The result of the last write, waited for until an instant; undefined: it is still under way. */
export function settled(output: Output, fd: number, until: number): Written | undefined {
  if (!output.isBusy) return DONE;
  const written = sys.offered(fd, until);
  output.isBusy = written[1] === EINPROGRESS;
  return output.isBusy ? undefined : written;
}

/** There was no write that could be under way. */
export const DONE: Written = [0, 0];

/** Keeps a text for the next write, while a file is slow. False: too much is waiting. */
export function queue(output: Output, text: string): boolean {
  if (output.queued.length + text.length > MOST_QUEUED) return false;
  output.queued += text;
  return true;
}

/** Takes the queued text, with a text behind it. */
export function behind(output: Output, start: string, text: string): string {
  const whole = `${start}${output.queued}${text}`;
  output.queued = "";
  return whole;
}

/** Writes a text without waiting for its reader. */
export function put(output: Output, fd: number, text: string, flags: number): Written {
  const written = sys.offer(fd, text, sys.now(), MOMENT, flags);
  output.isBusy = written[1] === EINPROGRESS;
  output.lines = linesOf(text);
  return written;
}

/** Counts the lines of a write that was not taken. */
export function noteLost(output: Output, [count, errno]: Written): void {
  if (errno === EINPROGRESS) return;
  if (errno !== 0) output.lost += output.lines;
  // A part of a line was written: the next line must not continue it.
  output.start = errno !== 0 && count > 0 ? "\n" : "";
}

export function linesOf(text: string): number {
  return text.trim().split("\n").length;
}
