import type { KillSpec } from "../spec/kill-spec.ts";
import type { Process } from "../spec/tree.ts";
import type { Duration, Instant } from "../values/duration.ts";
import { NO_LIMIT } from "../values/duration.ts";
import type { Signal } from "../values/signal.ts";
import type { Known, Missed, Resolution, Sighting } from "./members.ts";
import type { KillResult, Look, Receiver } from "./result.ts";

/** The host's answer to what it was asked last. */
export type KillEvent =
  | { readonly type: "resolved"; readonly at: Instant; readonly resolutions: readonly Resolution[] }
  /** `isCut`: there was no time to see all. */
  | {
      readonly type: "walked";
      readonly at: Instant;
      readonly sightings: readonly Sighting[];
      readonly missed: readonly Missed[];
      readonly isCut: boolean;
    }
  /**
   * `refused`: who may not be signalled by us; `ended`: who had ended before. `sightings`: who was
   * below a receiver right before its signal; `later`: who was there right after it.
   */
  | {
      readonly type: "killed";
      readonly at: Instant;
      readonly refused: readonly number[];
      readonly ended: readonly number[];
      readonly sightings: readonly Sighting[];
      readonly later: readonly Sighting[];
      readonly missed: readonly Missed[];
    }
  /** `sightings`: who was below a member meanwhile, those who have ended included. */
  | {
      readonly type: "waited";
      readonly at: Instant;
      readonly ended: readonly number[];
      readonly sightings: readonly Sighting[];
      readonly missed: readonly Missed[];
    }
  /**
   * `sightings`: who surely comes from a member, `under` that one; `strays`: who may come from one.
   * `missed`: an errno's name, where not everybody could be looked at.
   */
  | {
      readonly type: "searched";
      readonly at: Instant;
      readonly sightings: readonly Sighting[];
      readonly strays: readonly Process[];
      readonly missed: string | undefined;
      readonly isCut: boolean;
    }
  | { readonly type: "examined"; readonly at: Instant; readonly looks: readonly Look[] };

/**
 * The last action of a step asks the host for something; the answer is the next event. `until`: a
 * look ends then, whoever there is to be seen yet.
 */
export type KillAction =
  /** What these PIDs, or process groups, stand for. */
  | { readonly type: "resolve"; readonly pids: readonly number[] }
  /** Look below these members, or in these groups. */
  | {
      readonly type: "walk";
      readonly members: readonly number[];
      readonly groups: readonly number[];
      readonly until: Instant;
    }
  /**
   * One signal to each member in this order; those of a group get it in one call. `looks`: right
   * before its signal and right after it, what is below a member is looked up; later it may be out
   * of sight. The signals are sent also when that time is over. `isWake`: to the stopped only.
   */
  | {
      readonly type: "kill";
      readonly members: readonly number[];
      readonly groups: readonly number[];
      readonly signal: Signal;
      readonly looks: boolean;
      readonly isWake: boolean;
      readonly until: Instant;
    }
  /**
   * Until all of them have ended, or the deadline has passed. `below`: who is looked at meanwhile,
   * again and again: a process may start another, and end before it is looked at once more.
   */
  | {
      readonly type: "wait";
      readonly members: readonly number[];
      readonly below: readonly number[];
    }
  /** These have ended: look for those whom they left behind. */
  | { readonly type: "search"; readonly members: readonly number[]; readonly until: Instant }
  /** A last look at who still lives. */
  | { readonly type: "examine"; readonly members: readonly number[] }
  | { readonly type: "say"; readonly signal: Signal; readonly to: Receiver }
  | { readonly type: "finish"; readonly results: readonly KillResult[] };

/** Where we are, with the data of that phase. */
export type KillState =
  | (Known & { readonly phase: "resolving" | "finished" })
  /** `isSearched`: nobody is looked for once more. */
  | (Known & { readonly phase: "closing"; readonly isSearched: boolean })
  /** `killAt`: undefined before the first signal, and where SIGKILL never follows. */
  | (Known & {
      readonly phase: "stopping";
      readonly signalling: "first" | "wake" | undefined;
      readonly hasSent: boolean;
      /** Who had the first signal, and is to be continued. */
      readonly toWake: readonly number[];
      readonly killAt: Instant | undefined;
      readonly wakeAt: Instant | undefined;
    })
  /** `quiet`: walks in a row that found nobody new. */
  | (Known & { readonly phase: "killing"; readonly hardAt: Instant; readonly quiet: number });

export type Stopping = Extract<KillState, { phase: "stopping" }>;
export type Killing = Extract<KillState, { phase: "killing" }>;
export type Closing = Extract<KillState, { phase: "closing" }>;

/** The next state and what to do on the way, in this order. */
export type KillStep = { readonly state: KillState; readonly actions: readonly KillAction[] };

/** From the first SIGKILL until we give up: who still lives then is a survivor. */
export const PATIENCE: Duration = 2_000_000 as Duration;
/** So long we look before the first signal: a tree that grows faster does not hold it up. */
export const FIRST_LOOK: Duration = 700_000 as Duration;
/** So long we look at least for those whom members left behind; */
export const LOOK_TIME: Duration = 500_000 as Duration;
/** and so long after SIGKILL was due, where it was not needed. */
export const SEARCH_TIME: Duration = 1_000_000 as Duration;

/** When a wait is to end at the latest; `undefined`: never. The host ends it strictly later. */
export function deadlineOfKill(state: KillState): Instant | undefined {
  switch (state.phase) {
    case "stopping":
      return state.wakeAt;
    case "killing":
      return state.hardAt;
    case "resolving":
    case "closing":
    case "finished":
      return undefined;
  }
}

/** `undefined`: never. */
export function killTime({ killAfter }: KillSpec, at: Instant): Instant | undefined {
  return killAfter === NO_LIMIT ? undefined : after(at, killAfter);
}

export function isDue(deadline: Instant | undefined, at: Instant): boolean {
  return deadline !== undefined && at > deadline;
}

/** How long it is looked for members: until something is due, or a while where nothing is. */
export function lookUntil(state: Stopping | Killing, at: Instant): Instant {
  return (state.phase === "killing" ? state.hardAt : state.killAt) ?? after(at, FIRST_LOOK);
}

/**
 * How long it is looked for those whom members left behind: until all that is left would be late.
 */
export function searchUntil(state: Stopping | Killing, at: Instant): Instant {
  if (state.phase === "killing") return after(state.hardAt, LOOK_TIME);
  return after(state.killAt ?? at, SEARCH_TIME);
}

export function after(at: Instant, delay: Duration): Instant {
  return (at + delay) as Instant;
}
