import type { Event } from "../report/event.ts";
import type { LeftoversSnapshot } from "../spec/member.ts";
import type { Spec } from "../spec/spec.ts";
import { isReloading } from "../spec/spec.ts";
import type { Process, Usage } from "../spec/tree.ts";
import type { Instant } from "../values/duration.ts";

// PID 1 of a container adopts orphans that its command has not started: those of a shell that
// joined the container, for example.

/** An event that says that nothing of the command's own tree is left. */
export type TreeGone = Extract<Event, { type: "exited" | "tree-empty" }>;

/**
 * Whether adopted orphans are leftovers, which get the signals and the time that leftovers get. The
 * restart of a command does not concern them.
 */
export function countsAdopted(spec: Spec, isInit: boolean): boolean {
  return isInit && spec.leftovers !== "leave" && !isReloading(spec);
}

export function isTreeGone(event: Event): event is TreeGone {
  return event.type === "tree-empty" || (event.type === "exited" && event.proof !== undefined);
}

/**
 * What an event means while adopted orphans are left: the command's exit has leftovers and proves
 * nothing; undefined: the tree is not empty yet, so there is no event.
 */
export function withAdopted(
  event: TreeGone,
  adopted: readonly Process[],
  look: () => LeftoversSnapshot,
): Event | undefined {
  if (adopted.length === 0) return event;
  if (event.type === "tree-empty") return undefined;
  return { ...event, proof: undefined, leftovers: adopted, look: look() };
}

/** The end of the last adopted orphan: now the tree is empty. */
export function adoptedGone(at: Instant, usage: Usage): Event {
  return { type: "tree-empty", at, proof: "echild", usage };
}
