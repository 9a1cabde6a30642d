import { DEEPEST, nestingOf } from "../../core/report/control-line.ts";

/** The program cuts longer ones; a line of control has at most 64 KiB. */
const MOST_CHARACTERS = 4000;

/** A reason in a form that JSON has: it goes into the program's report. */
export function jsonReason(reason: unknown): unknown {
  if (reason === undefined) return null;
  try {
    if (reason instanceof Error) {
      return `${reason.name}: ${reason.message}`.slice(0, MOST_CHARACTERS);
    }
    const text = JSON.stringify(reason) ?? String(reason);
    // The line around it is one level more.
    const isPlain = text.length <= MOST_CHARACTERS && nestingOf(text) < DEEPEST;
    return isPlain ? JSON.parse(text) : text.slice(0, MOST_CHARACTERS);
  } catch {
    // A circle, a BigInt, or a function of the caller's that throws.
    return typeof reason;
  }
}
