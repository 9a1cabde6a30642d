import type { Event } from "../../core/report/event.ts";
import type { Instant } from "../../core/values/duration.ts";
import { now } from "../kernel/clock.ts";
import { hasOwnProc } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import type { RunContext } from "./context.ts";
import { processOf, rootOf } from "./members.ts";
import { lastWritten } from "./relay.ts";

/** A look takes no longer, in microseconds: other deadlines may follow soon. */
const LOOK_LIMIT = 2_000;
const ALL = 0;

/** How the run stands; or when the command wrote last, if that was after `since`. */
export function lookAround(run: RunContext, since: Instant): Event {
  const at = now();
  const last = lastWritten(run);
  if (last !== undefined && last > since) return { type: "wrote", at, last };
  if (!hasOwnProc()) return { type: "heartbeat", at, processes: undefined, leaf: undefined };
  // Parents come first, so the last one has no children.
  const pids = sys.members(...rootOf(run), LOOK_LIMIT, ALL).filter((pid) => pid > 0);
  const deepest = pids.at(-1);
  const leaf = deepest === undefined ? undefined : processOf(deepest);
  return { type: "heartbeat", at, processes: pids.length, leaf };
}
