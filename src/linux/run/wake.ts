import type { Target } from "../../core/run/action.ts";
import { signalNumber } from "../../core/values/signal.ts";
import { isMissed } from "../../core/values/unseen.ts";
import { now } from "../kernel/clock.ts";
import { hasOwnProc, mayBeStopped, statOf } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import type { RunContext } from "./context.ts";
import { commandPid } from "./guardian-news.ts";
import { rootOf, signalTime } from "./members.ts";
import { groupToWake, kill } from "./signals.ts";
import { withSpares } from "./spare-descriptors.ts";

const CONTINUE = signalNumber("SIGCONT");

const WAKERS: Readonly<Record<Target, (run: RunContext) => boolean>> = {
  child: wakeChild,
  group: wakeGroup,
  rest: (run) => sys.killReached(CONTINUE, signalTime(run), 1) > 0,
};

/**
 * Sends SIGCONT after another signal, to the processes of a target that are stopped or cannot be
 * looked at: in any other process a handler of SIGCONT would run for nothing. An event tells the
 * core whether a process got it.
 */
export function wake(run: RunContext, target: Target): void {
  if (isWoken(run, target))
    run.answers.push({ type: "woken", at: now(), target: target === "rest" ? "tree" : target });
}

function isWoken(run: RunContext, target: Target): boolean {
  if (hasOwnProc()) return WAKERS[target](run);
  // Without /proc the guardian continues the rest.
  if (target === "rest") return false;
  kill(run, target, "SIGCONT");
  return true;
}

function wakeChild(run: RunContext): boolean {
  const command = commandPid(run);
  if (command <= 0) return false;
  const look = withSpares(
    run,
    (stat) => !isMissed(stat),
    () => statOf(command),
  );
  return mayBeStopped(command, look) && sys.commandKill(CONTINUE) >= 0;
}

/** Continues the command's group, and the command itself if it has left that group. */
function wakeGroup(run: RunContext): boolean {
  const group = groupToWake(run);
  if (group === 0) return wakeChild(run);
  const [root, except] =
    run.confinement.holding.mechanism === "group" ? [ANY_ROOT, []] : rootOf(run);
  const look = () => sys.wakeGroup(root, except, group, signalTime(run));
  const count = withSpares(run, (answer) => answer >= 0, look);
  if (count < 0) kill(run, "group", "SIGCONT");
  return count !== 0;
}

/** The root that stands for all processes: members of a group may be anywhere. */
const ANY_ROOT = 0;
