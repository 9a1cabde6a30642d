import type { Target } from "../../core/run/action.ts";
import { signalNumber } from "../../core/values/signal.ts";
import { isMissed } from "../../core/values/unseen.ts";
import { hasOwnProc, mayBeStopped, statOf } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import { commandPid } from "./guardian.ts";
import type { Held } from "./held.ts";
import { groupToWake, kill } from "./kill.ts";
import { rootOf, signalTime } from "./members.ts";
import { now } from "./news.ts";
import { withRoom } from "./room.ts";

const CONTINUE = signalNumber("SIGCONT");

const WAKERS: Readonly<Record<Target, (held: Held) => boolean>> = {
  child: wakeChild,
  group: wakeGroup,
  rest: (held) => sys.killReached(CONTINUE, signalTime(held), 1) > 0,
};

/**
 * SIGCONT behind a signal, to those of a target who are stopped, or cannot be looked at: in any
 * other process a handler of it would run for nothing. The core learns whether somebody got it.
 */
export function wake(held: Held, target: Target): void {
  if (isWoken(held, target))
    held.answers.push({ type: "woken", at: now(), target: target === "rest" ? "tree" : target });
}

function isWoken(held: Held, target: Target): boolean {
  if (hasOwnProc()) return WAKERS[target](held);
  // The guardian continues the rest by itself.
  if (target === "rest") return false;
  kill(held, target, "SIGCONT");
  return true;
}

function wakeChild(held: Held): boolean {
  const command = commandPid(held);
  if (command <= 0) return false;
  const look = withRoom(
    held,
    (stat) => !isMissed(stat),
    () => statOf(command),
  );
  return mayBeStopped(command, look) && sys.commandKill(CONTINUE) >= 0;
}

/** The command's group, and the command where it has left that for another. */
function wakeGroup(held: Held): boolean {
  const group = groupToWake(held);
  if (group === 0) return wakeChild(held);
  const [root, except] =
    held.confinement.holding.mechanism === "group" ? [EVERYBODY, []] : rootOf(held);
  const look = () => sys.wakeGroup(root, except, group, signalTime(held));
  const count = withRoom(held, (answer) => answer >= 0, look);
  if (count < 0) kill(held, "group", "SIGCONT");
  return count !== 0;
}

/** Where members may be that are not below us. */
const EVERYBODY = 0;
