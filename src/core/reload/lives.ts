import type { GenerationStep, Message } from "../messages/messages.ts";
import type { Event, LifecycleEvent } from "../report/event.ts";
import type { EventRecord } from "../report/event-record.ts";
import { recordOf } from "../report/event-record.ts";
import type { Report } from "../report/report.ts";
import type { Action } from "../run/action.ts";
import type { Received, State } from "../run/state.ts";
import { deadlineOf, earlier } from "../run/state.ts";
import { step } from "../run/supervisor.ts";
import type { Exit, Reason } from "../spec/exit.ts";
import type { Spec } from "../spec/spec.ts";
import type { Duration, Instant } from "../values/duration.ts";

/** One generation of the command: a run of its own, and what it is among the others. */
export type Life = {
  readonly generation: number;
  readonly state: State;
  /**
   * `next`: not ready yet, while another one serves. `old`: has served, and was told to end.
   * `late`: was told to end before it served.
   */
  readonly role: "serving" | "next" | "old" | "late";
  readonly startedAt: Instant | undefined;
};

/** Where we are with a command that is replaced when something changes. */
export type Reloading = {
  /** `ending`: nothing new begins any more. */
  readonly phase: "serving" | "ending" | "finished";
  /** At most two: one that comes and one that goes. */
  readonly lives: readonly Life[];
  /** The number of the latest one. */
  readonly generation: number;
  readonly startedAt: Instant | undefined;
  /** When nothing will have changed for long enough. */
  readonly settledAt: Instant | undefined;
  /** A new generation is wanted as soon as no other one is under way. */
  readonly isWanted: boolean;
  readonly coming: Coming;
  readonly readyBy: Instant | undefined;
  /** Until then a signal may be what ends the command, and us; nothing new begins so long. */
  readonly doubtUntil: Instant | undefined;
  /** When the end of all was asked for by a signal. */
  readonly askedAt?: Instant | undefined;
  /** How the latest one ended that has served. */
  readonly lastServed: GenerationEnd | undefined;
};

/** The next generation: none; when the old one has ended; or at an instant. */
export type Coming =
  | { readonly kind: "none" }
  | { readonly kind: "after-old" }
  | { readonly kind: "at"; readonly at: Instant };

/** How a generation ended, with everything that it had started. */
export type GenerationEnd = {
  readonly generation: number;
  readonly at: Instant;
  readonly exit: Exit;
  readonly report: Report | undefined;
  /** Why we ended it; undefined: it ended by itself. */
  readonly reason: Reason | undefined;
  readonly hasStarted: boolean;
};

/** What happens to us, and not to one generation alone. */
export type Asking = Received | Extract<Event, { type: "caller-gone" }>;

/** Everything that can happen to us and to the generations. */
export type Happening =
  | { readonly type: "run"; readonly generation: number; readonly event: Event }
  | Extract<LifecycleEvent, { type: "changed" | "ready" }>
  | Asking
  | Extract<Event, { type: "deadline" }>;

/** Everything that we do. */
export type Deed =
  /** Makes room for a generation, and gives it back. */
  | { readonly type: "begin"; readonly generation: number }
  | { readonly type: "end"; readonly generation: number }
  | { readonly type: "run"; readonly generation: number; readonly action: RunAction }
  | { readonly type: "say"; readonly message: Message }
  | ({ readonly type: "emit" } & EventRecord)
  | { readonly type: "report"; readonly report: Report }
  | { readonly type: "exit"; readonly exit: Exit };

/** What a generation asks of the host. */
export type RunAction = Exclude<Action, { type: "exit" | "say" | "emit" | "report" }>;

/** The next state, and what to do on the way, in this order. */
export type Turn = { readonly state: Reloading; readonly deeds: readonly Deed[] };

/** Nothing is done on the way. */
export function quiet(state: Reloading): Turn {
  return { state, deeds: [] };
}

/** One thing, and then another. */
export function then(first: Turn, more: (state: Reloading) => Turn): Turn {
  const second = more(first.state);
  return { state: second.state, deeds: [...first.deeds, ...second.deeds] };
}

/** When the state wants to be woken; `undefined`: never. */
export function deadlineOfAll(state: Reloading): Instant | undefined {
  const { lives, settledAt, coming, readyBy, doubtUntil } = state;
  const startAt = doubtUntil ?? (coming.kind === "at" ? coming.at : undefined);
  const own = earlier(earlier(settledAt, startAt), readyBy);
  return lives.reduce((least, life) => earlier(least, deadlineOf(life.state)), own);
}

/** The one of this role; only of those that were told to end there can be two. */
export function lifeIn({ lives }: Reloading, role: "serving" | "next"): Life | undefined {
  return lives.find((life) => life.role === role);
}

export function lifeOf({ lives }: Reloading, generation: number): Life | undefined {
  return lives.find((life) => life.generation === generation);
}

/** The state with this in the place of what the generation was. */
export function withLife(state: Reloading, life: Life): Reloading {
  const put = (old: Life) => (old.generation === life.generation ? life : old);
  return { ...state, lives: state.lives.map(put) };
}

/** A generation's own step. What it does is done in its name; `end`: it was the last one. */
export function live(
  spec: Spec,
  before: Reloading,
  life: Life,
  event: Event,
): Turn & { readonly life: Life; readonly end: GenerationEnd | undefined } {
  const { generation } = life;
  const { at } = event;
  const next = step(spec, life.state, event);
  const after: Life = { ...life, state: next.state, startedAt: life.startedAt ?? at };
  const state = { ...withLife(before, after), startedAt: before.startedAt ?? at };
  const deeds = next.actions.flatMap((action) => deedsOf(state, after, action));
  const leaving = next.actions.find((action) => action.type === "exit");
  const report = next.actions.find((action) => action.type === "report")?.report;
  const hasStarted = event.type !== "spawn-failed";
  const { exit, reason } = leaving ?? {};
  const end = exit && { generation, exit, reason, report, at, hasStarted };
  return { state, deeds, life: after, end };
}

/** An action of a generation as a deed of ours. How it leaves is not yet how we leave. */
export function deedsOf({ startedAt }: Reloading, life: Life, action: Action): Deed[] {
  const { generation } = life;
  switch (action.type) {
    case "exit":
    case "report":
      return [];
    case "say":
      return [action];
    case "emit": {
      // Since we began, not since this generation did.
      const at = (action.at + (life.startedAt ?? 0) - (startedAt ?? 0)) as Duration;
      return [{ ...action, at, generation }];
    }
    default:
      return [{ type: "run", generation, action }];
  }
}

/** What is said of a generation. */
export function saying(state: Reloading, generation: number, what: GenerationStep): Turn {
  const message: Message = { kind: "generation", generation, step: what };
  return { state, deeds: [{ type: "say", message }] };
}

/** The same with `-v` only. */
export function sayingMore(
  spec: Spec,
  state: Reloading,
  generation: number,
  what: GenerationStep,
): Turn {
  return spec.verbose ? saying(state, generation, what) : quiet(state);
}

/** A line for whoever reads along. */
export function note(spec: Spec, state: Reloading, event: LifecycleEvent | Asking): Turn {
  if (spec.events === undefined) return quiet(state);
  const record = recordOf(event, state.startedAt ?? event.at);
  return { state, deeds: [{ type: "emit", ...record }] };
}
