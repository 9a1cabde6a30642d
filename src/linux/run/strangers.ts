import type { Event } from "../../core/report/event.ts";
import { isReloading } from "../../core/spec/spec.ts";
import type { Process } from "../../core/spec/tree.ts";
import type { Instant } from "../../core/values/duration.ts";
import { signalNumber } from "../../core/values/signal.ts";
import { isSeen } from "../../core/values/unseen.ts";
import { childrenOf, hasOwnProc } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import type { Held } from "./held.ts";
import { lookAtLeftovers } from "./leftovers.ts";
import { MOST_NAMES, NAMELESS, NO_GROUP, processOf, signalTime } from "./members.ts";
import { now } from "./news.ts";
import { withRoom } from "./room.ts";

/**
 * As process 1 we have orphans of others, too: of a shell that joined the container. When the tree
 * is gone they are what is left, and get the time that leftovers get. A command that is replaced
 * does not concern them.
 */
export function withStrangers(
  held: Held,
  event: Event | undefined,
  at: Instant,
): Event | undefined {
  if (!mayHaveStrangers(held)) return event;
  if (event === undefined) return held.awaitsStrangers ? whenGone(held, at) : undefined;
  const isProven = event.type === "exited" && event.proof !== undefined;
  if (!isProven && event.type !== "tree-empty") return event;
  // The guardian has left; who is our child now is a stranger's, or was ours before.
  sys.farewell();
  const strangers = strangersOf(held);
  if (strangers.length === 0) return event;
  held.awaitsStrangers = true;
  held.usage = event.usage;
  if (!isProven) return undefined;
  return { ...event, proof: undefined, leftovers: strangers, look: lookAtLeftovers(held) };
}

/** A signal to all of them; the guardian holds the others. */
export function killStrangers(held: Held, number: number, kept: readonly number[]): void {
  const guardian = sys.guardianPid();
  if (!mayHaveStrangers(held) || guardian === 0 || !hasOwnProc()) return;
  const except = [guardian, ...held.inherited, ...kept];
  const time = signalTime(held);
  const signal = () => sys.killMembers(held.ownPid, except, number, NO_GROUP, time);
  withRoom(held, (answer) => answer >= 0, signal);
  const stopped = held.spec.wakesStopped ? 1 : 0;
  const count = sys.killReached(signalNumber("SIGCONT"), time, stopped);
  if (stopped === 1 && count > 0) held.answers.push({ type: "woken", at: now(), target: "tree" });
}

function mayHaveStrangers({ ownPid, spec }: Held): boolean {
  return ownPid === 1 && spec.leftovers !== "leave" && !isReloading(spec);
}

function whenGone(held: Held, at: Instant): Event | undefined {
  if (held.usage === undefined || strangersOf(held).length > 0) return undefined;
  held.awaitsStrangers = false;
  return { type: "tree-empty", at, proof: "echild", usage: held.usage };
}

function strangersOf(held: Held): readonly Process[] {
  if (sys.hasChildren() === 0 || !hasOwnProc()) return [];
  const children = withRoom(held, isSeen, () => childrenOf(held.ownPid));
  // There are some, so this is not to say that there are none.
  if (!isSeen(children)) return [NAMELESS];
  return children
    .filter((pid) => !held.inherited.includes(pid))
    .slice(0, MOST_NAMES)
    .map((pid) => processOf(pid) ?? { pid, command: "?" });
}
