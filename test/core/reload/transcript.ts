// Plays what happens to a command that is replaced, and writes down what is done about it.

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

/** What happens to all, or to one generation. `due`: it must have been asked for. */
export type ReloadInput = {
  readonly what: WithoutTime<ServiceEvent> | Timed;
  readonly due: boolean;
};
export type ReloadRow = readonly [seconds: number, input: ReloadInput, does: string];
/** What it is about, the command line, and its course. */
export type ReloadTranscript = readonly [name: string, call: string, ...rows: ReloadRow[]];

/** What happens to one generation alone. */
export function of(generation: number, { event }: run.Input): ReloadInput {
  return { what: { type: "generation", generation, event }, due: false };
}

/** Something changed that is watched. */
export const changed: ReloadInput = { what: { type: "changed", path: "src" }, due: false };

/** A generation says that it serves. */
export function ready(generation: number): ReloadInput {
  return { what: { type: "ready", generation }, due: false };
}

/** What reaches all: a signal, the end of who started us, an instant that was waited for. */
export function all({ event, due }: run.Input): ReloadInput {
  if (event.type === "signal" || event.type === "caller-gone" || event.type === "deadline") {
    return { what: event, due };
  }
  throw new Error(`${event.type} happens to one generation`);
}

export const deadline: ReloadInput = all(run.deadline);
/** A deadline that nobody asked for. */
export const woken: ReloadInput = all(run.woken);

/** More instants than this no row has: each that passed has made the world a microsecond late. */
const LATE = 9;

/** The course as it went: the answer to each row, or what was wrong with the row. */
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

/** A state that wants to be woken at an instant that has passed would be woken for ever. */
function unfit(state: ServiceState, at: number): string {
  const asked = serviceDeadlineOf(state);
  return asked !== undefined && asked < at ? " and is never at rest" : "";
}

/** What happens, and when: to a generation its event has the time. */
export function timed(what: ReloadInput["what"], at: Instant): ServiceEvent {
  return what.type === "generation"
    ? ({ ...what, event: { ...what.event, at } } as ServiceEvent)
    : ({ ...what, at } as ServiceEvent);
}

export function textOf(actions: readonly ServiceAction[]): string {
  return actions.map(actionText).filter(Boolean).join(", ");
}

/** A generation's actions behind its number; what its guardian is to do without us is left out. */
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
