import type { Event } from "../report/event.ts";
import type { Spec } from "../spec/spec.ts";
import { deadlineAfter } from "../values/instant.ts";
import type { Action } from "./action.ts";
import { budgetAtStart } from "./budget.ts";
import { finishBeforeStart, finishUnstarted } from "./ending.ts";
import type { Run, State, Step } from "./state.ts";
import { stay } from "./state.ts";

/** The host answers the spawn before it reports any other event; signals wait in the kernel. */
export function stepStarting(spec: Spec, state: State, event: Event): Step {
  if (event.type === "spawn-failed") return finishUnstarted(spec, event.at, event.error);
  if (event.type === "called-off") return finishBeforeStart(spec, event.at, event.by);
  if (event.type !== "spawned") return stay(state);
  const { at, holding } = event;
  const { continuesStoppedOnly } = spec;
  const run: Run = {
    startedAt: at,
    holding,
    sent: [],
    stops: [],
    isStopped: false,
    continuesStoppedOnly,
    budget: spec.isBudgeted ? budgetAtStart(spec, event) : undefined,
  };
  const limitAt = deadlineAfter(at, spec.timeout);
  const { mechanism } = holding;
  const actions: Action[] = [];
  if (spec.verbose && spec.sayContainment) {
    actions.push({ type: "say", message: { kind: "holding", mechanism } });
  }
  const idleAt = deadlineAfter(at, spec.idleTimeout);
  const clock = { limitAt, idleAt, drained: undefined, suspendedSince: undefined };
  return { state: { phase: "running", run, ...clock }, actions };
}
