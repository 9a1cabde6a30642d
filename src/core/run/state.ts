import type { Event, Exited } from "../report/event.ts";
import type { Sent, Stop } from "../report/report.ts";
import type { Reason } from "../spec/exit.ts";
import type { HandledLeftovers } from "../spec/member.ts";
import type { Holding } from "../spec/tree.ts";
import type { Duration, Instant } from "../values/duration.ts";
import type { Signal } from "../values/signal.ts";
import type { Action } from "./action.ts";

/** What is known of a command that was started. */
export type Run = {
  readonly startedAt: Instant;
  readonly holding: Holding;
  /** The kinds of signals sent so far, the latest last. */
  readonly sent: readonly Sent[];
  readonly stops: readonly Stop[];
  readonly isStopped: boolean;
  readonly continuesStoppedOnly: boolean;
  /** The latest request to end: when it came. `above`: from another curfew, which started us. */
  readonly asked?: { readonly at: Instant; readonly above: boolean } | undefined;
  /** What becomes of leftovers, once they were looked at. */
  readonly left?: HandledLeftovers;
};

/** Where we are, with the data of that phase only. */
export type State =
  | { readonly phase: "starting" }
  | {
      readonly phase: "running";
      readonly run: Run;
      readonly limitAt: Instant | undefined;
      readonly drained: Drained | undefined;
      /** Since when the clock of the limit rests: the terminal has stopped the command and us. */
      readonly restingSince: Instant | undefined;
    }
  /** The first signal was sent. */
  | {
      readonly phase: "stopping";
      readonly run: Run;
      readonly reason: Reason;
      readonly signal: Signal;
      /** When members outside the command's group get the signal. */
      readonly restAt: Instant | undefined;
      /** The limit, where no other deadline follows the first signal. */
      readonly limitAt: Instant | undefined;
      /** A signal that came through the guardian: its other copy is no second request. */
      readonly relayed: Signal | undefined;
      readonly killAt: Instant | undefined;
    }
  /** The main child is gone, the tree is not empty. */
  | {
      readonly phase: "leftovers";
      readonly run: Run;
      readonly reason: Reason | undefined;
      readonly main: Exited;
      readonly relayed: Signal | undefined;
      /** Undefined while nothing was sent: we wait for them. */
      readonly killAt: Instant | undefined;
      readonly limitAt: Instant | undefined;
      /** Undefined where all of them have got the first signal, or nobody gets one. */
      readonly lingering: Lingering | undefined;
    }
  /**
   * A sweep is under way, until `giveUpAt` at the latest. Where the guardian does nothing until
   * `lateAt`, we do it ourselves. `lost`: we do, for the guardian is gone, or was late.
   */
  | {
      readonly phase: "killing";
      readonly run: Run;
      readonly reason: Reason | undefined;
      readonly main: Exited | undefined;
      readonly lateAt: Instant | undefined;
      readonly giveUpAt: Instant;
      readonly lost: "gone" | "late" | undefined;
      /** The main child died of SIGKILL after it was ordered, and before the sweep told of it. */
      readonly isKilled: boolean;
    }
  | { readonly phase: "finished" };

/** Leftovers have time to end by themselves. */
export type Lingering = {
  /** The first signal. */
  readonly signal: Signal;
  /** When those that are about to end get it; undefined: they have. */
  readonly readersAt: Instant | undefined;
  /** When everybody else gets it, and then SIGKILL; in the same way. */
  readonly othersAt: Instant | undefined;
  readonly othersKillAt: Instant | undefined;
  /** SIGKILL was sent to all but the spared: what is left is swept, whoever it is. */
  readonly isLast: boolean;
  /** When they are looked at again, though nothing is due by then. */
  readonly lookAt: Instant | undefined;
};

/** A signal that asks for the end, held back until then; without an instant it was passed on. */
export type Drained = { readonly event: Received; readonly until: Instant | undefined };

export type Running = Extract<State, { phase: "running" }>;
export type Stopping = Extract<State, { phase: "stopping" }>;
export type Remaining = Extract<State, { phase: "leftovers" }>;
export type Killing = Extract<State, { phase: "killing" }>;

/** When the state wants to be woken; `undefined`: never. The host wakes it strictly later. */
export function deadlineOf(state: State): Instant | undefined {
  switch (state.phase) {
    case "running":
      return earlier(limitOf(state), state.drained?.until);
    case "stopping":
      return earlier(earlier(state.restAt, state.limitAt), state.killAt);
    case "leftovers":
      return earlier(earlier(state.limitAt, state.killAt), lingeringUntil(state.lingering));
    case "killing":
      return state.lateAt;
    case "starting":
    case "finished":
      return undefined;
  }
}

/** The next moment at which something is due for those that linger. */
export function lingeringUntil(lingering: Lingering | undefined): Instant | undefined {
  if (lingering === undefined) return undefined;
  const { readersAt, othersAt, othersKillAt, lookAt } = lingering;
  return earlier(earlier(readersAt, othersAt), earlier(othersKillAt, lookAt));
}

/** When the limit passes; while its clock rests: never. */
export function limitOf({ limitAt, restingSince }: Running): Instant | undefined {
  return restingSince === undefined ? limitAt : undefined;
}

export function earlier(one: Instant | undefined, other: Instant | undefined): Instant | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}

/** Strictly later than the deadline, where there is one. */
export function isDue(deadline: Instant | undefined, at: Instant): boolean {
  return deadline !== undefined && at > deadline;
}

/** `undefined` for no limit. */
export function after(at: Instant, delay: Duration): Instant | undefined {
  return delay === 0 ? undefined : ((at + delay) as Instant);
}

/** The next state and what to do on the way, in this order. */
export type Step = { readonly state: State; readonly actions: readonly Action[] };

export function stay(state: State): Step {
  return { state, actions: [] };
}

export type Received = Extract<Event, { type: "signal" }>;

/** Who signals all processes of a service signals us and our guardian: that is one request. */
export function isCopy({ run, relayed }: Stopping | Remaining, event: Received): boolean {
  if (event.relayed === true) return run.sent.some(({ signal }) => signal === event.signal);
  return relayed === event.signal;
}

/** The state when a copy has come: a plain one comes once. */
export function withoutCopy<S extends Stopping | Remaining>(state: S, event: Received): S {
  return event.relayed === true ? state : { ...state, relayed: undefined };
}
