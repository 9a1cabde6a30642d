// Everything that can happen, in every order: seven events after the spawn, for each wish.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Instant } from "../../src/core/duration.ts";
import type { Action, Event } from "../../src/core/event.ts";
import type { Spec } from "../../src/core/spec.ts";
import type { State, Step } from "../../src/core/supervisor.ts";
import { deadlineOf, start, step } from "../../src/core/supervisor.ts";
import * as happen from "./transcript.ts";

const EVENTS: readonly happen.Happening[] = [
  happen.exited(7),
  happen.died("SIGKILL"),
  happen.stopped("SIGTSTP"),
  happen.continued,
  happen.signal("SIGTERM"),
  happen.signal("SIGALRM"),
  happen.cancelled,
  happen.woken,
];
const SEQUENCE = 7;

/** Before the spawn is answered everything else may come, too. */
const EARLY_EVENTS: readonly happen.Happening[] = [
  ...EVENTS,
  happen.spawned,
  happen.spawnFailed("not_found", "ENOENT"),
];
const EARLY_SEQUENCE = 5;

// A second passes from event to event, so limits end between two events and on one.
const SECOND = 1e6;
const CALLS = [
  "1.5 cmd",
  "0 cmd",
  "-v 2 cmd",
  "-k 2.5 1.5 cmd",
  "-k 1 2 cmd",
  "-k 2 0 cmd",
  "-f -p -k 2 3 cmd",
  "-f -v 2.5 cmd",
  "-s KILL -k 1 2 cmd",
  "-s 0 -k 2 1 cmd",
];

/** What has been seen on the way here; never changed, as other ways go on from it. */
type Way = {
  readonly state: State;
  readonly sent: number;
  readonly isKilled: boolean;
  readonly events: readonly Event[];
};

/** Follows every way of `left` more events; returns how many steps were taken. */
function walk(spec: Spec, way: Way, events: readonly happen.Happening[], left: number): number {
  if (left === 0) return 0;
  let steps = 0;
  for (const { event } of events) {
    const at = ((way.events.length + 1) * SECOND) as Instant;
    const next = follow(spec, way, { ...event, at });
    // Nothing follows an end, so ways that differ after it are one.
    const isOver = next.state.phase === "finished";
    steps += 1 + walk(spec, next, events, isOver ? Math.min(left - 1, 1) : left - 1);
  }
  return steps;
}

function follow(spec: Spec, way: Way, event: Event): Way {
  const next = step(spec, way.state, event);
  const events = [...way.events, event];
  const broken = brokenPromise(spec, way, { event, next });
  if (broken !== undefined) assert.fail(`${broken}: ${JSON.stringify({ spec, events, next })}`);
  const signals = next.actions.filter(isSignal);
  return {
    state: next.state,
    sent: way.sent + signals.length,
    isKilled: way.isKilled || signals.some(({ signal }) => signal === "SIGKILL"),
    events,
  };
}

type Kill = Extract<Action, { type: "kill" }>;

function isKill(action: Action): action is Kill {
  return action.type === "kill";
}

/** SIGCONT is no signal of its own, but what wakes a command for another. */
function isSignal(action: Action): action is Kill {
  return isKill(action) && action.signal !== "SIGCONT";
}

/** A state, what happened in it, and what came of it. */
type Turn = { readonly event: Event; readonly next: Step };

/** Each promise in words, with whether it is broken. */
function brokenPromise(spec: Spec, way: Way, turn: Turn): string | undefined {
  return (
    brokenByEnd(way, turn) ??
    brokenByKills(spec, way, turn.next.actions) ??
    brokenByTime(spec, way, turn) ??
    brokenByReason(way, turn)
  );
}

function brokenByEnd({ state }: Way, { next }: Turn): string | undefined {
  const exits = next.actions.filter(({ type }) => type === "exit").length;
  const isOver = next.state.phase === "finished";
  if (state.phase === "finished") {
    const isUnmoved = next.state === state && next.actions.length === 0;
    return isUnmoved ? undefined : "something is done after the end";
  }
  if (exits !== (isOver ? 1 : 0)) return "a life has one exit, at its end";
  const last = next.actions.at(-1);
  if (last?.type !== "exit") return exits > 0 ? "the exit is the last action" : undefined;
  const { code } = last.exit;
  const isCode = Number.isInteger(code) && code >= 0 && code <= 255;
  return isCode ? undefined : "an exit code is 0..255";
}

function brokenByKills(spec: Spec, way: Way, actions: readonly Action[]): string | undefined {
  const kills = actions.filter(isKill);
  const hard = kills.filter(({ signal }) => signal === "SIGKILL");
  const target = spec.group === "own" ? "group" : "child";
  if (hard.length > (way.isKilled ? 0 : 1)) return "SIGKILL is sent once";
  if (kills.some((kill) => kill.target !== (kill.signal === "SIGKILL" ? "child" : target))) {
    return "signals go where the Spec says";
  }
  if (hard.length > 0) {
    if (spec.killAfter === 0 && spec.signal !== "SIGKILL") return "SIGKILL is sent without -k";
    const others = way.sent + kills.findIndex(({ signal }) => signal === "SIGKILL");
    if (others === 0 && spec.signal !== "SIGKILL") return "SIGKILL follows a first signal";
  }
  if (way.isKilled && kills.length > 0) return "nothing is sent after SIGKILL";
  if (kills.length > 0 && actions.some(({ type }) => type === "exit")) return "a reaped pid";
  return undefined;
}

function brokenByTime(spec: Spec, { state }: Way, { event, next }: Turn): string | undefined {
  const asked = deadlineOf(state);
  const isEarly = asked === undefined || event.at <= asked;
  if (event.type === "deadline" && isEarly && (next.state !== state || next.actions.length > 0)) {
    return "a deadline is never early";
  }
  if (event.type === "deadline" && !isEarly && next.actions.length === 0) {
    return "a deadline that has passed is acted on";
  }
  const wanted = deadlineOf(next.state);
  if (next.state.phase === state.phase && wanted !== asked) return "a deadline does not move";
  if (wanted === undefined && limitIn(next.state, spec) > 0) return "a limit is waited for";
  if (wanted !== undefined && wanted > event.at + Math.max(spec.timeout, spec.killAfter)) {
    return "a deadline is no further than the longest limit";
  }
  const isWaiting = next.state.phase === "running" || next.state.phase === "stopping";
  return wanted === undefined || isWaiting ? undefined : "nobody waits for a deadline";
}

/** The limit that applies in a state; 0 for none. */
function limitIn({ phase }: State, { timeout, killAfter }: Spec): number {
  if (phase === "running") return timeout;
  return phase === "stopping" ? killAfter : 0;
}

function reasonOf(state: State): string | undefined {
  return state.phase === "stopping" || state.phase === "killing" ? state.reason : undefined;
}

function brokenByReason({ state }: Way, { event, next }: Turn): string | undefined {
  const before = reasonOf(state);
  const after = reasonOf(next.state);
  if (next.state.phase === "finished") return undefined;
  if (before !== undefined && after !== before) return "the first reason sticks";
  const isOverdue = state.phase === "running" && event.at > (state.limitAt ?? Infinity);
  const isWish = event.type === "signal" || event.type === "cancelled";
  return isOverdue && isWish && after !== "timeout" ? "the limit comes before a wish" : undefined;
}

for (const call of CALLS) {
  const spec = happen.specOf(call);

  test(`timeout ${call}: ${SEQUENCE} events in every order`, () => {
    const at = 0 as Instant;
    const { state } = step(spec, start().state, { ...happen.spawned.event, at });
    const steps = walk(spec, { state, sent: 0, isKilled: false, events: [] }, EVENTS, SEQUENCE);
    assert.ok(steps > 300_000);
  });

  test(`timeout ${call}: ${EARLY_SEQUENCE} events in every order, the spawn among them`, () => {
    const { state } = start();
    const way = { state, sent: 0, isKilled: false, events: [] };
    walk(spec, way, EARLY_EVENTS, EARLY_SEQUENCE);
  });
}
