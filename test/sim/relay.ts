// The outputs of a simulated command that curfew passes on: when it writes, how slow its reader is.
import type { Event } from "../../src/core/report/event.ts";
import type { RelayedOutput } from "../../src/core/report/report.ts";
import type { Spec } from "../../src/core/spec/spec.ts";
import type { Instant } from "../../src/core/values/duration.ts";
import type { Bytes } from "../../src/core/values/size.ts";
import { FAR } from "./tree.ts";

/** All times count from the start; `delivery` and `release` from the end of the tree. */
export type RelayPlan = {
  readonly writes: readonly number[];
  /** When more was written than may be. */
  readonly excess: number;
  /** How long the reader takes for what is left at the end. */
  readonly delivery: number;
  /** How long another process holds the pipe after the end. */
  readonly release: number;
};

export type Relay = {
  readonly begin: (at: number) => void;
  /** When the command has written last, before an instant. */
  readonly lastBefore: (at: number) => number;
  readonly drain: (at: number, heldUntil: number) => void;
  readonly cut: (at: number) => void;
  readonly nextChange: (now: number) => number;
  readonly news: (now: number, isLate: boolean) => Event | undefined;
};

/** A relay whose command writes as planned. */
export function relayOf(spec: Spec, plan: RelayPlan): Relay {
  let startedAt = FAR;
  let toldLast = 0;
  let isExcessTold = false;
  let overAt = FAR;
  let isHeld = false;
  const excessAt = () => (spec.maxOutput === 0 ? FAR : startedAt + plan.excess);
  const lastBefore = (at: number) =>
    plan.writes
      .map((write) => startedAt + write)
      .reduce((last, one) => (one <= at ? one : last), startedAt);
  return {
    begin: (at) => {
      startedAt = at;
      toldLast = at;
    },
    lastBefore,
    drain: (at, heldUntil) => {
      isHeld = at + plan.release > heldUntil;
      overAt = Math.max(at + plan.delivery, Math.min(at + plan.release, heldUntil));
    },
    cut: (at) => {
      overAt = at;
    },
    nextChange: (now) => {
      const excess = isExcessTold ? FAR : excessAt();
      return Math.max(now, Math.min(excess + 1, overAt));
    },
    news: (now, isLate) => {
      const at = now as Instant;
      if (now >= overAt) {
        overAt = FAR;
        return { type: "drained", at, output: outputOf(isHeld, now > excessAt()) };
      }
      if (now > excessAt() && !isExcessTold) {
        isExcessTold = true;
        return { type: "output-limit", at };
      }
      const last = lastBefore(now);
      const isIdleDue = spec.idleTimeout > 0 && now > toldLast + spec.idleTimeout;
      if (!isLate || !isIdleDue || last <= toldLast) return undefined;
      toldLast = last;
      return { type: "wrote", at, last: last as Instant };
    },
  };
}

function outputOf(isPipeHeld: boolean, isOverLimit: boolean): RelayedOutput {
  const stdout = { bytes: 9 as Bytes, omitted: 0 as Bytes, failure: undefined };
  return { stdout, stderr: undefined, isPipeHeld, isOverLimit };
}
