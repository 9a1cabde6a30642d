// The guardian as docs/guardian.md describes it. It acts at once, unless it was killed or hangs.
import type { Will } from "../../src/core/run/action.ts";
import type { Signal } from "../../src/core/values/signal.ts";
import { FAR } from "./tree.ts";

/** What the guardian can do to the simulated processes. */
export type Reach = {
  readonly now: () => number;
  readonly isMainAlive: () => boolean;
  readonly isAnyAlive: () => boolean;
  readonly alive: () => readonly number[];
  readonly sendAll: (signal: Signal) => void;
  /** The same, and it is remembered of each. */
  readonly tellAll: (signal: Signal) => void;
};

export type Guardian = {
  condition: "alive" | "hung" | "dead" | "left";
  will: Will;
  /** When it sends its signal although the supervisor lives. */
  signalAt: number;
  /** When its sweep begins, in the same way. */
  sweepAt: number;
  /** When the sweep that is under way ends at the latest. */
  sweepLimitAt: number;
  isSweeping: boolean;
  /** When it has sent its signal without an order. */
  actedAt: number;
  /** Whether it has begun its sweep without an order. */
  hasSweptAlone: boolean;
  hasEnded: boolean;
  isGone: boolean;
  hasSwept: boolean;
  /** The processes that its sweep could not end. */
  survivors: readonly number[];
};

export function guardianBy(will: Will, now: number): Guardian {
  const guardian: Guardian = {
    condition: "alive",
    will,
    signalAt: FAR,
    sweepAt: FAR,
    sweepLimitAt: FAR,
    isSweeping: false,
    actedAt: FAR,
    hasSweptAlone: false,
    hasEnded: false,
    isGone: false,
    hasSwept: false,
    survivors: [],
  };
  leaveWill(guardian, will, now);
  return guardian;
}

/** Gives the guardian a will. `since`: the instant that the will's times count from. */
export function leaveWill(guardian: Guardian, will: Will, since: number = 0): void {
  guardian.will = will;
  guardian.signalAt = will.signalAt === undefined ? FAR : since + will.signalAt;
  guardian.sweepAt = will.sweepAt === undefined ? FAR : since + will.sweepAt;
}

/** Takes from the guardian a signal that would be due by then, until there is another will. */
export function holdSignal(guardian: Guardian, until: number): void {
  if (guardian.signalAt <= until) guardian.signalAt = FAR;
}

/** Whether it has sent its signal without an order. */
export function hasActed({ actedAt }: Guardian): boolean {
  return actedAt !== FAR;
}

/** Whether it carries out orders. */
export function listens({ condition }: Guardian): boolean {
  return condition === "alive";
}

/** SIGKILL to all processes, and the wait for their end. */
export function sweep(guardian: Guardian, sweepLimit: number, reach: Reach): void {
  guardian.isSweeping = true;
  guardian.sweepAt = FAR;
  guardian.signalAt = FAR;
  guardian.sweepLimitAt = reach.now() + sweepLimit;
  reach.sendAll("SIGKILL");
}

/** The next instant at which it acts by itself. */
export function dueOf(guardian: Guardian): number {
  if (!listens(guardian)) return FAR;
  if (guardian.isSweeping) return guardian.sweepLimitAt;
  return Math.min(guardian.sweepAt, hasActed(guardian) ? FAR : guardian.signalAt);
}

/** Does everything that is due. Called after every change. */
export function look(guardian: Guardian, reach: Reach): void {
  if (!listens(guardian)) return;
  if (guardian.isSweeping) {
    if (reach.isAnyAlive() && reach.now() < guardian.sweepLimitAt) return;
    concludeSweep(guardian, reach);
    return;
  }
  if (!reach.isMainAlive()) {
    guardian.hasEnded = true;
    guardian.isGone = !reach.isAnyAlive();
    const isToStay = guardian.will.staysForLeftovers || hasActed(guardian);
    if (guardian.isGone || !isToStay) guardian.condition = "left";
    if (!listens(guardian)) return;
  }
  if (reach.now() >= guardian.sweepAt) {
    guardian.hasSweptAlone = true;
    sweep(guardian, guardian.will.sweepLimit, reach);
  }
  const isDone = guardian.isSweeping || hasActed(guardian);
  if (isDone || reach.now() < guardian.signalAt) return;
  guardian.actedAt = reach.now();
  reach.tellAll(guardian.will.signal);
  reach.sendAll("SIGCONT");
}

export function concludeSweep(guardian: Guardian, reach: Reach): void {
  guardian.hasSwept = true;
  guardian.survivors = reach.alive();
  guardian.isGone = guardian.survivors.length === 0;
  if (guardian.condition === "alive") guardian.condition = "left";
}
