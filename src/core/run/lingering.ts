import type { Reason } from "../spec/exit.ts";
import type {
  HandledLeftovers,
  IdentifiedProcess,
  LeftoversSnapshot,
  Member,
} from "../spec/member.ts";
import { isSame, without } from "../spec/member.ts";
import type { Spec } from "../spec/spec.ts";
import type { Process } from "../spec/tree.ts";
import type { Duration, Instant } from "../values/duration.ts";
import { parseTextPatterns } from "../values/glob.ts";
import type { Automaton } from "../values/glob-automaton.ts";
import type { Signal } from "../values/signal.ts";
import type { Action } from "./action.ts";
import { factsOf, finish } from "./ending.ts";
import type { RestOptions } from "./ladder.ts";
import { graceOf, SWEEP_LIMIT, sendToRest } from "./ladder.ts";
import type { Sorted } from "./readers.ts";
import { sortMembers } from "./readers.ts";
import type { LeftoversPhase, Lingering, Run, State, Step, StoppingPhase } from "./state.ts";
import { earlier, isDue, lingeringDeadline, stay } from "./state.ts";
import { sweep } from "./sweeping.ts";

/** So long everybody may need to end by itself before `fail` calls it a leak. */
export const LEAK_AFTER: Duration = 200_000 as Duration;
/** So long before SIGKILL those that were waited for get the first signal. */
const LAST_WARNING: Duration = 1_000_000 as Duration;
/** How soon it is looked again where somebody is busy, or nobody was seen. */
const LOOK_AGAIN_AFTER: Duration = 5_000 as Duration;
/** So long whoever is busy may be about to end: it has read its end, and closed what it read. */
const BUSY_LIMIT: Duration = 60_000 as Duration;
/** So much later, where other work keeps it from the processors for that long. */
const QUEUED_LIMIT: Duration = 1_000_000 as Duration;
/** How soon it is asked again whether nobody but the spared is left: ever less often. */
const SPARED_LOOK = { least: 10_000, most: 250_000, part: 8 } as const;
/** So long it is looked again where nobody was seen. */
const BLANK_LIMIT: Duration = 100_000 as Duration;

/** Where nobody was looked at. */
export const NO_LOOK: LeftoversSnapshot = { members: [], ours: [], isComplete: false };

const NOTHING_KNOWN: HandledLeftovers = {
  first: [],
  waited: [],
  spared: [],
  signalled: [],
  isSignalled: false,
};

/** Nobody gets a signal; but for the spared they are waited for. */
export const WAIT_WITHOUT_END: Lingering = {
  signal: "SIGTERM",
  readersAt: undefined,
  othersAt: undefined,
  othersKillAt: undefined,
  isLast: false,
  lookAt: undefined,
};

/** When leftovers get which signal, never later than in an end that is under way already. */
export function scheduleOf(
  spec: Spec,
  at: Instant,
  reason: Reason | undefined,
  stopping: StoppingPhase | undefined,
): { readonly killAt: Instant; readonly lingering: Lingering } {
  const endAt = stopping?.killAt;
  const grace = graceOf(spec);
  const isLeakTest = reason === undefined && spec.leftovers === "fail";
  const othersAt = isLeakTest ? plus(at, spec.linger ?? LEAK_AFTER) : at;
  const othersKillAt = endAt ?? plus(othersAt, grace);
  const readersAt = readersAtOf(spec, at, endAt);
  const isGiven = spec.linger !== undefined && endAt === undefined;
  const readersKillAt = endAt ?? plus(isGiven ? readersAt : at, grace);
  const killAt = Math.max(othersKillAt, readersKillAt) as Instant;
  const signal = stopping?.signal ?? spec.signal;
  return { killAt, lingering: { ...WAIT_WITHOUT_END, signal, readersAt, othersAt, othersKillAt } };
}

/** A second before SIGKILL, or at half of the time where that is short; `--linger` says another. */
function readersAtOf(spec: Spec, at: Instant, endAt: Instant | undefined): Instant {
  const left = endAt === undefined ? graceOf(spec) : Math.max(0, endAt - at);
  const usual = plus(at, left < 2 * LAST_WARNING ? Math.ceil(left / 2) : left - LAST_WARNING);
  if (spec.linger === undefined) return usual;
  const given = plus(at, spec.linger);
  return endAt === undefined || given < usual ? given : usual;
}

function plus(at: Instant, time: number): Instant {
  return (at + time) as Instant;
}

/** Something is due: what it is depends on who is left. */
export function onLingeringDeadline(state: LeftoversPhase, at: Instant): Step {
  const { lingering } = state;
  if (lingering === undefined || !isDue(lingeringDeadline(lingering), at)) return stay(state);
  const next = { ...state, lingering: { ...lingering, lookAt: undefined } };
  return { state: next, actions: [{ type: "look" }] };
}

/** A look has shown who is left: each gets what is due to it now. */
export function afterLook(
  spec: Spec,
  before: LeftoversPhase,
  look: LeftoversSnapshot,
  at: Instant,
): Step {
  const { lingering, reason } = before;
  if (lingering === undefined) return stay(before);
  const left = { ...NOTHING_KNOWN, first: look.members, ...before.run.left };
  if (isBlank(spec, before, look, at)) {
    const run = { ...before.run, left };
    return stay({
      ...before,
      run,
      lingering: { ...lingering, othersAt: plus(at, LOOK_AGAIN_AFTER) },
    });
  }
  const isBusy = (member: Member) => isAtWork(left.first, member, at - before.main.at);
  const seen = sortMembers(look, sparePatternsOf(spec, reason), left, isBusy);
  // In an end that is under way nobody gets the benefit of a doubt.
  const sorted = reason === undefined ? seen : { ...seen, unsure: [] };
  const isLast = hasCome(lingering.readersAt, at);
  const waited = isLast ? left.waited : union(left.waited, sorted.waited);
  const run = { ...before.run, left: { ...left, waited, spared: sorted.spared } };
  const said = spec.verbose && left.waited.length === 0 ? sayWaiting(waited) : [];
  const state = { ...before, run };
  if (isOnlySparedLeft(look, sorted)) return leaveSpared(spec, state, at);
  // They are waited for, whoever they are.
  if (state.killAt === undefined) return stay(withNextTimes(state, sorted, at));
  const kept = [...sorted.spared, ...(isLast ? [] : [...sorted.waited, ...sorted.unsure])];
  const isEnd = kept.length === 0 && hasCome(lingering.othersAt, at);
  const timely = withGrace(spec, state, at);
  const next = isEnd ? signalAll(timely, look, at) : signalOthers(timely, look, kept, at);
  return { state: withNextTimes(next.state, sorted, at), actions: [...next.actions, ...said] };
}

/**
 * Nobody is there any more, as far as it is to be seen: the guardian is about to say so. It could
 * also be that a parent's end hid somebody for a moment, so this does not go on for long.
 */
function isBlank(
  spec: Spec,
  { main, reason }: LeftoversPhase,
  look: LeftoversSnapshot,
  at: Instant,
): boolean {
  if (!look.isComplete || look.members.length > 0) return false;
  const isLeakTest = reason === undefined && spec.leftovers === "fail";
  const time = isLeakTest ? (spec.linger ?? LEAK_AFTER) : 0;
  return at < main.at + time + BLANK_LIMIT;
}

/** On processors, where there is much other work; who waits for a disk has it by the clock. */
function isAtWork(first: readonly Member[], member: Member, since: number): boolean {
  const before = first.find((one) => isSame(one, member))?.used ?? 0;
  const isKept = member.state === "R" && member.used - before < BUSY_LIMIT;
  return since < (isKept ? QUEUED_LIMIT : BUSY_LIMIT);
}

/** Who is spared is so where the command has ended by itself. */
function sparePatternsOf({ spare }: Spec, reason: Reason | undefined): Automaton | undefined {
  return reason === undefined && spare.length > 0 ? parseTextPatterns(spare) : undefined;
}

function sayWaiting(processes: readonly Process[]): Action[] {
  if (processes.length === 0) return [];
  return [{ type: "say", message: { kind: "waiting", processes } }];
}

function union(
  before: readonly IdentifiedProcess[],
  now: readonly IdentifiedProcess[],
): readonly IdentifiedProcess[] {
  return [...before, ...without(now, before)];
}

/** Undefined: it has been. */
function hasCome(instant: Instant | undefined, at: Instant): boolean {
  return instant === undefined || at >= instant;
}

function isOnlySparedLeft(look: LeftoversSnapshot, { spared }: Sorted): boolean {
  return look.isComplete && spared.length > 0 && without(look.members, spared).length === 0;
}

/** Nobody but the spared is left: they go on without us. */
function leaveSpared(spec: Spec, { run, reason, main }: LeftoversPhase, at: Instant): Step {
  const hadLeftovers = run.left?.isSignalled ?? false;
  const last = finish(spec, { ...factsOf(run, reason, main, at), hadLeftovers });
  return { state: last.state, actions: [{ type: "leave-tree" }, ...last.actions] };
}

/** A first signal that comes late, because we were kept from sending it, has its time after it. */
function withGrace(spec: Spec, state: LeftoversPhase, at: Instant): LeftoversPhase {
  const { lingering, killAt, reason } = state;
  const isFirst = lingering !== undefined && isReached(lingering.othersAt, at);
  if (!isFirst || reason !== undefined || killAt === undefined) return state;
  const othersKillAt = plus(at, graceOf(spec));
  const last = Math.max(killAt, othersKillAt) as Instant;
  return { ...state, killAt: last, lingering: { ...lingering, othersKillAt } };
}

/** Nobody is to be waited for (any more): the first signal to all; SIGKILL follows in its time. */
function signalAll(state: LeftoversPhase, { members }: LeftoversSnapshot, at: Instant): Step {
  const { lingering, run } = state;
  if (lingering === undefined) return stay(state);
  const hadReaders = (run.left?.waited.length ?? 0) > 0;
  const killAt = hadReaders ? state.killAt : (lingering.othersKillAt ?? state.killAt);
  const over = { killAt, limitAt: undefined, lingering: undefined };
  const next = { ...state, run: withSignalled(run, members), ...over };
  if (lingering.signal === "SIGKILL") return sweep(next, at);
  const sent = sendToRest(next.run, lingering.signal, at, restOptionsOf(state));
  return { state: { ...next, run: sent.run }, actions: sent.actions };
}

/** The same to those that are not kept, while some are. */
function signalOthers(
  state: LeftoversPhase,
  look: LeftoversSnapshot,
  kept: readonly Member[],
  at: Instant,
): Step {
  const { lingering, killAt } = state;
  if (lingering === undefined) return stay(state);
  const others = without(look.members, kept);
  const isNew = without(others, state.run.left?.signalled ?? []).length > 0 || !look.isComplete;
  const isFirst = hasCome(lingering.othersAt, at) && isNew;
  const isDone = others.length === 0 && look.isComplete;
  // The spared outlive SIGKILL, so it cannot be a sweep; that one comes if this does not help.
  const isLast = isReached(killAt, at);
  const isKill = !isDone && (isLast || isReached(lingering.othersKillAt, at));
  const signals: Signal[] = isFirst ? [lingering.signal] : [];
  if (isKill) signals.push("SIGKILL");
  const whom = restOptionsOf(state, kept);
  let run = isFirst ? withSignalled(state.run, others) : state.run;
  const actions = signals.flatMap((signal) => {
    const sent = sendToRest(run, signal, at, whom);
    run = sent.run;
    return sent.actions;
  });
  const last = { lingering: { ...lingering, isLast }, killAt: plus(at, SWEEP_LIMIT) };
  return { state: { ...state, run, ...(isLast && last) }, actions };
}

/** Where the command has ended by itself nobody has had a signal yet. */
export function restOptionsOf(
  { reason }: LeftoversPhase,
  kept: readonly Member[] = [],
): RestOptions {
  const some = kept.length > 0 && { except: kept.map(({ pid }) => pid) };
  return { ...some, ...(reason === undefined && { isFirst: true }) };
}

function isReached(instant: Instant | undefined, at: Instant): boolean {
  return instant !== undefined && at >= instant;
}

/** Somebody has got a signal, named or not: not all have ended by themselves. */
export function withSignalled(run: Run, members: readonly Member[]): Run {
  const left = run.left ?? NOTHING_KNOWN;
  const signalled = union(left.signalled, members);
  return { ...run, left: { ...left, signalled, isSignalled: true } };
}

/** What has been is not due again; the next look, where one is wanted before anything is due. */
function withNextTimes(state: State, { unsure, spared }: Sorted, at: Instant): State {
  if (state.phase !== "leftovers" || state.lingering === undefined) return state;
  const { killAt, lingering, main } = state;
  const coming = (instant: Instant | undefined) => (hasCome(instant, at) ? undefined : instant);
  const isAsking = spared.length > 0 || killAt === undefined;
  const later = Math.ceil((at - main.at) / SPARED_LOOK.part);
  const pause = Math.min(SPARED_LOOK.most, Math.max(SPARED_LOOK.least, later));
  const sparedAt = isAsking ? plus(at, pause) : undefined;
  const unsureAt = unsure.length > 0 ? plus(at, LOOK_AGAIN_AFTER) : undefined;
  const times: Lingering = {
    ...lingering,
    readersAt: coming(lingering.readersAt),
    othersAt: coming(lingering.othersAt),
    othersKillAt: coming(lingering.othersKillAt),
    lookAt: earlier(sparedAt, unsureAt),
  };
  return { ...state, lingering: times };
}
