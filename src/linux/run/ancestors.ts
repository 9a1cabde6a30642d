import { isSeen } from "../../core/values/unseen.ts";
import { statOf } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import { isCurfew, titleIn } from "./guardian-title.ts";

/** How many ancestors are looked at, at most. */
const MOST_ANCESTORS = 64;

/**
 * Whether a process is a curfew above this one, or the guardian of such a curfew. A signal from it
 * is part of a request that it passes on, and it sends SIGKILL itself when its time is over. The
 * sender's program is compared first, because that is cheap and most senders are no curfew.
 */
export function isCurfewAbove(sender: number): boolean {
  return sender > 0 && (isCurfew(sender) || titleIn(sender) !== undefined) && isAncestor(sender);
}

/** Whether a process is above curfew. */
export function isAncestor(sender: number): boolean {
  let pid = sys.parentPid();
  for (let count = 0; count < MOST_ANCESTORS && pid > 0; count++) {
    if (pid === sender) return true;
    const stat = statOf(pid);
    pid = isSeen(stat) ? stat.parent : 0;
  }
  return false;
}
