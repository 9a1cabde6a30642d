import type { Reason } from "../spec/exit.ts";
import type {
  HandledLeftovers,
  IdentifiedProcess,
  LeftoversSnapshot,
  Member,
} from "../spec/member.ts";
import { excluding, isSame } from "../spec/member.ts";
import type { Spec } from "../spec/spec.ts";
import type { Process } from "../spec/tree.ts";
import type { Duration, Instant } from "../values/duration.ts";
import { parseTextPatterns } from "../values/glob.ts";
import type { Automaton } from "../values/glob-automaton.ts";
import { earlier, isDue } from "../values/instant.ts";
import type { Signal } from "../values/signal.ts";
import type { Action } from "./action.ts";
import { stdinKillAtOf } from "./budget.ts";
import { factsOf, finish } from "./ending.ts";
import type { RestOptions } from "./ladder.ts";
import { graceOf, SWEEP_LIMIT, sendToRest } from "./ladder.ts";
import type { Sorted } from "./readers.ts";
import { sortMembers } from "./readers.ts";
import type { LeftoversPhase, Lingering, Run, State, Step, StoppingPhase } from "./state.ts";
import { lingeringDeadline, stay } from "./state.ts";
import { sweep } from "./sweeping.ts";

/** How long a process may need to end by itself before --leftovers fail calls it a leak. */
export const LEAK_AFTER: Duration = 200_000 as Duration;
/** How long before SIGKILL the processes that curfew has waited for are sent the first signal. */
const LAST_WARNING: Duration = 1_000_000 as Duration;
/** How soon curfew looks again when a leftover is busy, or when it saw none. */
const LOOK_AGAIN_AFTER: Duration = 5_000 as Duration;
/** How long a busy process may be about to end: it has read to the end, and closed the pipe. */
const BUSY_LIMIT: Duration = 60_000 as Duration;
/** The same where other work keeps the process waiting for a processor. */
const QUEUED_LIMIT: Duration = 1_000_000 as Duration;
/** How soon curfew looks again whether only spared processes are left: less and less often. */
const SPARED_LOOK = { least: 10_000, most: 250_000, part: 8 } as const;
/** For how long curfew looks again when it saw no leftover. */
const BLANK_LIMIT: Duration = 100_000 as Duration;

/** What is known of the leftovers before the first look. */
export const NO_LOOK: LeftoversSnapshot = { members: [], ours: [], isComplete: false };

const NOTHING_KNOWN: HandledLeftovers = {
  first: [],
  waited: [],
  spared: [],
  signalled: [],
  isSignalled: false,
  isCut: false,
};

/** No leftover is sent a signal: curfew waits for all but the spared ones. */
export const WAIT_WITHOUT_END: Lingering = {
  signal: "SIGTERM",
  readersAt: undefined,
  othersAt: undefined,
  othersKillAt: undefined,
  isLast: false,
  lookAt: undefined,
};

/**
 * When leftovers are sent which signal. Where curfew was already ending the command, SIGKILL comes
 * no later than it would have come for the command.
 */
export function scheduleOf(
  spec: Spec,
  at: Instant,
  reason: Reason | undefined,
  stopping: Pick<StoppingPhase, "killAt" | "signal"> | undefined,
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

/**
 * When leftovers that are about to end are sent the first signal: after `--linger`, else a second
 * before SIGKILL, or at half of the time where that is short.
 */
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

/** An instant has passed: a look decides which signal is due to which leftover. */
export function onLingeringDeadline(state: LeftoversPhase, at: Instant): Step {
  const { lingering } = state;
  if (lingering === undefined || !isDue(lingeringDeadline(lingering), at)) return stay(state);
  const next = { ...state, lingering: { ...lingering, lookAt: undefined } };
  return { state: next, actions: [{ type: "look" }] };
}

/** A look has shown the leftovers: each is sent the signal that is due to it now. */
export function afterLook(
  spec: Spec,
  before: LeftoversPhase,
  look: LeftoversSnapshot,
  at: Instant,
): Step {
  const { lingering, reason } = before;
  if (lingering === undefined) return stay(before);
  const isCut = look.isCut === true || before.run.left?.isCut === true;
  const left = { ...NOTHING_KNOWN, first: look.members, ...before.run.left, isCut };
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
  // Where curfew is ending the command, an unsure case counts as one that does not end by itself.
  // So it does among more leftovers than a look shows: a tree that forks without a pause is busy
  // too, and leaves curfew little processor time for another look.
  const isDoubted = reason === undefined && look.isCut !== true;
  const sorted = isDoubted ? seen : { ...seen, unsure: [] };
  const isLast = hasCome(lingering.readersAt, at);
  const waited = isLast ? left.waited : union(left.waited, sorted.waited);
  const run = { ...before.run, left: { ...left, waited, spared: sorted.spared } };
  const said = spec.verbose && left.waited.length === 0 ? sayWaiting(waited) : [];
  const state = { ...before, run };
  if (isOnlySparedLeft(look, sorted)) return leaveSpared(spec, state, at);
  // --leftovers wait: no leftover is sent a signal.
  if (state.killAt === undefined) return stay(withNextTimes(state, sorted, at));
  const kept = [...sorted.spared, ...(isLast ? [] : [...sorted.waited, ...sorted.unsure])];
  const isEnd = kept.length === 0 && hasCome(lingering.othersAt, at);
  const others = excluding(excluding(look.members, kept), waited);
  const timely = withGrace(spec, state, others, at);
  const next = isEnd ? signalAll(timely, look, at) : signalOthers(timely, look, kept, at);
  return { state: withNextTimes(next.state, sorted, at), actions: [...next.actions, ...said] };
}

/**
 * Whether curfew sees no leftover and waits for the guardian to say that the tree is empty. A
 * process can also be hidden for a moment, while its parent ends, so curfew looks again for a short
 * time.
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

/**
 * Whether a busy process may still be about to end. On a loaded machine it has its time on the
 * processors; a process that waits for a disk has it by the clock.
 */
function isAtWork(first: readonly Member[], member: Member, since: number): boolean {
  const before = first.find((one) => isSame(one, member))?.cpuTime ?? 0;
  const isKept = member.state === "R" && member.cpuTime - before < BUSY_LIMIT;
  return since < (isKept ? QUEUED_LIMIT : BUSY_LIMIT);
}

/** The patterns of --spare. They protect a process only where the command has ended by itself. */
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
  return [...before, ...excluding(now, before)];
}

/** Whether an instant has come. Undefined: it came before. */
function hasCome(instant: Instant | undefined, at: Instant): boolean {
  return instant === undefined || at >= instant;
}

function isOnlySparedLeft(look: LeftoversSnapshot, { spared }: Sorted): boolean {
  return look.isComplete && spared.length > 0 && excluding(look.members, spared).length === 0;
}

/** The last step when only spared processes are left: they keep running without curfew. */
function leaveSpared(spec: Spec, { run, reason, main }: LeftoversPhase, at: Instant): Step {
  const hadLeftovers = run.left?.isSignalled ?? false;
  const last = finish(spec, { ...factsOf(run, reason, main, at), hadLeftovers });
  return { state: last.state, actions: [{ type: "leave-tree" }, ...last.actions] };
}

/**
 * The grace period begins with the first signal, also where that comes late: the supervisor was
 * kept from sending it in time, or the members were busy and may have been about to end.
 */
function withGrace(
  spec: Spec,
  state: LeftoversPhase,
  others: readonly IdentifiedProcess[],
  at: Instant,
): LeftoversPhase {
  const { lingering, killAt, reason, run } = state;
  if (lingering === undefined || reason !== undefined || killAt === undefined) return state;
  // The time of an end that has begun with the end of stdin is not begun anew.
  if (stdinKillAtOf(run.budget) !== undefined) return state;
  const isLate = lingering.othersAt === undefined && run.left?.isSignalled !== true;
  const isFirst = isReached(lingering.othersAt, at) || (isLate && others.length > 0);
  if (!isFirst) return state;
  const othersKillAt = plus(at, graceOf(spec));
  const last = Math.max(killAt, othersKillAt) as Instant;
  return { ...state, killAt: last, lingering: { ...lingering, othersKillAt } };
}

/** Sends the first signal to all leftovers: none is waited for. SIGKILL follows in its time. */
function signalAll(state: LeftoversPhase, { members }: LeftoversSnapshot, at: Instant): Step {
  const { lingering, run } = state;
  if (lingering === undefined) return stay(state);
  const hadReaders = (run.left?.waited.length ?? 0) > 0;
  const killAt = hadReaders ? state.killAt : (lingering.othersKillAt ?? state.killAt);
  const times = { killAt, limitAt: undefined, lingering: undefined };
  const next = { ...state, run: withSignalled(run, members), ...times };
  if (lingering.signal === "SIGKILL") return sweep(next, at);
  const sent = sendToRest(next.run, lingering.signal, at, restOptionsOf(state));
  return { state: { ...next, run: sent.run }, actions: sent.actions };
}

/** Sends the signals that are due to all leftovers but those that are kept. */
function signalOthers(
  state: LeftoversPhase,
  look: LeftoversSnapshot,
  kept: readonly Member[],
  at: Instant,
): Step {
  const { lingering, killAt } = state;
  if (lingering === undefined) return stay(state);
  const others = excluding(look.members, kept);
  const isNew = excluding(others, state.run.left?.signalled ?? []).length > 0 || !look.isComplete;
  const isFirst = hasCome(lingering.othersAt, at) && isNew;
  const isDone = others.length === 0 && look.isComplete;
  // A sweep would end the spared processes too, so SIGKILL is sent to the others one by one. A
  // sweep follows if that does not end them.
  const isLast = isReached(killAt, at);
  const isKill = !isDone && (isLast || isReached(lingering.othersKillAt, at));
  const signals: Signal[] = isFirst ? [lingering.signal] : [];
  if (isKill) signals.push("SIGKILL");
  const options = restOptionsOf(state, kept);
  let run = isFirst ? withSignalled(state.run, others) : state.run;
  const actions = signals.flatMap((signal) => {
    const sent = sendToRest(run, signal, at, options);
    run = sent.run;
    return sent.actions;
  });
  const last = { lingering: { ...lingering, isLast }, killAt: plus(at, SWEEP_LIMIT) };
  return { state: { ...state, run, ...(isLast && last) }, actions };
}

/** Where the command has ended by itself, no member has had a signal yet. */
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

/** The run that has noted that leftovers were sent a signal: the given ones, and unnamed ones. */
export function withSignalled(run: Run, members: readonly Member[]): Run {
  const left = run.left ?? NOTHING_KNOWN;
  const signalled = union(left.signalled, members);
  return { ...run, left: { ...left, signalled, isSignalled: true } };
}

/** The state without the instants that have come, and with the time of the next look. */
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
