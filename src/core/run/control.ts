// What control lines ask for besides the end.
import type { Event } from "../report/event.ts";
import { hasPty } from "../spec/relay.ts";
import type { Spec } from "../spec/spec.ts";
import { sendByControl } from "./ladder.ts";
import type { RunningPhase, State, Step, StoppingPhase } from "./state.ts";

/** A control line sends one signal to the command, and nothing else changes. */
export function killByControl(
  state: RunningPhase | StoppingPhase,
  event: Extract<Event, { type: "control-kill" }>,
): Step {
  const { run, actions } = sendByControl(state.run, event);
  return { state: { ...state, run }, actions };
}

type Resized = Extract<Event, { type: "control-resize" }>;

/** The step of a control line about the size of the command's terminal. */
export function resize(state: State, { size }: Resized): Step {
  return { state, actions: [{ type: "resize", size }] };
}

type Closed = Extract<Event, { type: "control-close" }>;

/** The step of a control line about an output that no process reads any more. */
export function closeOutput(state: State, { stream }: Closed): Step {
  return { state, actions: [{ type: "close-output", stream }] };
}

/** The event, which is a refusal where it is about a terminal that the command does not have. */
export function withPtyOnly(spec: Spec, event: Event): Event {
  if (event.type !== "control-resize" || hasPty(spec)) return event;
  return { type: "control-refused", at: event.at, why: "the command has no terminal of its own" };
}
