import type { Deed, Happening } from "./reload/lives.ts";
import { deadlineOfAll } from "./reload/lives.ts";
import { begin, stepAll } from "./reload/reload.ts";
import type { Event } from "./report/event.ts";
import type { Action } from "./run/action.ts";
import { deadlineOf } from "./run/state.ts";
import { start, step } from "./run/supervisor.ts";
import type { Exit } from "./spec/exit.ts";
import type { Spec } from "./spec/spec.ts";
import type { Instant } from "./values/duration.ts";

/** A kernel, as the core sees it. */
export type Host = {
  /** Does what is asked. What comes of it arrives as an event. */
  readonly perform: (action: Exclude<Action, { type: "exit" }>) => void;
  /** Blocks until something happens; a `deadline` event only after the deadline has passed. */
  readonly wait: (deadline: Instant | undefined) => Event;
};

/** How a run was left. `forced`: the command died of a signal, or we ended it. */
export type Leaving = { readonly exit: Exit; readonly forced: boolean };

/** Lives one run from beginning to end on a host that may block. */
export function drive(spec: Spec, host: Host): Leaving {
  let next = start(spec);
  for (;;) {
    for (const action of next.actions) {
      if (action.type === "exit") return action;
      host.perform(action);
    }
    next = step(spec, next.state, host.wait(deadlineOf(next.state)));
  }
}

/** The same for a command whose generations follow one another. */
export type GenerationsHost = {
  readonly perform: (deed: Exclude<Deed, { type: "exit" }>) => void;
  readonly wait: (deadline: Instant | undefined) => Happening;
};

/** Lives all generations of a command. */
export function driveAll(spec: Spec, host: GenerationsHost): Exit {
  let next = begin(spec);
  for (;;) {
    for (const deed of next.deeds) {
      if (deed.type === "exit") return deed.exit;
      host.perform(deed);
    }
    next = stepAll(spec, next.state, host.wait(deadlineOfAll(next.state)));
  }
}
