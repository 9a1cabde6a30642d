import type { Event, LoggedEvent } from "../report/event.ts";
import { recordOf } from "../report/event-record.ts";
import type { Spec } from "../spec/spec.ts";
import type { Instant } from "../values/duration.ts";
import type { Action } from "./action.ts";
import type { State, Step } from "./state.ts";

/** An event that may have a line. The answer to a wake stands in the report alone. */
type Recorded = Exclude<Event, { type: "woken" }>;

/** The step of an event in a state, and the line of --events about it. */
export function withRecord(spec: Spec, next: Step, state: State, event: Recorded): Step {
  if (spec.events === undefined || state.phase === "finished") return next;
  const logged = loggedAs(state, event);
  if (logged === undefined) return next;
  const startedAt = startOf(state) ?? event.at;
  return behindSignals(next, { type: "emit", ...recordOf(logged, startedAt) });
}

/** What --events says of an event: only a command that was executed was spawned. */
function loggedAs(state: State, event: Recorded): LoggedEvent | undefined {
  if (event.type === "spawned" || event.type === "wrote") return undefined;
  if (event.type === "called-off") return event.by;
  if (event.type !== "executed") return event;
  if (!("run" in state)) return undefined;
  return { ...event, type: "spawned", holding: state.run.holding };
}

function startOf(state: State): Instant | undefined {
  if (state.phase === "draining") return state.facts.startedAt;
  return "run" in state ? state.run.startedAt : undefined;
}

/**
 * Adds the record of an event: behind the signals, because writing it may have to wait for a disk,
 * and before a stop of curfew itself, which writes nothing while it is stopped.
 */
function behindSignals({ state, actions }: Step, line: Action): Step {
  const isLater = ({ type }: Action) => AFTER_THE_RECORD.includes(type);
  const at = actions.findIndex(isLater);
  const index = at < 0 ? actions.length : at;
  return { state, actions: [...actions.slice(0, index), line, ...actions.slice(index)] };
}

/** The actions that come after the record of an event: messages, and what ends or stops curfew. */
const AFTER_THE_RECORD: readonly Action["type"][] = ["say", "mirror-stop", "report", "exit"];
