import type { Event, Exited } from "../report/event.ts";
import type { Killed, Loss, RunFacts, Sent, Stop } from "../report/report.ts";
import type { Reason } from "../spec/exit.ts";
import type { HandledLeftovers } from "../spec/member.ts";
import type { TreeSnapshot } from "../spec/process-snapshot.ts";
import type { Spec } from "../spec/spec.ts";
import type { AppliedContainment } from "../spec/tree.ts";
import type { Duration, Instant } from "../values/duration.ts";
import { deadlineAfter, earlier } from "../values/instant.ts";
import type { Signal } from "../values/signal.ts";
import type { Action } from "./action.ts";
import type { RunBudget } from "./budget.ts";
import {
  stdinDeadlineOf,
  stdinSignalAtOf,
  wallLimitOf,
  withClockSet,
  withLaterUntil,
} from "./budget.ts";

/** What curfew notes about a command that was started. */
export type Run = {
  readonly startedAt: Instant;
  readonly holding: AppliedContainment;
  /** The signals sent so far, one entry for each signal and target, the latest last. */
  readonly sent: readonly Sent[];
  readonly stops: readonly Stop[];
  readonly isStopped: boolean;
  readonly continuesStoppedOnly: boolean;
  /**
   * When the latest request to end came. `above`: another curfew sent it, which started this one.
   */
  readonly lastRequest?: { readonly at: Instant; readonly above: boolean } | undefined;
  /** What became of the leftovers, once they were looked at. */
  readonly left?: HandledLeftovers;
  /** What the caller gave as the cause of its cancel, as JSON. */
  readonly cause?: string | undefined;
  /** The tree just before curfew began to end it, where it was looked at. */
  readonly tree?: TreeSnapshot | undefined;
  readonly killed?: Killed | undefined;
  /** The limit of a command that has ended by itself, for the delivery of what it wrote. */
  readonly deliverBy?: Instant | undefined;
  /** Undefined where no option asks for any of it, as in most runs. */
  readonly budget?: RunBudget | undefined;
};

/** The state of a run: its phase, with the data of that phase only. */
export type State =
  | { readonly phase: "starting" }
  | {
      readonly phase: "running";
      readonly run: Run;
      readonly limitAt: Instant | undefined;
      /** When the command must have written something, as far as the core knows of its output. */
      readonly idleAt: Instant | undefined;
      readonly drained: DrainedSignal | undefined;
      /**
       * Since when the clocks of the limits are paused: Ctrl-Z has suspended command and curfew.
       */
      readonly suspendedSince: Instant | undefined;
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
      /** A signal that the guardian has passed on: its direct copy is no second request. */
      readonly relayed: Signal | undefined;
      readonly killAt: Instant | undefined;
    }
  /** The main child has ended, and the tree is not empty. */
  | {
      readonly phase: "leftovers";
      readonly run: Run;
      readonly reason: Reason | undefined;
      readonly main: Exited;
      readonly relayed: Signal | undefined;
      /** Undefined while no signal was sent: curfew waits for the leftovers. */
      readonly killAt: Instant | undefined;
      readonly limitAt: Instant | undefined;
      /** When one of them must have written something, while curfew waits for them. */
      readonly idleAt: Instant | undefined;
      /** Undefined where all of them have been sent the first signal, or none will be. */
      readonly lingering: Lingering | undefined;
    }
  /** A sweep is under way. */
  | {
      readonly phase: "sweeping";
      readonly run: Run;
      readonly reason: Reason | undefined;
      readonly main: Exited | undefined;
      /** The guardian must have begun by then, else curfew sweeps. Undefined: curfew sweeps. */
      readonly lateAt: Instant | undefined;
      /** When the sweep ends at the latest. */
      readonly giveUpAt: Instant;
      /** Why curfew sweeps itself: the guardian is gone, or was late. */
      readonly lost: Loss | undefined;
      /**
       * The main child died of SIGKILL after the sweep was ordered and before the guardian's
       * answer.
       */
      readonly isKilled: boolean;
    }
  /** The run is over, and what the command wrote is being delivered. */
  | {
      readonly phase: "draining";
      readonly facts: RunFacts;
      /** When that is given up. */
      readonly until: Instant | undefined;
    }
  | { readonly phase: "finished" };

/** When leftovers, which have time to end by themselves, are sent which signal. */
export type Lingering = {
  /** The first signal. */
  readonly signal: Signal;
  /** When leftovers that are about to end are sent it. Undefined: they were. */
  readonly readersAt: Instant | undefined;
  /** When all others are sent it. Undefined: they were. */
  readonly othersAt: Instant | undefined;
  /** When all others are sent SIGKILL. Undefined: they were. */
  readonly othersKillAt: Instant | undefined;
  /** SIGKILL was sent to all but the spared. A sweep ends what is left after it, the spared too. */
  readonly isLast: boolean;
  /** When curfew looks at them again, although no signal is due then. */
  readonly lookAt: Instant | undefined;
};

/** A request to end that --drain holds back until an instant. Undefined: it was passed on. */
export type DrainedSignal = { readonly event: ReceivedSignal; readonly until: Instant | undefined };

export type RunningPhase = Extract<State, { phase: "running" }>;
export type StoppingPhase = Extract<State, { phase: "stopping" }>;
export type LeftoversPhase = Extract<State, { phase: "leftovers" }>;
export type SweepingPhase = Extract<State, { phase: "sweeping" }>;
export type DrainingPhase = Extract<State, { phase: "draining" }>;

/** The run that has noted why the caller cancels it. */
export function withCause(run: Run, { cause }: Extract<Event, { type: "cancelled" }>): Run {
  return cause === undefined ? run : { ...run, cause };
}

/**
 * The state whose time limit comes later, where it has one. An inherited deadline stays where it
 * is.
 */
export function withLaterLimit<S extends RunningPhase | LeftoversPhase>(state: S, by: Duration): S {
  const { limitAt: before, run } = state;
  const limitAt = before === undefined ? undefined : ((before + by) as Instant);
  const wall = run.budget?.wall;
  if (wall === undefined) return before === undefined ? state : { ...state, limitAt };
  return { ...state, limitAt, run: withBudget(run, { wall: withLaterUntil(wall, by) }) };
}

/** The run whose end does not depend on a limit any more, because it has begun. */
export function withoutWall(run: Run): Run {
  return run.budget?.wall === undefined ? run : withBudget(run, { wall: undefined });
}

/** The run that has noted something about its budget. */
export function withBudget(run: Run, noted: RunBudget): Run {
  return { ...run, budget: { ...run.budget, ...noted } };
}

/** The state after a change of what the wall clock, or an inherited deadline, means. */
export function withBudgetNews(
  state: State,
  event: Extract<Event, { type: "clock-set" | "deadline-void" }>,
): State {
  const before = "run" in state ? state.run.budget?.wall : undefined;
  if (!("run" in state) || before === undefined) return state;
  const wall =
    event.type === "clock-set"
      ? withClockSet(before, event)
      : { ...before, inheritedAt: undefined };
  return { ...state, run: withBudget(state.run, { wall }) };
}

/** When the host has to wake the run, strictly later than that. Undefined: never. */
export function deadlineOf(state: State): Instant | undefined {
  switch (state.phase) {
    case "running":
      return runningDeadline(state);
    case "stopping":
      return earlier(earlier(state.restAt, limitOf(state)), state.killAt);
    case "leftovers":
      return earlier(
        earlier(earlier(limitOf(state), state.idleAt), state.killAt),
        earlier(lingeringDeadline(state.lingering), waitingDeadline(state)),
      );
    case "sweeping":
      return state.lateAt;
    case "draining":
      return state.until;
    case "starting":
    case "finished":
      return undefined;
  }
}

function runningDeadline(state: RunningPhase): Instant | undefined {
  const own = earlier(idleLimitOf(state), firmDeadlineOf(state));
  const { budget } = state.run;
  return budget === undefined ? own : earlier(own, budgetDeadlineOf(budget));
}

/** The next instant that counts only while curfew waits for leftovers without a signal. */
function waitingDeadline({ run, killAt }: LeftoversPhase): Instant | undefined {
  return killAt === undefined && run.budget ? budgetDeadlineOf(run.budget) : undefined;
}

/** When curfew looks at stdin, or has waited for it long enough, or says how the run stands. */
function budgetDeadlineOf(budget: RunBudget): Instant | undefined {
  return earlier(stdinDeadlineOf(budget), budget.beatAt);
}

/** The next instant of a `Lingering`. */
export function lingeringDeadline(lingering: Lingering | undefined): Instant | undefined {
  if (lingering === undefined) return undefined;
  const { readersAt, othersAt, othersKillAt, lookAt } = lingering;
  return earlier(earlier(readersAt, othersAt), earlier(othersKillAt, lookAt));
}

/** The deadline of a running command, except the one by which it must have written something. */
export function firmDeadlineOf(state: RunningPhase): Instant | undefined {
  const firm = earlier(limitOf(state), state.drained?.until);
  const { budget } = state.run;
  return budget === undefined ? firm : earlier(firm, stdinSignalAtOf(budget));
}

/** When the command must have written something. Undefined: never, or the clock is paused. */
export function idleLimitOf({ idleAt, suspendedSince }: RunningPhase): Instant | undefined {
  return suspendedSince === undefined ? idleAt : undefined;
}

/** The state after the host has told when the command wrote last. */
export function withWritten<S extends RunningPhase | LeftoversPhase>(
  { idleTimeout }: Spec,
  state: S,
  last: Instant,
): S {
  const { idleAt } = state;
  // While the clock is paused it stands at the pause's beginning.
  const paused = state.phase === "running" ? state.suspendedSince : undefined;
  const next = deadlineAfter(earlier(last, paused) ?? last, idleTimeout);
  // An instant that a pause has moved stays.
  const isLater = idleAt !== undefined && next !== undefined && next > idleAt;
  return isLater ? { ...state, idleAt: next } : state;
}

/** When the limit passes. Undefined: there is none, or its clock is paused. */
export function limitOf(state: RunningPhase | StoppingPhase | LeftoversPhase): Instant | undefined {
  const isPaused = state.phase === "running" && state.suspendedSince !== undefined;
  const limitAt = isPaused ? undefined : state.limitAt;
  const { budget } = state.run;
  return budget === undefined ? limitAt : earlier(limitAt, wallLimitOf(budget.wall));
}

/** Which limit is the one that passes first. */
export function limitReasonOf(state: RunningPhase | LeftoversPhase): "timeout" | "until" {
  const wall = wallLimitOf(state.run.budget?.wall);
  return wall !== undefined && wall === limitOf(state) ? "until" : "timeout";
}

/** The next state, and the actions on the way to it, in this order. */
export type Step = { readonly state: State; readonly actions: readonly Action[] };

export function stay(state: State): Step {
  return { state, actions: [] };
}

export type ReceivedSignal = Extract<Event, { type: "signal" }>;

/**
 * Whether a signal is the second copy of a request. A service manager signals curfew and the
 * guardian at once, and the guardian passes its copy on.
 */
export function isCopy(
  { run, relayed }: StoppingPhase | LeftoversPhase,
  event: ReceivedSignal,
): boolean {
  if (event.relayed === true) return run.sent.some(({ signal }) => signal === event.signal);
  return relayed === event.signal;
}

/** The state after a copy. A direct copy comes once. */
export function withoutCopy<S extends StoppingPhase | LeftoversPhase>(
  state: S,
  event: ReceivedSignal,
): S {
  return event.relayed === true ? state : { ...state, relayed: undefined };
}
