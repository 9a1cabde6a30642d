import type { Process } from "../spec/tree.ts";
import type { Duration, Instant } from "../values/duration.ts";
import { later } from "../values/instant.ts";
import type { Signal } from "../values/signal.ts";
import type { Discovery, KillProgress, Missed, Resolution } from "./members.ts";
import type { KillResult, Observation, Receiver } from "./result.ts";

/** The host's answer to the last action of the step before. */
export type KillEvent =
  | { readonly type: "resolved"; readonly at: Instant; readonly resolutions: readonly Resolution[] }
  /** `isCut`: the time was over before the host had looked at every process. */
  | {
      readonly type: "walked";
      readonly at: Instant;
      readonly discoveries: readonly Discovery[];
      readonly missed: readonly Missed[];
      readonly isCut: boolean;
    }
  /**
   * `refused`: receivers that the kernel does not let us signal; `ended`: receivers that had exited
   * before. `discoveries`: processes below a receiver right before its signal; `later`: those that
   * were found there right after it.
   */
  | {
      readonly type: "killed";
      readonly at: Instant;
      readonly refused: readonly number[];
      readonly ended: readonly number[];
      readonly discoveries: readonly Discovery[];
      readonly later: readonly Discovery[];
      readonly missed: readonly Missed[];
    }
  /** `discoveries`: processes seen below a member meanwhile, also below members in `ended`. */
  | {
      readonly type: "waited";
      readonly at: Instant;
      readonly ended: readonly number[];
      readonly discoveries: readonly Discovery[];
      readonly missed: readonly Missed[];
    }
  /**
   * `discoveries`: processes that certainly descend from a member, `under` that one; `strays`:
   * processes that may descend from one. `missed`: an errno's name, where the host could not look
   * at every process.
   */
  | {
      readonly type: "searched";
      readonly at: Instant;
      readonly discoveries: readonly Discovery[];
      readonly strays: readonly Process[];
      readonly missed: string | undefined;
      readonly isCut: boolean;
    }
  | {
      readonly type: "examined";
      readonly at: Instant;
      readonly observations: readonly Observation[];
    };

/**
 * The last action of a step asks the host for something; the answer is the next event. `until`: the
 * host stops looking then, even if it has not seen every process.
 */
export type KillAction =
  /** Find the processes that these PIDs, or process groups, stand for. */
  | { readonly type: "resolve"; readonly pids: readonly number[] }
  /** Look for processes below these members, or in these groups. */
  | {
      readonly type: "walk";
      readonly members: readonly number[];
      readonly groups: readonly number[];
      readonly until: Instant;
    }
  /**
   * Send one signal to each member in this order; the members of `groups` get it by one call per
   * group. `looksBelow`: right before and right after a member's signal the host looks up what is
   * below it, because its children get another parent when it exits. After `until` the host sends
   * without looking. `stoppedOnly`: only to members that are stopped.
   */
  | {
      readonly type: "kill";
      readonly members: readonly number[];
      readonly groups: readonly number[];
      readonly signal: Signal;
      readonly looksBelow: boolean;
      readonly stoppedOnly: boolean;
      readonly until: Instant;
    }
  /**
   * Wait until all of `members` have exited, or the deadline has passed. `below`: members that the
   * host looks below meanwhile, again and again, because a process may start another one and exit.
   */
  | {
      readonly type: "wait";
      readonly members: readonly number[];
      readonly below: readonly number[];
    }
  /** Look for descendants that these members, which have exited, left behind. */
  | { readonly type: "search"; readonly members: readonly number[]; readonly until: Instant }
  /** Look once more at members that are still alive. */
  | { readonly type: "examine"; readonly members: readonly number[] }
  | { readonly type: "say"; readonly signal: Signal; readonly to: Receiver }
  | { readonly type: "finish"; readonly results: readonly KillResult[] };

/** The phase, with its data. */
export type KillState =
  | (KillProgress & { readonly phase: "resolving" | "finished" })
  /** `isSearched`: the search for descendants is done. */
  | (KillProgress & { readonly phase: "closing"; readonly isSearched: boolean })
  /** `killAt`: undefined before the first signal, and where SIGKILL never follows. */
  | (KillProgress & {
      readonly phase: "stopping";
      /** The kind of signal that the host is sending. */
      readonly signaling: "first" | "continue" | undefined;
      readonly hasSignaled: boolean;
      /** Members that got the first signal and get SIGCONT next, if they are stopped. */
      readonly toContinue: readonly number[];
      readonly killAt: Instant | undefined;
      /** When the wait ends at the latest. */
      readonly wakeAt: Instant | undefined;
    })
  /** `quietWalks`: consecutive walks that found no new process. */
  | (KillProgress & {
      readonly phase: "killing";
      readonly giveUpAt: Instant;
      readonly quietWalks: number;
    });

export type Stopping = Extract<KillState, { phase: "stopping" }>;
export type Killing = Extract<KillState, { phase: "killing" }>;
export type Closing = Extract<KillState, { phase: "closing" }>;

/** The next state and what to do on the way, in this order. */
export type KillStep = { readonly state: KillState; readonly actions: readonly KillAction[] };

/** From the first SIGKILL until curfew gives up: a member that is alive then is a survivor. */
export const KILL_SWEEP_LIMIT: Duration = 2_000_000 as Duration;
/** The longest walk before the first signal, so that a growing tree cannot delay the signal. */
export const FIRST_WALK_LIMIT: Duration = 700_000 as Duration;
/** The shortest time for a search for descendants that members left behind. */
export const MIN_SEARCH_TIME: Duration = 500_000 as Duration;
/** The end of such a search, counted from the instant at which SIGKILL would have been due. */
export const SEARCH_TIME_AFTER_KILL: Duration = 1_000_000 as Duration;
/** The longest such search where SIGKILL never follows, so that nothing waits for its end. */
export const SEARCH_TIME_WITHOUT_KILL: Duration = 10_000_000 as Duration;

/** When a wait ends at the latest; `undefined`: never. The host ends it strictly later. */
export function deadlineOfKill(state: KillState): Instant | undefined {
  switch (state.phase) {
    case "stopping":
      return state.wakeAt;
    case "killing":
      return state.giveUpAt;
    case "resolving":
    case "closing":
    case "finished":
      return undefined;
  }
}

/** When a walk ends: when something is due; if nothing ever is, after `FIRST_WALK_LIMIT`. */
export function walkUntil(state: Stopping | Killing, at: Instant): Instant {
  return (state.phase === "killing" ? state.giveUpAt : state.killAt) ?? later(at, FIRST_WALK_LIMIT);
}

/**
 * When a search for descendants ends. It may take longer than a walk: nothing else is left to do.
 */
export function searchUntil(state: Stopping | Killing, at: Instant): Instant {
  if (state.phase === "killing") return later(state.giveUpAt, MIN_SEARCH_TIME);
  const { killAt } = state;
  return killAt === undefined
    ? later(at, SEARCH_TIME_WITHOUT_KILL)
    : later(killAt, SEARCH_TIME_AFTER_KILL);
}
