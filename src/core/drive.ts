import type { ServiceAction, ServiceEvent } from "./reload/generations.ts";
import { serviceDeadlineOf } from "./reload/generations.ts";
import { startService, stepService } from "./reload/service.ts";
import { afterSnapshots } from "./reload/snapshots.ts";
import type { Event } from "./report/event.ts";
import type { Action } from "./run/action.ts";
import { afterSnapshot, isLimit } from "./run/snapshot.ts";
import { deadlineOf } from "./run/state.ts";
import { start, step } from "./run/step.ts";
import type { Exit } from "./spec/exit.ts";
import type { TreeSnapshot } from "./spec/process-snapshot.ts";
import type { Spec } from "./spec/spec.ts";
import type { Instant } from "./values/duration.ts";

/** A kernel, as the core sees it. */
export type Host = {
  /** Carries an action out. What comes of it arrives as an event. */
  readonly perform: (action: Exclude<Action, { type: "exit" }>) => void;
  /** Blocks until something happens; a `deadline` event only after the deadline has passed. */
  readonly wait: (deadline: Instant | undefined) => Event;
  /** Looks at the tree, before a limit ends it; undefined: it cannot be seen. */
  readonly lookAtTree?: () => TreeSnapshot | undefined;
};

/** How curfew exits. `forced`: the command died of a signal, or curfew ended it. */
export type Leaving = { readonly exit: Exit; readonly forced: boolean };

/** Drives one run from its start to its exit, on a host whose `wait` may block. */
export function drive(spec: Spec, host: Host): Leaving {
  let next = start(spec);
  for (;;) {
    for (const action of next.actions) {
      if (action.type === "exit") return action;
      host.perform(action);
    }
    const event = host.wait(deadlineOf(next.state));
    // Only a limit has a tree, and most runs end before theirs.
    const told = isLimit(event) ? afterSnapshot(spec, next.state, event, host.lookAtTree) : event;
    next = step(spec, next.state, told);
  }
}

/** A kernel whose host cannot block: it is given the actions, and tells the events. */
export type TellingHost = {
  readonly perform: (action: Exclude<Action, { type: "exit" }>) => void;
  /** Tells a `deadline` event when the deadline has passed. A later call replaces this one. */
  readonly wakeAfter: (deadline: Instant | undefined) => void;
  /** The run is over. No event has an effect any more. */
  readonly leave: (leaving: Leaving) => void;
};

/** Tells the core what has happened. */
export type Tell = (event: Event) => void;

/**
 * Starts one run on a host that cannot block. The host tells the events in the order in which they
 * happened, also while it performs an action.
 */
export function driveBy(spec: Spec, hostOf: (tell: Tell) => TellingHost): void {
  const events: Event[] = [];
  let isBusy = true;
  let next = start(spec);
  const proceed = () => {
    for (;;) {
      for (const action of next.actions) {
        if (action.type === "exit") return host.leave(action);
        host.perform(action);
      }
      const event = events.shift();
      if (event === undefined) break;
      next = step(spec, next.state, event);
    }
    next = { state: next.state, actions: [] };
    isBusy = false;
    host.wakeAfter(deadlineOf(next.state));
  };
  const host = hostOf((event) => {
    events.push(event);
    if (isBusy) return;
    isBusy = true;
    proceed();
  });
  proceed();
}

/** A kernel, as the core sees it for a command whose generations replace one another. */
export type ServiceHost = {
  readonly perform: (action: Exclude<ServiceAction, { type: "exit" }>) => void;
  readonly wait: (deadline: Instant | undefined) => ServiceEvent;
  /** Looks at the tree of a generation, before a limit ends it. */
  readonly lookAtTree?: (generation: number) => TreeSnapshot | undefined;
};

/** Drives all generations of a command from the first start to the exit. */
export function driveService(spec: Spec, host: ServiceHost): Exit {
  let next = startService(spec);
  for (;;) {
    for (const action of next.actions) {
      if (action.type === "exit") return action.exit;
      host.perform(action);
    }
    const event = host.wait(serviceDeadlineOf(next.state));
    next = stepService(spec, next.state, afterSnapshots(spec, next.state, event, host.lookAtTree));
  }
}
