import { isSeen } from "../../core/values/unseen.ts";
import { hasOwnProc, statOf, userOf } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import { isCurfew, isTrusted, titleIn } from "./guardian-title.ts";

/** How many ancestors are looked at, at most. */
const MOST_ANCESTORS = 64;

/**
 * Whether a process is a curfew above this one, or the guardian of such a curfew. A signal from it
 * is part of a request that it passes on, and it sends SIGKILL itself when its time is over. The
 * sender's program is compared first, because that is cheap and most senders are no curfew.
 */
export function isCurfewAbove(sender: number): boolean {
  if (sender > 0 && (isCurfew(sender) || titleIn(sender) !== undefined)) return isAncestor(sender);
  const isHidden = sender === OUTSIDE || userOf(sender) !== sys.user()[0];
  return isHidden && isSupervisorAbove(sender);
}

/** The number of a sender outside of curfew's PID namespace. */
const OUTSIDE = 0;

/**
 * The same where the sender's program cannot be seen, because the sender is another user's or is
 * outside of curfew's PID namespace: then its guardian, which can be seen, is above curfew.
 */
function isSupervisorAbove(sender: number): boolean {
  let pid = hasOwnProc() ? sys.parentPid() : 0;
  for (let count = 0; count < MOST_ANCESTORS && pid > 0; count++) {
    const stat = statOf(pid);
    if (!isSeen(stat)) return false;
    if (stat.parent === sender) {
      const title = isTrusted(pid) ? titleIn(pid) : undefined;
      return title !== undefined && (sender === OUTSIDE || title.supervisor === sender);
    }
    pid = stat.parent;
  }
  return false;
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
