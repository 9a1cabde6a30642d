import { wantsSnapshot } from "../run/snapshot.ts";
import type { TreeSnapshot } from "../spec/process-snapshot.ts";
import type { Spec } from "../spec/spec.ts";
import type { ServiceEvent, ServiceState } from "./generations.ts";

/**
 * The event, where a deadline begins the end of a generation: the deadline of that generation, with
 * a snapshot of its tree. Whatever else was due with it is told again, because it is still due.
 */
export function afterSnapshots(
  spec: Spec,
  { generations }: ServiceState,
  event: ServiceEvent,
  look: ((generation: number) => TreeSnapshot | undefined) | undefined,
): ServiceEvent {
  if (look === undefined || event.type !== "deadline") return event;
  const ending = generations.find(({ state }) => wantsSnapshot(spec, state, event));
  const tree = ending && look(ending.number);
  if (ending === undefined || tree === undefined) return event;
  return { type: "generation", generation: ending.number, event: { ...event, tree } };
}
