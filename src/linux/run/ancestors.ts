import { isSeen } from "../../core/values/unseen.ts";
import { statOf } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import { isCurfew, titleIn } from "./guardian-title.ts";

/** More ancestors than this are not looked at. */
const MOST_ANCESTORS = 64;

/**
 * Whether a process is a curfew that started us, or its guardian: what it sends is a part of a
 * request that it passes on, and it has SIGKILL for the end. Its program is asked for first, which
 * is a call or two: most senders are something else.
 */
export function isCurfewAbove(sender: number): boolean {
  return sender > 0 && (isCurfew(sender) || titleIn(sender) !== undefined) && isAncestor(sender);
}

function isAncestor(sender: number): boolean {
  let pid = sys.parentPid();
  for (let count = 0; count < MOST_ANCESTORS && pid > 0; count++) {
    if (pid === sender) return true;
    const stat = statOf(pid);
    pid = isSeen(stat) ? stat.parent : 0;
  }
  return false;
}
