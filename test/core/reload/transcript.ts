// Plays the events of a service, and writes down the actions of the core.

import type {
  ServiceAction,
  ServiceEvent,
  ServiceState,
  ServiceStep,
} from "../../../src/core/reload/generations.ts";
import { serviceDeadlineOf } from "../../../src/core/reload/generations.ts";
import { startService, stepService } from "../../../src/core/reload/service.ts";
import type { Instant } from "../../../src/core/values/duration.ts";
import * as run from "../run/transcript.ts";

type WithoutTime<H> = H extends { readonly at: Instant } ? Omit<H, "at"> : never;
type Timed = Omit<Extract<ServiceEvent, { type: "generation" }>, "event"> & {
  readonly event: Omit<run.Input["event"], "at">;
};

/** An event of the service or of one generation. `due`: the core must have asked for it. */
export type ReloadInput = {
  readonly what: WithoutTime<ServiceEvent> | Timed;
  readonly due: boolean;
};
export type ReloadRow = readonly [seconds: number, input: ReloadInput, does: string];
/** A course of a service: its name, the command line, and its events. */
export type ReloadTranscript = readonly [name: string, call: string, ...rows: ReloadRow[]];

/** An event of one generation. */
export function of(generation: number, { event }: run.Input): ReloadInput {
  return { what: { type: "generation", generation, event }, due: false };
}

/** A watched path has changed. */
export const changed: ReloadInput = { what: { type: "changed", path: "src" }, due: false };

export function changedAt(path: string): ReloadInput {
  return { what: { type: "changed", path }, due: false };
}

/** The same event, and no process had taken the socket that curfew holds. */
export function unused(input: ReloadInput): ReloadInput {
  const { what } = input;
  if (what.type !== "generation") throw new Error("no event of a generation");
  return { ...input, what: { ...what, unused: ["127.0.0.1:80"] } };
}

/** A generation says that it serves. */
export function ready(generation: number): ReloadInput {
  return { what: { type: "ready", generation }, due: false };
}

/** An event of the whole service: a signal, the end of curfew's parent, a deadline. */
export function all({ event, due }: run.Input): ReloadInput {
  if (event.type === "signal" || event.type === "caller-gone" || event.type === "deadline") {
    return { what: event, due };
  }
  throw new Error(`${event.type} happens to one generation`);
}

export const deadline: ReloadInput = all(run.deadline);
/** A deadline that the core has not asked for. */
export const woken: ReloadInput = all(run.woken);

/** No row has more deadlines before it: each one that passed makes the clock a microsecond late. */
const LATE = 9;

/** Plays a course: the actions at each row, or what was wrong with the row. */
export function play([, call, ...rows]: ReloadTranscript): string[] {
  const spec = run.specOf(call);
  const first = startService(spec);
  let state = first.state;
  let now = 0;
  const happen = (what: ReloadInput["what"], at: Instant): ServiceStep =>
    stepService(spec, state, timed(what, at));
  const done = rows.map(([seconds, { what, due }]) => {
    let at = Math.max(now, run.ZERO + Math.round(seconds * 1e6));
    if (due) {
      const asked = serviceDeadlineOf(state);
      if (asked === undefined) return "not asked for";
      if (asked < at || asked > at + LATE) return `due at ${(asked - run.ZERO) / 1e6}`;
      const early = happen(what, asked as Instant);
      if (early.actions.length > 0) return "acts before the instant has passed";
      at = asked + 1;
    }
    now = at;
    const next = happen(what, at as Instant);
    state = next.state;
    return textOf(next.actions) + unfit(state, at);
  });
  return [textOf(first.actions), ...done];
}

/** A state whose deadline has passed already would be woken forever. */
function unfit(state: ServiceState, at: number): string {
  const asked = serviceDeadlineOf(state);
  return asked !== undefined && asked < at ? " and is never at rest" : "";
}

/** An event with its time, which the event of a generation has inside. */
export function timed(what: ReloadInput["what"], at: Instant): ServiceEvent {
  return what.type === "generation"
    ? ({ ...what, event: { ...what.event, at } } as ServiceEvent)
    : ({ ...what, at } as ServiceEvent);
}

export function textOf(actions: readonly ServiceAction[]): string {
  return actions.map(actionText).filter(Boolean).join(", ");
}

/** A generation's actions behind its number, without the wills of its guardian. */
function actionText(action: ServiceAction): string {
  switch (action.type) {
    case "begin":
    case "end":
      return `${action.type} ${action.generation}`;
    case "generation": {
      if (action.action.type === "spawn") return "";
      const text = run.textOf([action.action]);
      return text && `${action.generation} ${text}`;
    }
    case "emit": {
      const generation = "generation" in action.event ? action.event.generation : action.generation;
      const text = run.textOf([action]);
      return generation === undefined ? text : `${text} of ${generation}`;
    }
    case "exit":
      return run.exitText(action.exit);
    case "say":
    case "report":
      return run.textOf([action]);
  }
}
