import type { Event } from "../../core/report/event.ts";
import { adoptedGone, countsAdopted, isTreeGone, withAdopted } from "../../core/run/adopted.ts";
import type { Process } from "../../core/spec/tree.ts";
import type { Instant } from "../../core/values/duration.ts";
import { signalNumber } from "../../core/values/signal.ts";
import { isSeen } from "../../core/values/unseen.ts";
import { now } from "../kernel/clock.ts";
import { childrenOf, hasOwnProc } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import type { RunContext } from "./context.ts";
import { lookAtLeftovers } from "./leftovers.ts";
import { MOST_NAMES, NAMELESS, NO_GROUP, processOf, signalTime } from "./members.ts";
import { withSpares } from "./spare-descriptors.ts";

/** An event of the guardian's, or of the end of adopted orphans: see src/core/run/adopted.ts. */
export function adoptedNews(
  run: RunContext,
  event: Event | undefined,
  at: Instant,
): Event | undefined {
  if (!mayHaveAdopted(run)) return event;
  if (event === undefined) return run.awaitsAdopted ? whenGone(run, at) : undefined;
  if (!isTreeGone(event)) return event;
  // The guardian has left. A child that curfew has now is adopted, or was curfew's before the run.
  sys.endGuardian();
  const adopted = adoptedBy(run);
  run.awaitsAdopted = adopted.length > 0;
  if (run.awaitsAdopted) run.usage = event.usage;
  return withAdopted(event, adopted, () => lookAtLeftovers(run));
}

/** Signals all adopted orphans, as far as curfew holds them: the guardian holds the others. */
export function killAdopted(run: RunContext, number: number, kept: readonly number[]): void {
  const guardian = sys.guardianPid();
  if (!mayHaveAdopted(run) || guardian === 0 || !hasOwnProc()) return;
  const except = [guardian, ...run.inherited, ...kept];
  const time = signalTime(run);
  const signal = () => sys.killMembers(run.ownPid, except, number, NO_GROUP, time);
  withSpares(run, (answer) => answer >= 0, signal);
  const stopped = run.spec.continuesStoppedOnly ? 1 : 0;
  const count = sys.killReached(signalNumber("SIGCONT"), time, stopped);
  if (stopped === 1 && count > 0) run.answers.push({ type: "woken", at: now(), target: "tree" });
}

function mayHaveAdopted({ ownPid, spec }: RunContext): boolean {
  return countsAdopted(spec, ownPid === 1);
}

function whenGone(run: RunContext, at: Instant): Event | undefined {
  if (run.usage === undefined || adoptedBy(run).length > 0) return undefined;
  run.awaitsAdopted = false;
  return adoptedGone(at, run.usage);
}

function adoptedBy(run: RunContext): readonly Process[] {
  if (sys.hasChildren() === 0 || !hasOwnProc()) return [];
  const children = withSpares(run, isSeen, () => childrenOf(run.ownPid));
  // There are some, so an answer of none would be wrong.
  if (!isSeen(children)) return [NAMELESS];
  return children
    .filter((pid) => !run.inherited.includes(pid) && sys.isHelper(pid) === 0)
    .slice(0, MOST_NAMES)
    .map((pid) => processOf(pid) ?? { pid, command: "?" });
}
