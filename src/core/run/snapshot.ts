import type { Event } from "../report/event.ts";
import type { TreeSnapshot } from "../spec/process-snapshot.ts";
import type { Spec } from "../spec/spec.ts";
import type { Instant } from "../values/duration.ts";
import { isDue } from "../values/instant.ts";
import type { State } from "./state.ts";
import { idleLimitOf, limitOf } from "./state.ts";

/** An event at which curfew begins to end the tree without a request. */
type Limit = Extract<Event, { type: "deadline" | "output-limit" }>;

/** Whether an event is one that curfew may begin the end with: all others have no tree. */
export function isLimit(event: Event): event is Limit {
  return event.type === "deadline" || event.type === "output-limit";
}

/**
 * Whether the host looks at the tree before it hands over an event: the event is a time limit, an
 * idle limit or an output limit, and curfew begins to end the tree because of it. A look later,
 * after the first signal, would show how the tree ends, not what it waited for.
 */
export function wantsSnapshot(spec: Spec, state: State, event: Event): boolean {
  return isLimit(event) && isWanted(spec) && beginsEnd(state, event);
}

function isWanted({ snapshots, report, events }: Spec): boolean {
  if (snapshots !== "reported") return snapshots === "always";
  return report !== undefined || events !== undefined;
}

function beginsEnd(state: State, { type, at }: Limit): boolean {
  if (state.phase !== "running" && !(state.phase === "leftovers" && state.killAt === undefined)) {
    return false;
  }
  if (type === "output-limit") return true;
  const idleAt = state.phase === "running" ? idleLimitOf(state) : state.idleAt;
  const limits = [limitOf(state), idleAt];
  return limits.some((limit: Instant | undefined) => isDue(limit, at));
}

/** The event with a snapshot of the tree, where one is wanted. `look`: makes it. */
export function afterSnapshot(
  spec: Spec,
  state: State,
  event: Event,
  look: (() => TreeSnapshot | undefined) | undefined,
): Event {
  if (look === undefined || !isLimit(event) || !wantsSnapshot(spec, state, event)) return event;
  const tree = look();
  return tree === undefined ? event : { ...event, tree };
}

/** The state that keeps the snapshot of an event for the report and the messages. */
export function withSnapshot(state: State, event: Limit): State {
  if (event.tree === undefined || !("run" in state)) return state;
  return { ...state, run: { ...state.run, tree: event.tree } };
}
