// How a tree ended, as bench/end.c prints it.
import { parseNumbers, reasonIn } from "./runs.ts";

/** How one tree ended; `reason`: it could not be made here. */
export type Ended =
  | { readonly reason: string }
  | { readonly gone: number; readonly left: number; readonly claimsGone: boolean };

/** What bench/end.c prints. */
export function parseEnd(text: string): Ended {
  const reason = reasonIn(text);
  if (reason !== undefined) return { reason };
  const [, gone = 0, , left = 0, claim = 0] = parseNumbers(text);
  return { gone, left, claimsGone: claim === 1 };
}
