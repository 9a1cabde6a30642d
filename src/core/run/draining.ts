import type { Event } from "../report/event.ts";
import type { RunFacts } from "../report/report.ts";
import type { Reason } from "../spec/exit.ts";
import type { Spec } from "../spec/spec.ts";
import type { Instant } from "../values/duration.ts";
import { isDue, later } from "../values/instant.ts";
import { conclude, DELIVERY_LIMIT } from "./ending.ts";
import { isClocked } from "./requests.ts";
import type { DrainingPhase, State, Step } from "./state.ts";
import { limitOf, stay } from "./state.ts";

/**
 * The step of an event when the tree is gone, and what the command wrote is not delivered yet. A
 * reader may take as long as it likes, but the time limit still counts, and so does a request.
 */
export function stepDraining(spec: Spec, state: DrainingPhase, event: Event): Step {
  switch (event.type) {
    case "drained":
      return conclude(spec, { ...state.facts, output: event.output, endedAt: event.at });
    case "deadline":
      return isDue(state.until, event.at) ? cut(state, "timeout") : stay(state);
    case "cancelled": {
      const facts: RunFacts = { ...state.facts, cause: state.facts.cause ?? event.cause };
      return hurry({ ...state, facts }, event.at, event.expired ? "timeout" : "cancel");
    }
    case "caller-gone":
      return hurry(state, event.at, "parent");
    case "signal":
      if (spec.expireOn.includes(event.signal)) return hurry(state, event.at, "timeout");
      return isClocked(spec, event) ? hurry(state, event.at, "signal") : stay(state);
    default:
      return stay(state);
  }
}

/** The run was asked to end: the reader gets a moment. At the second request it gets none. */
function hurry(state: DrainingPhase, at: Instant, reason: Reason): Step {
  if (state.facts.reason !== undefined) return cut(state, reason);
  return stay({ ...state, facts: { ...state.facts, reason }, until: later(at, DELIVERY_LIMIT) });
}

/** What was not delivered is given up. `drained` follows. */
function cut(state: DrainingPhase, reason: Reason): Step {
  const facts: RunFacts = { ...state.facts, reason: state.facts.reason ?? reason };
  return { state: { ...state, facts, until: undefined }, actions: [{ type: "cut-output" }] };
}

/** The step, in which the time limit that was in force counts for the delivery, too. */
export function withLimit(before: State, next: Step): Step {
  const { state, actions } = next;
  if (state.phase !== "draining" || before.phase === "draining") return next;
  if (state.facts.reason !== undefined) return next;
  return { state: { ...state, until: limitIn(before) }, actions };
}

/** The time limit of a state, if one is in force. */
function limitIn(state: State): Instant | undefined {
  if (state.phase === "running") return limitOf(state);
  return "run" in state ? state.run.deliverBy : undefined;
}
