// Plays what happens to a command that is replaced, and writes down what is done about it.

import type { Deed, Happening, Reloading, Turn } from "../../../src/core/reload/lives.ts";
import { deadlineOfAll } from "../../../src/core/reload/lives.ts";
import { begin, stepAll } from "../../../src/core/reload/reload.ts";
import type { Instant } from "../../../src/core/values/duration.ts";
import * as run from "../run/transcript.ts";

type WithoutTime<H> = H extends { readonly at: Instant } ? Omit<H, "at"> : never;
type Timed = Omit<Extract<Happening, { type: "run" }>, "event"> & {
  readonly event: Omit<run.Happening["event"], "at">;
};

/** What happens to all, or to one generation. `due`: it must have been asked for. */
export type Plain = { readonly what: WithoutTime<Happening> | Timed; readonly due: boolean };
export type ReloadRow = readonly [seconds: number, happening: Plain, does: string];
/** What it is about, the command line, and its course. */
export type ReloadTranscript = readonly [name: string, call: string, ...rows: ReloadRow[]];

/** What happens to one generation alone. */
export function of(generation: number, { event }: run.Happening): Plain {
  return { what: { type: "run", generation, event }, due: false };
}

/** Something changed that is watched. */
export const changed: Plain = { what: { type: "changed", path: "src" }, due: false };

/** A generation says that it serves. */
export function ready(generation: number): Plain {
  return { what: { type: "ready", generation }, due: false };
}

/** What reaches all: a signal, the end of who started us, an instant that was waited for. */
export function all({ event, due }: run.Happening): Plain {
  if (event.type === "signal" || event.type === "caller-gone" || event.type === "deadline") {
    return { what: event, due };
  }
  throw new Error(`${event.type} happens to one generation`);
}

export const deadline: Plain = all(run.deadline);
/** A deadline that nobody asked for. */
export const woken: Plain = all(run.woken);

/** More instants than this no row has: each that passed has made the world a microsecond late. */
const LATE = 9;

/** The course as it went: the answer to each row, or what was wrong with the row. */
export function play([, call, ...rows]: ReloadTranscript): string[] {
  const spec = run.specOf(call);
  const first = begin(spec);
  let state = first.state;
  let now = 0;
  const happen = (what: Plain["what"], at: Instant): Turn => stepAll(spec, state, timed(what, at));
  const done = rows.map(([seconds, { what, due }]) => {
    let at = Math.max(now, run.ZERO + Math.round(seconds * 1e6));
    if (due) {
      const asked = deadlineOfAll(state);
      if (asked === undefined) return "not asked for";
      if (asked < at || asked > at + LATE) return `due at ${(asked - run.ZERO) / 1e6}`;
      const early = happen(what, asked as Instant);
      if (early.deeds.length > 0) return "acts before the instant has passed";
      at = asked + 1;
    }
    now = at;
    const next = happen(what, at as Instant);
    state = next.state;
    return textOf(next.deeds) + unfit(state, at);
  });
  return [textOf(first.deeds), ...done];
}

/** A state that wants to be woken at an instant that has passed would be woken for ever. */
function unfit(state: Reloading, at: number): string {
  const asked = deadlineOfAll(state);
  return asked !== undefined && asked < at ? " and is never at rest" : "";
}

/** What happens, and when: to a generation its event has the time. */
export function timed(what: Plain["what"], at: Instant): Happening {
  return what.type === "run"
    ? ({ ...what, event: { ...what.event, at } } as Happening)
    : ({ ...what, at } as Happening);
}

export function textOf(deeds: readonly Deed[]): string {
  return deeds.map(deedText).filter(Boolean).join(", ");
}

/** A generation's actions behind its number; what its guardian is to do without us is left out. */
function deedText(deed: Deed): string {
  switch (deed.type) {
    case "begin":
    case "end":
      return `${deed.type} ${deed.generation}`;
    case "run": {
      if (deed.action.type === "spawn") return "";
      const text = run.textOf([deed.action]);
      return text && `${deed.generation} ${text}`;
    }
    case "emit": {
      const generation = "generation" in deed.event ? deed.event.generation : deed.generation;
      const text = run.textOf([deed]);
      return generation === undefined ? text : `${text} of ${generation}`;
    }
    case "exit":
      return run.exitText(deed.exit);
    case "say":
    case "report":
      return run.textOf([deed]);
  }
}
