import type { Spec } from "../spec/spec.ts";
import type { Action } from "./action.ts";
import type { State, Step } from "./state.ts";
import type { Started } from "./will.ts";
import { isSameWill, isStarted, recipientsOf, willOf } from "./will.ts";

/** Adds what the guardian has to know. A run that only starts and ends needs none of it. */
export function withOrders(spec: Spec, before: State, next: Step): Step {
  const { state, actions } = next;
  if (!isStarted(before) || !isStarted(state) || state === before) return next;
  return {
    state,
    actions: [...newWill(spec, before, state), ...actions, ...newRecipients(before, state)],
  };
}

/** Comes first: the guardian has its will before anything is done that the will depends on. */
function newWill(spec: Spec, before: Started, state: Started): readonly Action[] {
  const [old, will] = [willOf(spec, before), willOf(spec, state)];
  if (isSameWill(old, will)) return [];
  // To a guardian that stays with the leftovers the order to sweep says everything.
  if (state.phase === "sweeping" && old.staysForLeftovers) return [];
  return [{ type: "will", will }];
}

/** Comes last: if the supervisor dies before it has sent the signal, the guardian sends it. */
function newRecipients(before: Started, state: Started): readonly Action[] {
  const recipients = recipientsOf(state);
  if (recipients === undefined || recipients === recipientsOf(before)) return [];
  return [{ type: "recipients", recipients }];
}
