import type { Spec } from "../spec/spec.ts";
import type { Duration, Instant } from "../values/duration.ts";
import type { Settle, Told, Will } from "./action.ts";
import { graceOf, isLeft, SWEEP_LIMIT } from "./ladder.ts";
import { mayEnd } from "./requests.ts";
import type { Run, State } from "./state.ts";
import { after, earlier, limitOf } from "./state.ts";

/** What dies so soon after the command, or after one another, is no leftover. */
export const SETTLE: Duration = 2_000 as Duration;
/** How long that may go on. */
export const SETTLE_LIMIT: Duration = 100_000 as Duration;
/** How much later than we the guardian sends the first signal: a busy machine is late by less. */
export const SLACK: Duration = 2_000_000 as Duration;
/** How much later than we it begins its sweep. SIGKILL twice does no harm, so it is less. */
export const SWEEP_SLACK: Duration = 500_000 as Duration;

/** What the guardian does without us from the spawn on; its instants are counted from there. */
export function firstWill(spec: Spec): Will {
  return willBy(spec, byLimit(spec, after(0 as Instant, spec.timeout)), holdsAlways(spec));
}

/** What it does without us in a state; undefined where there is nobody to do it to. */
export function willOf(spec: Spec, state: State): Will | undefined {
  switch (state.phase) {
    case "running": {
      const isAsked = wasAskedToEnd(spec, state.run) && !isLeft(spec, "signal");
      const hold = holdsAlways(spec) || isAsked;
      return willBy(spec, byLimit(spec, limitOf(state)), hold);
    }
    case "leftovers": {
      const { killAt, limitAt } = state;
      if (killAt === undefined) return willBy(spec, byLimit(spec, limitAt), true);
      // A limit that passes meanwhile begins an end of its own.
      const endAt = earlier(killAt, limitAt && plus(limitAt, graceOf(spec))) ?? killAt;
      return willBy(spec, byKill(endAt), true);
    }
    case "stopping": {
      const { killAt, limitAt } = state;
      return willBy(spec, killAt === undefined ? byLimit(spec, limitAt) : byKill(killAt), true);
    }
    case "killing":
      return willBy(spec, NEVER, true);
    case "starting":
    case "finished":
      return undefined;
  }
}

/** Who has had the signal that asks for the end; undefined: nobody will be asked to send it. */
export function toldOf(state: State): Told | undefined {
  switch (state.phase) {
    case "running":
      // A limit of ours is another request, but not to what a curfew above has asked for the end.
      return state.run.asked?.above === true ? toldFirst(state.run) : "nobody";
    case "stopping":
      return isRestTold(state.run) ? "everybody" : toldFirst(state.run);
    case "leftovers": {
      const isTold = state.killAt !== undefined && state.lingering === undefined;
      return isTold && isRestTold(state.run) ? "everybody" : "nobody";
    }
    case "starting":
    case "killing":
    case "finished":
      return undefined;
  }
}

/** A terminal tells the group without us. */
function toldFirst({ sent }: Run): Told {
  const isAlone = sent.length > 0 && sent.every(({ target }) => target === "child");
  return isAlone ? "command" : "group";
}

function isRestTold({ sent }: Run): boolean {
  return sent.some(({ target }) => target === "tree");
}

/** Whether there is somebody to do it to: asked where the will itself does not matter. */
export function hasWill({ phase }: State): boolean {
  return phase !== "starting" && phase !== "finished";
}

/** Whether the guardian has to be told. */
export function isSameWill(one: Will, other: Will): boolean {
  const isSameTime = one.signalAt === other.signalAt && one.sweepAt === other.sweepAt;
  return isSameTime && one.hold === other.hold;
}

type Instants = Pick<Will, "signalAt" | "sweepAt">;

const NEVER: Instants = { signalAt: undefined, sweepAt: undefined };

function byKill(killAt: Instant): Instants {
  return { signalAt: undefined, sweepAt: plus(killAt, SWEEP_SLACK) };
}

/**
 * After the limit the guardian does what we would have done. Its first signal comes while there is
 * time left for the command to act on it.
 */
function byLimit(spec: Spec, limitAt: Instant | undefined): Instants {
  if (limitAt === undefined) return NEVER;
  if (spec.signal === "SIGKILL") return byKill(limitAt);
  const grace = graceOf(spec);
  const slack = Math.min(SLACK, Math.max(SWEEP_SLACK, grace / 2)) as Duration;
  const later = Math.max(grace, slack) as Duration;
  return { signalAt: plus(limitAt, slack), sweepAt: plus(plus(limitAt, later), SWEEP_SLACK) };
}

function plus(at: Instant, duration: Duration): Instant {
  return (at + duration) as Instant;
}

function willBy(spec: Spec, instants: Instants, hold: boolean): Will {
  const settle: Settle = { quiet: SETTLE, limit: SETTLE_LIMIT };
  const { signal } = spec;
  return { signal, delay: graceOf(spec), patience: SWEEP_LIMIT, ...instants, hold, settle };
}

/** Whether it matters what is left when the command ends by itself. */
function holdsAlways({ leftovers, report, events }: Spec): boolean {
  return leftovers !== "leave" || report !== undefined || events !== undefined;
}

/** Whether a signal that may be an end was passed on: what is left ends then, too. */
function wasAskedToEnd(spec: Spec, { sent }: Run): boolean {
  return sent.some(({ signal }) => mayEnd(spec, signal));
}
