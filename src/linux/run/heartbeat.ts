import type { Event } from "../../core/report/event.ts";
import { runningIn } from "../../core/run/telling.ts";
import type { TreeSnapshot } from "../../core/spec/process-snapshot.ts";
import { isPartial, isRunning } from "../../core/spec/process-snapshot.ts";
import type { Instant } from "../../core/values/duration.ts";
import { now } from "../kernel/clock.ts";
import { lookAtTree } from "../look/look.ts";
import type { RunContext } from "./context.ts";
import { rootOf } from "./members.ts";
import { lastWritten } from "./relay.ts";

/** How the run stands; or when the command wrote last, if that was after `since`. */
export function lookAround(run: RunContext, since: Instant): Event {
  const at = now();
  const last = lastWritten(run);
  if (last !== undefined && last > since) return { type: "wrote", at, last };
  const tree = lookAtTree(...rootOf(run));
  const leaf = tree && leafOf(tree);
  return {
    type: "heartbeat",
    at,
    processes: tree && runningIn(tree),
    isPartial: tree !== undefined && isPartial(tree),
    leaf: leaf && { pid: leaf.pid, command: leaf.command },
    waitsFor: leaf?.waitsFor?.kind,
  };
}

/**
 * A process that waits for a person, or the last one that runs. Parents come first, so that has no
 * children that run, where every process was found.
 */
function leafOf(tree: TreeSnapshot): TreeSnapshot["processes"][number] | undefined {
  const waiting = tree.processes.find((one) => one.isWaitingForInput);
  return waiting ?? (isPartial(tree) ? undefined : tree.processes.findLast(isRunning));
}
