// What must hold in every step of every course, each promise in words.

import type { Event } from "../../../src/core/report/event.ts";
import type { Report } from "../../../src/core/report/report.ts";
import type { Action, Will } from "../../../src/core/run/action.ts";
import { DEFAULT_GRACE, SWEEP_LIMIT } from "../../../src/core/run/ladder.ts";
import { SAME_REQUEST, startsClock } from "../../../src/core/run/requests.ts";
import {
  deadlineOf,
  limitOf,
  type RunningPhase,
  type State,
  type StoppingPhase,
} from "../../../src/core/run/state.ts";
import { isTold } from "../../../src/core/run/telling.ts";
import { INIT_DEFAULTS, STOP_SIGNALS } from "../../../src/core/spec/defaults.ts";
import type { Spec } from "../../../src/core/spec/spec.ts";
import type { Instant } from "../../../src/core/values/duration.ts";
import { deadlineAfter, isDue } from "../../../src/core/values/instant.ts";
import type { Signal } from "../../../src/core/values/signal.ts";
import { TERMINATING_SIGNALS } from "../../../src/core/values/signal.ts";
import { brokenBySent } from "./promises-sent.ts";
import type { Turn, Way } from "./way.ts";

export function wayAfter(way: Way, { event, next }: Turn): Way {
  const has = (type: Action["type"]) => next.actions.some((action) => action.type === type);
  const will = next.actions.findLast((action) => action.type === "will");
  return {
    state: next.state,
    at: event.at,
    event,
    from: way,
    isSwept: way.isSwept || has("sweep"),
    isTakenOver: way.isTakenOver || has("take-over"),
    holds: will?.will.staysForLeftovers ?? way.holds,
    will: will?.will ?? sinceSpawn(way, event) ?? way.will,
  };
}

/** The instants of the first will count from the spawn. */
function sinceSpawn({ state, will }: Way, { type, at }: Event): Will | undefined {
  if (state.phase !== "starting" || type !== "spawned") return undefined;
  const plus = (instant: Instant | undefined) =>
    instant === undefined ? undefined : ((instant + at) as Instant);
  return { ...will, signalAt: plus(will.signalAt), sweepAt: plus(will.sweepAt) };
}

/** The event that --rewrite makes of an event, or the signal for the end of curfew's parent. */
export function meantBy({ rewrite, parentSignal }: Spec, event: Event): Event | "nothing" {
  if (event.type === "caller-gone" && parentSignal !== undefined) {
    return { type: "signal", at: event.at, signal: parentSignal };
  }
  const to = event.type === "signal" ? rewrite.get(event.signal) : undefined;
  if (to === "SIG0") return "nothing";
  return to === undefined ? event : ({ ...event, signal: to } as Event);
}

/** The promise that a step breaks. */
export function brokenPromise(spec: Spec, way: Way, { event, next }: Turn): string | undefined {
  const meant = meantBy(spec, event);
  if (meant === "nothing") {
    const isUnmoved = next.state === way.state && next.actions.every(({ type }) => type === "emit");
    return isUnmoved ? undefined : "a dropped signal does nothing";
  }
  const turn: Turn = { event: meant, next };
  return (
    brokenByEnd(way, turn) ??
    brokenByKills(spec, way, turn) ??
    brokenBySweep(spec, way, turn) ??
    brokenByWait(spec, way, turn) ??
    brokenByTime(way, turn) ??
    brokenByReason(way, turn) ??
    brokenByWill(spec, way, turn) ??
    brokenByWords(spec, way, turn) ??
    brokenBySent(spec, way, turn)
  );
}

function brokenByEnd({ state }: Way, { next }: Turn): string | undefined {
  const exits = next.actions.filter(({ type }) => type === "exit").length;
  if (state.phase === "finished") {
    const isUnmoved = next.state === state && next.actions.length === 0;
    return isUnmoved ? undefined : "no action follows the end";
  }
  if (exits !== (next.state.phase === "finished" ? 1 : 0))
    return "a course has one exit, at its end";
  if (exits === 0) return undefined;
  if (next.actions.some(isViolent)) return "no process is signalled that may have been reaped";
  const last = next.actions.at(-1);
  if (last?.type !== "exit") return "the exit is the last action";
  const { code } = last.exit;
  return Number.isInteger(code) && code >= 0 && code <= 255 ? undefined : "a code is 0..255";
}

function isViolent({ type }: Action): boolean {
  return type === "kill" || type === "sweep" || type === "take-over";
}

function brokenByKills(spec: Spec, way: Way, { event, next }: Turn): string | undefined {
  const kills = next.actions.filter((action) => action.type === "kill");
  if (kills.length === 0) return undefined;
  if (event.type === "backstop" && event.target === "tree")
    return "a signal that the guardian has sent is not sent again";
  if (way.isSwept || way.isTakenOver) return "no signal is sent once SIGKILL is on its way";
  // Except where another signal is rewritten to SIGKILL.
  const isPassedOn = event.type === "signal" && event.signal === "SIGKILL";
  if (!isPassedOn && kills.some(({ signal }) => signal === "SIGKILL"))
    return "SIGKILL is the sweep's";
  const held = "run" in way.state ? way.state.run.holding.mechanism : undefined;
  const isApart = spec.group === "alone" && held !== "group";
  const isAlone = isApart || spec.group === "caller" || spec.singleChild || held === "child";
  const main = isAlone ? "child" : "group";
  const continues = spec.onStop === "continue" || spec.onStop === "auto";
  const isContinued = continues && next.state.phase === "running";
  const isMeant = kills.every(({ target, signal }) => {
    // No process outside of what is held is signalled.
    if (target === "rest") return held !== undefined && held !== "child" && held !== "group";
    if (way.state.phase === "leftovers") return false;
    return target === main || (isContinued && signal === "SIGCONT");
  });
  return isMeant ? undefined : "signals go where the Spec says";
}

function brokenBySweep(spec: Spec, way: Way, { event, next }: Turn): string | undefined {
  const sweeps = next.actions.filter(({ type }) => type === "sweep").length;
  const takeOvers = next.actions.filter(({ type }) => type === "take-over").length;
  if (sweeps > 0) {
    if (sweeps > 1 || way.isSwept || way.isTakenOver) return "a tree is swept once";
    if (isCopy(way, event)) return "a copy of a signal is no next rung";
    if (isSoon(way, event)) return "a signal that belongs to a request is no second one";
    if (insistsFromAbove(way, event)) return "a signal of a curfew above is no next rung";
    if (!isSweepDue(spec, way.state, event))
      return "SIGKILL comes in its time, or after a second request";
  }
  if (takeOvers > 0) {
    if (takeOvers > 1 || way.isTakenOver) return "a tree is taken over once";
    const isLate = way.state.phase === "sweeping" && isDue(way.state.lateAt, event.at);
    if (event.type !== "guardian-gone" && !isLate)
      return "curfew sweeps itself only if the guardian is gone or late";
  }
  const isKilling = next.state.phase === "sweeping";
  const isBegun = way.isSwept || way.isTakenOver || sweeps + takeOvers > 0;
  return isKilling && !isBegun ? "a sweep is ordered or taken over" : undefined;
}

function isSweepDue(spec: Spec, state: State, event: Event): boolean {
  const isTimeUp = event.type === "signal" && spec.expireOn.includes(event.signal);
  const isAsked =
    isTimeUp ||
    event.type === "cancelled" ||
    event.type === "caller-gone" ||
    (event.type === "signal" && isStopSignal(spec, event.signal));
  switch (state.phase) {
    case "running": {
      const isStopped = event.type === "stopped" && spec.onStop === "kill";
      const isLeft = event.type === "exited" && event.proof === undefined;
      const isMeant = isAsked || isStopped || isLeft || isDue(state.limitAt, event.at);
      // A signal after the limit is the limit's request.
      return spec.signal === "SIGKILL" && isMeant;
    }
    case "stopping":
      if (isDue(state.killAt, event.at)) return true;
      if (isDue(state.limitAt, event.at) && spec.signal === "SIGKILL") return true;
      if (event.type === "exited") return spec.signal === "SIGKILL";
      return (isTimeUp && state.killAt !== undefined) || isInsisting(spec, event);
    case "leftovers":
      // Leftovers that linger get the first signal first.
      if (
        state.lingering !== undefined &&
        spec.signal !== "SIGKILL" &&
        !isDue(state.killAt, event.at)
      )
        return state.reason !== undefined && isAsked;
      if (state.killAt !== undefined)
        return isAsked || isDue(state.killAt, event.at) || isDue(state.limitAt, event.at);
      return spec.signal === "SIGKILL" && (isAsked || isDue(state.limitAt, event.at));
    default:
      return false;
  }
}

/** A signal to all processes of a service reaches curfew and the guardian, and is one request. */
function isCopy(way: Way, event: Event): boolean {
  const { state } = way;
  if (event.type !== "signal" || isDue(deadlineOf(state), event.at)) return false;
  if (state.phase !== "stopping" && state.phase !== "leftovers") return false;
  const isSent = state.run.sent.some(({ signal }) => signal === event.signal);
  return isSent && (event.relayed === true || isFirstPlain(way, event.signal));
}

function insistsFromAbove({ state }: Way, event: Event): boolean {
  if (event.type !== "signal" || event.above !== true) return false;
  const isFirst =
    state.phase === "leftovers" &&
    (state.killAt === undefined || (state.lingering !== undefined && state.reason === undefined));
  return !isFirst && !isDue(deadlineOf(state), event.at);
}

/** Whether an event comes so soon after the first signal that it belongs to the same request. */
function isSoon({ state }: Way, event: Event): boolean {
  if (event.type !== "signal" || !("run" in state)) return false;
  if (isDue(deadlineOf(state), event.at)) return false;
  const { lastRequest } = state.run;
  return lastRequest !== undefined && event.at <= lastRequest.at + SAME_REQUEST;
}

/**
 * Whether all signals of a kind came by the guardian so far, and the first of them was the reason.
 */
function isFirstPlain(way: Way, signal: Signal): boolean {
  let isRelayed = false;
  for (let back: Way | undefined = way; back?.event; back = back.from) {
    const { event, from } = back;
    if (event.type !== "signal" || event.signal !== signal || from === undefined) continue;
    if (event.relayed !== true) return false;
    isRelayed ||= reasonOf(from.state) === undefined && reasonOf(back.state) === "signal";
  }
  return isRelayed;
}

/** The stop signals; for `timeout`, where every signal starts --kill-after, only the usual ones. */
function isStopSignal(spec: Spec, signal: Signal): boolean {
  const isUsual = spec.stopSignals === TERMINATING_SIGNALS;
  return isUsual ? USUAL.includes(signal) : startsClock(spec, signal);
}

const USUAL: readonly Signal[] = [...STOP_SIGNALS, "SIGQUIT", "SIGHUP"];

function isInsisting(spec: Spec, event: Event): boolean {
  if (event.type !== "signal" || event.delivered === true) return false;
  return spec.onSecondStop === "kill" && startsClock(spec, event.signal);
}

/** Every phase has a deadline, unless the spec lets curfew wait without one. */
function brokenByWait(spec: Spec, way: Way, { event: { at }, next }: Turn): string | undefined {
  const { state } = next;
  const isTakenOver = way.isTakenOver || next.actions.some(({ type }) => type === "take-over");
  switch (state.phase) {
    case "running": {
      if ((state.limitAt !== undefined) !== spec.timeout > 0) return "the limit holds";
      const { until } = state.drained ?? {};
      if (until !== undefined && until > at + spec.drain)
        return "no signal is held back for longer";
      return brokenByDrain(spec, way, state);
    }
    case "stopping":
      if ((state.killAt !== undefined) !== spec.killAfter > 0) return "--kill-after holds";
      return isLimitKept(spec, way, state, at) ? undefined : "the limit holds";
    case "leftovers": {
      if (state.killAt !== undefined) return undefined;
      const isWished = spec.leftovers === "wait" && state.reason === undefined;
      if (!isWished) return "leftovers are waited for only where that was asked for";
      return (state.limitAt !== undefined) === spec.timeout > 0 ? undefined : "the limit holds";
    }
    case "sweeping":
      return state.lateAt === undefined && !isTakenOver ? "a sweep has its time" : undefined;
    case "draining":
      return state.facts.reason === undefined || state.until !== undefined || isCut(next.actions)
        ? undefined
        : "a delivery after an end by curfew is bounded";
    default:
      return deadlineOf(state) === undefined ? undefined : "no deadline is waited for";
  }
}

function isCut(actions: readonly Action[]): boolean {
  return actions.every(({ type }) => type === "cut-output" || type === "emit" || type === "say");
}

/** A request is held back once, and one that was forwarded is not held back again. */
function brokenByDrain(
  spec: Spec,
  { state: before }: Way,
  { drained }: RunningPhase,
): string | undefined {
  if (drained === undefined) {
    const isLost = before.phase === "running" && before.drained !== undefined;
    return isLost ? "what was held back is not forgotten" : undefined;
  }
  if (spec.drain === 0) return "no signal is held back without --drain";
  const was = before.phase === "running" ? before.drained : undefined;
  const isAgain = was !== undefined && drained.until !== undefined && drained.until !== was.until;
  return isAgain ? "a second one is not held back" : undefined;
}

/** The limit stays until it passes, where a forwarded signal has no other deadline. */
function isLimitKept(
  spec: Spec,
  way: Way,
  { reason, limitAt, run }: StoppingPhase,
  at: Instant,
): boolean {
  const isOnly = spec.killAfter === 0 && reason === "signal";
  const limit = isOnly ? deadlineAfter(run.startedAt, spec.timeout) : undefined;
  const isLater = limit !== undefined && limitAt !== undefined && limitAt > limit;
  if (isLater) return hadEvent(way, "resumed");
  return limitAt === limit || (limitAt === undefined && isDue(limit, at));
}

function hadEvent(way: Way, type: Event["type"]): boolean {
  for (let back: Way | undefined = way; back?.event; back = back.from) {
    if (back.event.type === type) return true;
  }
  return false;
}

const LONGEST = Math.max(DEFAULT_GRACE, SWEEP_LIMIT + 1e6, INIT_DEFAULTS.killAfter);

function brokenByTime({ state }: Way, { event, next }: Turn): string | undefined {
  const asked = deadlineOf(state);
  const acts = next.actions.some(({ type }) => type !== "emit");
  if (event.type === "deadline") {
    const isEarly = asked === undefined || event.at <= asked;
    if (isEarly && (next.state !== state || acts)) return "a deadline is never early";
    if (!isEarly && !acts) return "a deadline that has passed is acted on";
  }
  const wanted = deadlineOf(next.state);
  if (next.state.phase === state.phase && wanted !== asked) {
    // The rest has had its signal, or curfew sweeps itself.
    const isNext = asked !== undefined && event.at > asked && (wanted ?? asked) >= asked;
    const isOurs = next.actions.some(({ type }) => type === "take-over");
    const isBegun =
      state.phase === "leftovers" && (state.killAt === undefined || state.lingering !== undefined);
    if (!isNext && !isOurs && !isBegun && !mayMove(state, next.state, event)) {
      return "a deadline does not move";
    }
  }
  const far = event.at + LONGEST;
  return wanted !== undefined && wanted > far
    ? "no deadline is further than the longest"
    : undefined;
}

/** A held-back request has its own time; a stop by the terminal pauses the clock of the limit. */
function mayMove(before: State, after: State, event: Event): boolean {
  if (before.phase === "sweeping") return event.type === "sweeping";
  if (before.phase === "draining") return true;
  if (before.phase !== "running" || after.phase !== "running") return false;
  const isWritten = event.type === "wrote" && before.idleAt !== after.idleAt;
  const isHeld = before.drained !== after.drained;
  return isHeld || isWritten || before.suspendedSince !== after.suspendedSince;
}

function reasonOf(state: State): string | undefined {
  if (state.phase === "draining") return state.facts.reason;
  return "reason" in state ? state.reason : undefined;
}

/** When the limit passes, unless its clock is paused. */
function limitIn(state: State): Instant | undefined {
  if (state.phase === "running") return limitOf(state);
  return "limitAt" in state ? state.limitAt : undefined;
}

function brokenByReason({ state }: Way, { event, next }: Turn): string | undefined {
  if (next.state.phase === "finished") return undefined;
  const [before, after] = [reasonOf(state), reasonOf(next.state)];
  if (before !== undefined && after !== before) return "the first reason remains";
  if (state.phase !== "running" && state.phase !== "leftovers") return undefined;
  const isOverdue = isDue(limitIn(state), event.at);
  const isWish = event.type === "cancelled" || event.type === "caller-gone";
  // The limit only hurries leftovers that linger: the command had ended in time.
  const isOver = state.phase === "leftovers" && state.killAt !== undefined;
  if (isOverdue && isWish && !isOver && after !== "timeout")
    return "the limit comes before a request";
  if (after !== "timeout" || before === "timeout") return undefined;
  const isTold = ["signal", "backstop", "swept"].includes(event.type);
  return isOverdue || isTold ? undefined : "a limit is never early";
}

/**
 * If curfew did nothing more from here on, the guardian would do it, a little after each instant
 * that curfew waits for and never before. It stays where curfew waits for leftovers.
 */
function brokenByWill(spec: Spec, way: Way, turn: Turn): string | undefined {
  const { next } = turn;
  const { holds, isTakenOver, will } = wayAfter(way, turn);
  const { state } = next;
  const needs = !["starting", "running", "draining", "finished"].includes(state.phase);
  if (needs && !holds && !isTakenOver) return "the guardian stays";
  const firstKill = next.actions.findIndex(isViolent);
  const told = next.actions.findIndex(({ type }) => type === "will");
  if (told > firstKill && firstKill >= 0)
    return "the guardian has its will before the first signal";
  return brokenByInstants(spec, state, will);
}

/** How much later than curfew the guardian does the same. */
const LATE = 2e6;

function brokenByInstants(
  spec: Spec,
  state: State,
  { signalAt, sweepAt }: Will,
): string | undefined {
  const { signalDue, killDue } = duesOf(spec, state);
  if (state.phase === "starting" || state.phase === "sweeping") return undefined;
  if (state.phase === "draining" || state.phase === "finished") return undefined;
  const isBehind = (its: Instant | undefined, ours: number | undefined) =>
    ours === undefined ? its === undefined : its !== undefined && its > ours && its <= ours + LATE;
  if (!isBehind(signalAt, signalDue))
    return "the guardian sends its signal a little after curfew's is due";
  return isBehind(sweepAt, killDue) ? undefined : "the guardian sweeps a little after curfew would";
}

/** When curfew would send the first signal, and SIGKILL: where the end is forced, 5 s later. */
function duesOf(
  { signal, killAfter }: Spec,
  state: State,
): { readonly signalDue?: number; readonly killDue?: number } {
  if (state.phase === "running" && state.suspendedSince !== undefined) return {};
  const limit = "limitAt" in state ? state.limitAt : undefined;
  if ("killAt" in state && state.killAt !== undefined) {
    const isLeft = state.phase === "leftovers" && limit !== undefined;
    const end = isLeft ? limit + (killAfter || DEFAULT_GRACE) : state.killAt;
    return { killDue: Math.min(state.killAt, end) };
  }
  if (limit === undefined) return {};
  if (signal === "SIGKILL") return { killDue: limit };
  return { signalDue: limit, killDue: limit + (killAfter || DEFAULT_GRACE) };
}

const OF_LIMITS: readonly string[] = ["idle", "output-limit", "ending"];

function timesSent(entries: readonly { readonly count: number }[]): number {
  return entries.reduce((sum, { count }) => sum + count, 0);
}

function brokenByWords(spec: Spec, way: Way, { event, next }: Turn): string | undefined {
  const { actions, state } = next;
  const said = actions.flatMap((action) => (action.type === "say" ? [action.message.kind] : []));
  const isLost = actions.some(({ type }) => type === "take-over");
  const isNamed = isLost && (spec.verbose || isLossOf(state));
  const times = said.filter((kind) => kind === "guardian-gone" || kind === "guardian-late").length;
  if (said.includes("guardian-gone") && !isGone(way, event))
    return "no message says that a running guardian is gone";
  const isLate = isLossLate(spec, way, { event, next });
  if (times !== (isNamed || isLate ? 1 : 0))
    return "a lost guardian is reported where it decides the code, or with -v";
  const limits = said.filter((kind) => OF_LIMITS.includes(kind)).length;
  if (limits > 1 || (limits > 0 && said.includes("ending") && !isTold(spec)))
    return "one sentence about an end, where curfew tells of it";
  const isMore = said.length > times + limits;
  if (!spec.verbose && isMore && state.phase !== "finished")
    return "without -v there are no other messages before the end";
  const isFault = spec.leftovers === "fail" && reasonOf(way.state) === undefined;
  if (said.includes("leaked") && !isFault)
    return "a leak is an error only where the command ended by itself";
  const records = actions.filter((action) => action.type === "emit");
  const sends = records.flatMap(({ event }) => (event.type === "sent" ? [event] : []));
  const emitted = records.length - sends.length;
  const isLogged = spec.events !== undefined && (state.phase !== "finished" || actions.length > 0);
  const isAnswer = event.type === "woken" || event.type === "counted";
  const isLine = isLogged && !isAnswer && event.type !== "spawned" && event.type !== "wrote";
  if (emitted !== (isLine ? 1 : 0)) return "a line for every event but the guardian's start";
  const isSent = spec.events !== undefined && "run" in way.state && "run" in state;
  const newly = isSent ? timesSent(state.run.sent) - timesSent(way.state.run.sent) : undefined;
  if (newly !== undefined && newly !== timesSent(sends)) return "a line for every signal";
  const exit = actions.find((action) => action.type === "exit");
  // The message about the lost guardian also says why.
  const wasNamed = way.isTakenOver && (spec.verbose || isLossOf(way.state));
  const isSilent = said.length === 0 && !wasNamed && reasonOf(way.state) !== "output";
  if (exit?.exit.code === 125 && isSilent) return "125 has a message that says why";
  const reports = actions.filter((action) => action.type === "report");
  const isAsked = spec.metrics || (spec.report ?? spec.events) !== undefined;
  if (reports.length !== (isAsked && exit !== undefined ? 1 : 0)) return "a report when asked for";
  return reports.map(({ report }) => brokenByReport(report, actions, event)).find(Boolean);
}

/** Whether the loss of the guardian is the only reason of the end. */
function isLossOf(state: State): boolean {
  const reason = reasonOf(state);
  return reason === "guardian" || reason === "guardian-killed";
}

/** Whether the guardian was ended from outside: now, or before. */
function isGone(way: Way, event: Event): boolean {
  return event.type === "guardian-gone" || hadEvent(way, "guardian-gone");
}

/** Whether the main child's end was lost with the guardian, and nothing else makes the code 125. */
function isLossLate(spec: Spec, way: Way, { event, next }: Turn): boolean {
  const { state } = way;
  const exit = next.actions.at(-1);
  if (state.phase === "draining") {
    const { lost, survivors } = state.facts;
    const isOther = spec.failOnSurvivors && survivors.length > 0;
    return exit?.type === "exit" && exit.exit.code === 125 && lost !== undefined && !isOther;
  }
  if (state.phase !== "sweeping" || !way.isTakenOver || event.type !== "swept") return false;
  if (exit?.type !== "exit" || exit.exit.code !== 125) return false;
  if (spec.verbose || isLossOf(state)) return false;
  const isUnseen = (state.main?.status ?? event.end) === undefined;
  return isUnseen && !(spec.failOnSurvivors && event.survivors.length > 0);
}

function brokenByReport(
  { treeGone, proof, survivors, exitCode, signalsSent, escalated }: Report,
  actions: readonly Action[],
  { at }: Event,
): string | undefined {
  const exit = actions.at(-1);
  if (exit?.type !== "exit" || exit.exit.code !== exitCode)
    return "the report has curfew's exit code";
  if (treeGone === true && (survivors.length > 0 || proof === undefined)) return "gone is proven";
  if (survivors.length > 0 && treeGone !== false) return "a tree with survivors is not gone";
  if (signalsSent.some((sent) => sent.at > at)) return "no signal is sent after the end";
  const isKilled = signalsSent.some(({ signal }) => signal === "SIGKILL");
  return escalated && !isKilled ? "escalated means SIGKILL" : undefined;
}
