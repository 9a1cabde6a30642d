import type { Cause, GenerationStep, Restart } from "../messages/generation-sentence.ts";
import type { Message } from "../messages/messages.ts";
import type { Event, LifecycleEvent } from "../report/event.ts";
import type { EventRecord } from "../report/event-record.ts";
import { recordOf } from "../report/event-record.ts";
import type { Report } from "../report/report.ts";
import type { Action } from "../run/action.ts";
import type { ReceivedSignal, State } from "../run/state.ts";
import { deadlineOf } from "../run/state.ts";
import { step } from "../run/step.ts";
import type { Exit, Reason } from "../spec/exit.ts";
import type { Spec } from "../spec/spec.ts";
import type { WaitStatus } from "../spec/status.ts";
import type { Duration, Instant } from "../values/duration.ts";
import { earlier } from "../values/instant.ts";

/** One generation of the command: a run of its own, and its role beside the other generation. */
export type Generation = {
  /** Counted from 1. */
  readonly number: number;
  readonly state: State;
  readonly role: Role;
  /** When its first event came. */
  readonly startedAt: Instant | undefined;
  /** The held addresses, if no process had taken a socket when the command exited. */
  readonly unused?: readonly string[] | undefined;
};

/**
 * `serving`: the one that serves. `next`: not ready yet, while another one serves. `retiring`: it
 * has served and was told to end. `abandoned`: it was told to end before it served.
 */
export type Role = "serving" | "next" | "retiring" | "abandoned";

/** The state of a command whose generations replace one another. */
export type ServiceState = {
  /** `ending`: no generation starts any more. */
  readonly phase: "serving" | "ending" | "finished";
  /** At most two: one that comes and one that goes. */
  readonly generations: readonly Generation[];
  /** The number of the generation that started last. */
  readonly latest: number;
  readonly startedAt: Instant | undefined;
  /** A new generation is wanted if nothing more has changed until then. */
  readonly debounceUntil: Instant | undefined;
  /** Whether a new generation is wanted as soon as no other one is coming or going, and why. */
  readonly pendingReload: "none" | "changed" | "signal";
  readonly pendingStart: PendingStart;
  /** Why a new generation is wanted; undefined: none is, or its restart is under way. */
  readonly cause?: TimedCause | undefined;
  /** The restart that is under way, until it is told. */
  readonly restart?: Restarting | undefined;
  /** When the next generation must be ready. */
  readonly readyDeadline: Instant | undefined;
  /**
   * A signal that may end the command, and curfew with it, has arrived: no generation starts until
   * then, for if the command dies of it the service ends.
   */
  readonly noRestartUntil: Instant | undefined;
  /** When a signal asked for the end of the service. */
  readonly stopRequestedAt?: Instant | undefined;
  /** The end of the latest generation that has served. */
  readonly lastServed: GenerationEnd | undefined;
};

/** When the next generation starts: not at all; when the retiring one has ended; at an instant. */
export type PendingStart =
  | { readonly kind: "none" }
  | { readonly kind: "after-retiring" }
  | { readonly kind: "at"; readonly at: Instant };

/** Why a new generation is wanted, and since when. */
export type TimedCause = { readonly why: Cause; readonly at: Instant };

/** A restart as far as it has come. */
export type Restarting = {
  readonly cause: TimedCause;
  /** The end of the generation that served before. */
  readonly before: GenerationEnd | undefined;
  /** The generation that takes the place of another; undefined: it has not begun yet. */
  readonly generation: number | undefined;
  readonly served: { readonly how: Restart["served"]; readonly at: Instant } | undefined;
};

/** How a generation ended, together with every process that it had started. */
export type GenerationEnd = {
  readonly generation: number;
  readonly startedAt: Instant;
  readonly at: Instant;
  readonly exit: Exit;
  /** How the command itself ended; undefined: no process saw it. */
  readonly status: WaitStatus | undefined;
  readonly report: Report | undefined;
  /** Why curfew ended it. Undefined: it ended by itself. */
  readonly reason: Reason | undefined;
  readonly hasStarted: boolean;
};

/** An event that reaches curfew itself, and not one generation. */
export type OwnEvent = ReceivedSignal | Extract<Event, { type: "caller-gone" }>;

/** Every event of a service: one generation's, or one that concerns all. */
export type ServiceEvent =
  | {
      readonly type: "generation";
      readonly generation: number;
      readonly event: Event;
      /** The held addresses, if no process has taken a socket; with the exit of the command. */
      readonly unused?: readonly string[] | undefined;
    }
  | Extract<LifecycleEvent, { type: "changed" | "ready" }>
  | OwnEvent
  | Extract<Event, { type: "deadline" }>;

/** Everything that a step may ask of the host of a service. */
export type ServiceAction =
  /** The host makes room for a generation. */
  | { readonly type: "begin"; readonly generation: number }
  /** The host gives up what it holds for a generation. */
  | { readonly type: "end"; readonly generation: number }
  | { readonly type: "generation"; readonly generation: number; readonly action: RunAction }
  | { readonly type: "say"; readonly message: Message }
  | ({ readonly type: "emit" } & EventRecord)
  | { readonly type: "report"; readonly report: Report }
  | { readonly type: "exit"; readonly exit: Exit };

/** An action that the host carries out for one generation. */
export type RunAction = Exclude<Action, { type: "exit" | "say" | "emit" | "report" }>;

/** The next state, and the actions on the way to it, in this order. */
export type ServiceStep = {
  readonly state: ServiceState;
  readonly actions: readonly ServiceAction[];
};

/** A step without actions. */
export function stay(state: ServiceState): ServiceStep {
  return { state, actions: [] };
}

/** A step and the one that follows it from its state, as one. */
export function andThen(
  first: ServiceStep,
  more: (state: ServiceState) => ServiceStep,
): ServiceStep {
  const second = more(first.state);
  return { state: second.state, actions: [...first.actions, ...second.actions] };
}

/** When the host has to wake the service. Undefined: never. */
export function serviceDeadlineOf(state: ServiceState): Instant | undefined {
  const { generations, debounceUntil, pendingStart, readyDeadline, noRestartUntil } = state;
  const startAt = noRestartUntil ?? (pendingStart.kind === "at" ? pendingStart.at : undefined);
  const own = earlier(earlier(debounceUntil, startAt), readyDeadline);
  return generations.reduce((least, one) => earlier(least, deadlineOf(one.state)), own);
}

/** The generation of a role that only one can have. */
export function generationIn(
  { generations }: ServiceState,
  role: "serving" | "next",
): Generation | undefined {
  return generations.find((one) => one.role === role);
}

export function generationOf(
  { generations }: ServiceState,
  number: number,
): Generation | undefined {
  return generations.find((one) => one.number === number);
}

/** Whether a generation was told to end. */
export function isCancelled({ role }: Generation): boolean {
  return role === "retiring" || role === "abandoned";
}

/**
 * Whether the service ends because the serving generation has reached its time limit. One by the
 * time of day has passed for all generations.
 */
export function endsWithLimit({ watch, exitOnError }: Spec, reason: Reason | undefined): boolean {
  if (reason === "until") return true;
  return reason === "timeout" && (exitOnError || watch.length === 0);
}

/** Whether the service ends with this generation. A retiring one has not failed. */
export function isEndOfAll(
  spec: Spec,
  { phase }: ServiceState,
  { role }: Generation,
  { exit, reason }: GenerationEnd,
): boolean {
  if (phase !== "serving" || role === "retiring") return false;
  if (spec.exitOnError && exit.code !== 0) return true;
  return role === "serving" && endsWithLimit(spec, reason);
}

/** The state in which a generation has become the given one. */
export function withGeneration(state: ServiceState, generation: Generation): ServiceState {
  const replaced = (old: Generation) => (old.number === generation.number ? generation : old);
  return { ...state, generations: state.generations.map(replaced) };
}

/**
 * A generation's own step, with its actions as actions of the service. `end` is set where it was
 * the generation's last step.
 */
export function stepGeneration(
  spec: Spec,
  before: ServiceState,
  old: Generation,
  event: Event,
): ServiceStep & { readonly generation: Generation; readonly end: GenerationEnd | undefined } {
  const { at } = event;
  const next = step(spec, old.state, event);
  const generation: Generation = { ...old, state: next.state, startedAt: old.startedAt ?? at };
  const state = { ...withGeneration(before, generation), startedAt: before.startedAt ?? at };
  const actions = next.actions.flatMap((action) => actionsOf(state, generation, action));
  const leaving = next.actions.find((action) => action.type === "exit");
  const report = next.actions.find((action) => action.type === "report")?.report;
  const hasStarted = event.type !== "spawn-failed";
  const { exit, reason, status } = leaving ?? {};
  const startedAt = generation.startedAt ?? at;
  const number = old.number;
  const end = exit && {
    generation: number,
    startedAt,
    at,
    exit,
    status,
    reason,
    report,
    hasStarted,
  };
  return { state, actions, generation, end };
}

/** A generation's action as the service's. Its exit and its report are not yet the service's. */
export function actionsOf(
  { startedAt }: ServiceState,
  generation: Generation,
  action: Action,
): ServiceAction[] {
  switch (action.type) {
    case "exit":
    case "report":
      return [];
    case "say":
      return [action];
    case "emit": {
      // Times count from the start of the service, not of this generation.
      const at = (action.at + (generation.startedAt ?? 0) - (startedAt ?? 0)) as Duration;
      return [{ ...action, at, generation: generation.number }];
    }
    default:
      return [{ type: "generation", generation: generation.number, action }];
  }
}

/** Says on stderr what a generation does, unless --quiet was given. */
export function say(
  spec: Spec,
  state: ServiceState,
  generation: number,
  what: GenerationStep,
): ServiceStep {
  if (spec.telling === "nothing" && !spec.verbose) return stay(state);
  const message: Message = { kind: "generation", generation, step: what };
  return { state, actions: [{ type: "say", message }] };
}

/** The same with `-v` only. */
export function sayVerbose(
  spec: Spec,
  state: ServiceState,
  generation: number,
  what: GenerationStep,
): ServiceStep {
  return spec.verbose ? say(spec, state, generation, what) : stay(state);
}

/** Writes a line of --events, where they are asked for. */
export function emit(
  spec: Spec,
  state: ServiceState,
  event: LifecycleEvent | OwnEvent,
): ServiceStep {
  if (spec.events === undefined) return stay(state);
  const record = recordOf(event, state.startedAt ?? event.at);
  return { state, actions: [{ type: "emit", ...record }] };
}
