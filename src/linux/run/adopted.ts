import type { Event } from "../../core/report/event.ts";
import { adoptedGone, countsAdopted, isTreeGone, withAdopted } from "../../core/run/adopted.ts";
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

/** An event of the guardian's, or of the end of adopted orphans: see src/core/run/adopted.ts. */
export function adoptedNews(held: Held, event: Event | undefined, at: Instant): Event | undefined {
  if (!mayHaveAdopted(held)) return event;
  if (event === undefined) return held.awaitsAdopted ? whenGone(held, at) : undefined;
  if (!isTreeGone(event)) return event;
  // The guardian has left. A child that curfew has now is adopted, or was curfew's before the run.
  sys.farewell();
  const adopted = adoptedBy(held);
  held.awaitsAdopted = adopted.length > 0;
  if (held.awaitsAdopted) held.usage = event.usage;
  return withAdopted(event, adopted, () => lookAtLeftovers(held));
}

/** Signals all adopted orphans, as far as curfew holds them: the guardian holds the others. */
export function killAdopted(held: Held, number: number, kept: readonly number[]): void {
  const guardian = sys.guardianPid();
  if (!mayHaveAdopted(held) || guardian === 0 || !hasOwnProc()) return;
  const except = [guardian, ...held.inherited, ...kept];
  const time = signalTime(held);
  const signal = () => sys.killMembers(held.ownPid, except, number, NO_GROUP, time);
  withRoom(held, (answer) => answer >= 0, signal);
  const stopped = held.spec.continuesStoppedOnly ? 1 : 0;
  const count = sys.killReached(signalNumber("SIGCONT"), time, stopped);
  if (stopped === 1 && count > 0) held.answers.push({ type: "woken", at: now(), target: "tree" });
}

function mayHaveAdopted({ ownPid, spec }: Held): boolean {
  return countsAdopted(spec, ownPid === 1);
}

function whenGone(held: Held, at: Instant): Event | undefined {
  if (held.usage === undefined || adoptedBy(held).length > 0) return undefined;
  held.awaitsAdopted = false;
  return adoptedGone(at, held.usage);
}

function adoptedBy(held: Held): readonly Process[] {
  if (sys.hasChildren() === 0 || !hasOwnProc()) return [];
  const children = withRoom(held, isSeen, () => childrenOf(held.ownPid));
  // There are some, so an answer of none would be wrong.
  if (!isSeen(children)) return [NAMELESS];
  return children
    .filter((pid) => !held.inherited.includes(pid))
    .slice(0, MOST_NAMES)
    .map((pid) => processOf(pid) ?? { pid, command: "?" });
}
