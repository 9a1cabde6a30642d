import type { KillSpec } from "../spec/kill-spec.ts";
import type { Instant } from "../values/duration.ts";
import { deadlineAfter, isDue, later } from "../values/instant.ts";
import type { Signal } from "../values/signal.ts";
import { NEEDS_NO_CONT } from "../values/signal.ts";
import type { Caller, KillProgress, Member } from "./members.ts";
import {
  groupsOf,
  isHeld,
  livingOf,
  withDiscoveries,
  withDoubt,
  withMembers,
  withMissed,
} from "./members.ts";
import { membersOf, refusalOf } from "./refusal.ts";
import type { Observation } from "./result.ts";
import { receiversOf, resultsOf } from "./result.ts";
import { endedMembers, withSearch, withWait, withWalk } from "./search.ts";
import type {
  Closing,
  KillAction,
  KillEvent,
  Killing,
  KillState,
  KillStep,
  Stopping,
} from "./state.ts";
import { KILL_SWEEP_LIMIT, MIN_SEARCH_TIME, searchUntil, walkUntil } from "./state.ts";

/** How many consecutive walks must find no new process. */
const QUIET_WALKS = 2;

/** The first step of every kill. */
export function startKill(spec: KillSpec, caller: Caller): KillStep {
  const targets = spec.pids.map((pid) => ({ pid, verdict: refusalOf(spec, caller, pid) }));
  const known: KillProgress = {
    caller,
    targets,
    members: new Map(),
    receivers: [],
    doubts: new Map(),
  };
  const pids = targets.filter(({ verdict }) => verdict === undefined).map(({ pid }) => pid);
  if (pids.length === 0) return finish(known, []);
  return { state: { ...known, phase: "resolving" }, actions: [{ type: "resolve", pids }] };
}

/** The next step after the host's answer. The only clock is the event's `at`. */
export function stepKill(spec: KillSpec, state: KillState, event: KillEvent): KillStep {
  switch (state.phase) {
    case "resolving":
      return event.type === "resolved" ? begin(spec, state, event) : stay(state);
    case "stopping":
      return whileStopping(spec, state, event);
    case "killing":
      return whileKilling(spec, state, event);
    case "closing":
      return whileClosing(spec, state, event);
    case "finished":
      return stay(state);
  }
}

function begin(
  spec: KillSpec,
  state: KillState,
  { at, resolutions }: Extract<KillEvent, { type: "resolved" }>,
): KillStep {
  const known: KillProgress = { ...state, ...membersOf(spec, state, resolutions) };
  if (livingOf(known).length === 0) return finish(known, []);
  if (spec.signal === "SIGKILL") return beginKilling(spec, known, at);
  const never = { hasSignaled: false, toContinue: [], killAt: undefined, wakeAt: undefined };
  return walk(spec, { ...known, phase: "stopping", signaling: undefined, ...never }, at);
}

function whileStopping(spec: KillSpec, state: Stopping, event: KillEvent): KillStep {
  switch (event.type) {
    case "walked":
      return proceedStopping(spec, withWalk(spec, state, event), event.at);
    case "searched":
      return afterSearch(spec, state, event, proceedStopping);
    case "killed":
      return state.signaling === "continue"
        ? walk(
            spec,
            { ...withEnded(state, event.ended), signaling: undefined, toContinue: [] },
            event.at,
          )
        : afterFirstSignal(spec, state, event);
    case "waited": {
      const next = withWait(spec, state, event);
      return isDue(state.killAt, event.at)
        ? beginKilling(spec, next, event.at)
        : walk(spec, next, event.at);
    }
    case "resolved":
    case "examined":
      return stay(state);
  }
}

/**
 * Sends the first signal to members that have not got it. A process that was started after the
 * first signal may belong to the clean-up of the others, so it gets the signal only when these have
 * exited, or after half of "kill after".
 */
function proceedStopping(spec: KillSpec, state: Stopping, at: Instant): KillStep {
  if (isDue(state.killAt, at)) return beginKilling(spec, state, at);
  const living = livingOf(state);
  if (living.length === 0) return search(spec, state, at);
  const told = living.filter((member) => member.gotFirstSignal);
  const fresh = living.filter((member) => needsFirstSignal(state, member));
  const halfAt = state.killAt && ((state.killAt - spec.killAfter / 2) as Instant);
  if (fresh.length > 0 && (told.length === 0 || isDue(halfAt, at))) {
    return kill(spec, { ...state, signaling: "first" }, fresh, spec.signal, at);
  }
  // No member that is alive could be signaled, and no SIGKILL will follow.
  if (told.length === 0 && state.killAt === undefined) return close(spec, state, at);
  const wakeAt = isDue(halfAt, at) ? state.killAt : halfAt;
  const members = idsOf(told.length > 0 ? told : living);
  const below = spec.reach === "tree" ? idsOf(living) : [];
  return { state: { ...state, wakeAt }, actions: [{ type: "wait", members, below }] };
}

/** Whether a living member is to get the first signal from this curfew. */
function needsFirstSignal(state: Stopping, member: Member): boolean {
  return !member.gotFirstSignal && !member.isRefused && !isHeld(state, member);
}

/**
 * Signals at once what was below a receiver right before its signal. What was found there only
 * after it may belong to the receiver's clean-up, and gets its signal later (`proceedStopping`).
 */
function afterFirstSignal(
  spec: KillSpec,
  state: Stopping,
  event: Extract<KillEvent, { type: "killed" }>,
): KillStep {
  const { at, discoveries, later } = event;
  const next = withAnswers(state, event, { gotFirstSignal: true });
  const told = next.receivers.filter((id) => next.members.get(id)?.gotFirstSignal);
  const hasSignaled = state.hasSignaled || told.length > 0;
  const killAt =
    state.hasSignaled || !hasSignaled ? state.killAt : deadlineAfter(at, spec.killAfter);
  const toContinue = [...state.toContinue, ...told];
  const found = withDiscoveries(spec, withDiscoveries(spec, next, discoveries), later);
  const sent: Stopping = { ...found, hasSignaled, killAt, toContinue };
  const said = announce(spec, sent, told, spec.signal);
  const wasThere = (member: Member) => discoveries.some(({ id }) => id === member.id);
  const isNew = (member: Member) => needsFirstSignal(sent, member) && wasThere(member);
  const before = livingOf(sent).filter(isNew);
  const then =
    before.length > 0 && !isDue(killAt, at)
      ? kill(spec, sent, before, spec.signal, at)
      : continueStopped(spec, sent, at);
  return { state: then.state, actions: [...said, ...then.actions] };
}

function continueStopped(spec: KillSpec, state: Stopping, at: Instant): KillStep {
  const members = state.toContinue.flatMap((id) => state.members.get(id) ?? []);
  const needsWaking = members.length > 0 && !NEEDS_NO_CONT.includes(spec.signal);
  if (needsWaking) return kill(spec, { ...state, signaling: "continue" }, members, "SIGCONT", at);
  return walk(spec, { ...state, signaling: undefined, toContinue: [] }, at);
}

function whileKilling(spec: KillSpec, state: Killing, event: KillEvent): KillStep {
  switch (event.type) {
    case "walked": {
      const next = withWalk(spec, state, event);
      return proceedKilling(spec, event.isCut ? { ...next, quietWalks: 0 } : next, event.at);
    }
    case "searched":
      return afterSearch(spec, state, event, proceedKilling);
    case "killed": {
      const told = withAnswers(state, event, { gotSigkill: true });
      const sent = told.receivers.filter((id) => told.members.get(id)?.gotSigkill);
      const seen = [...event.discoveries, ...event.later];
      const next = proceedKilling(spec, withDiscoveries(spec, told, seen), event.at);
      return { ...next, actions: [...announce(spec, told, sent, "SIGKILL"), ...next.actions] };
    }
    case "waited": {
      const next = withEnded(state, event.ended);
      return isDue(state.giveUpAt, event.at)
        ? close(spec, next, event.at)
        : walk(spec, { ...next, quietWalks: QUIET_WALKS }, event.at);
    }
    case "resolved":
    case "examined":
      return stay(state);
  }
}

function beginKilling(spec: KillSpec, known: KillProgress, at: Instant): KillStep {
  const giveUpAt = later(at, KILL_SWEEP_LIMIT);
  return proceedKilling(
    spec,
    { ...progressOf(known), phase: "killing", giveUpAt, quietWalks: 0 },
    at,
  );
}

/**
 * Sends SIGKILL to members that have not got it, until walks find no new process, then waits for
 * them. A subreaper comes last, or when half of the time is over: when it exits, the children that
 * it adopted get another parent, and curfew could not find them below a member any more.
 */
function proceedKilling(spec: KillSpec, state: Killing, at: Instant): KillStep {
  const living = livingOf(state).filter((member) => !member.isRefused);
  const isQuiet = state.quietWalks >= QUIET_WALKS;
  if (isDue(state.giveUpAt, at)) {
    return close(spec, isQuiet ? state : withDoubt(state, { kind: "forking" }), at);
  }
  const halfAt = (state.giveUpAt - KILL_SWEEP_LIMIT / 2) as Instant;
  const fresh = living.filter((member) => !member.gotSigkill);
  const first = isDue(halfAt, at) ? fresh : fresh.filter((member) => !member.isSubreaper);
  if (first.length > 0) return kill(spec, { ...state, quietWalks: 0 }, first, "SIGKILL", at);
  if (!isQuiet) return walk(spec, { ...state, quietWalks: state.quietWalks + 1 }, at);
  if (fresh.length > 0) return kill(spec, { ...state, quietWalks: 0 }, fresh, "SIGKILL", at);
  if (living.length === 0) return search(spec, state, at);
  // A process with SIGKILL pending starts no other, so nothing below the members can be new.
  return { state, actions: [{ type: "wait", members: idsOf(living), below: [] }] };
}

function kill<S extends Stopping | Killing>(
  spec: KillSpec,
  state: S,
  receivers: readonly Member[],
  signal: Signal,
  at: Instant,
): KillStep {
  const members = idsOf(receivers);
  const stoppedOnly = signal === "SIGCONT" && signal !== spec.signal;
  // One call for the group would signal again the members that have got the signal already.
  const others = livingOf(state).filter(({ id, isRefused }) => !isRefused && !members.includes(id));
  const isTogether = signal === "SIGKILL" || (others.length === 0 && !stoppedOnly);
  // kill(-1) would signal every process of the machine.
  const groups = isTogether ? groupsOf(spec, state).filter((group) => group !== 1) : [];
  const looksBelow = signal !== "SIGCONT" && spec.reach === "tree";
  const until = walkUntil(state, at);
  return {
    state: { ...state, receivers: members },
    actions: [{ type: "kill", members, groups, signal, looksBelow, stoppedOnly, until }],
  };
}

function walk(spec: KillSpec, state: Stopping | Killing, at: Instant): KillStep {
  const members = spec.reach === "tree" ? idsOf(livingOf(state)) : [];
  const until = walkUntil(state, at);
  return { state, actions: [{ type: "walk", members, groups: groupsOf(spec, state), until }] };
}

/** Every member has exited: searches for descendants that lost their parent unseen. */
function search(spec: KillSpec, state: Stopping | Killing, at: Instant): KillStep {
  const members = endedMembers(spec, state);
  if (members.length === 0) return close(spec, state, at);
  return { state, actions: [{ type: "search", members, until: searchUntil(state, at) }] };
}

function afterSearch<S extends Stopping | Killing>(
  spec: KillSpec,
  state: S,
  event: Extract<KillEvent, { type: "searched" }>,
  goOn: (spec: KillSpec, next: S, at: Instant) => KillStep,
): KillStep {
  const next = withSearch(spec, state, event);
  const isNew = next.members.size > state.members.size;
  return isNew ? goOn(spec, next, event.at) : close(spec, next, event.at, true);
}

/** A last search where the last members exited while curfew was about to report them. */
function whileClosing(spec: KillSpec, state: Closing, event: KillEvent): KillStep {
  switch (event.type) {
    case "searched":
      return close(spec, withSearch(spec, state, event), event.at, true);
    case "examined": {
      if (event.observations.length > 0) return finish(state, event.observations);
      const next = withEnded(state, idsOf(livingOf(state)));
      return close(spec, next, event.at, state.isSearched);
    }
    default:
      return stay(state);
  }
}

/** Ends the signaling: looks once more at members that are alive, or searches, then reports. */
function close(spec: KillSpec, state: KillProgress, at: Instant, isSearched = false): KillStep {
  const known = progressOf(state);
  const living = idsOf(livingOf(known));
  if (living.length > 0) {
    const closing: Closing = { ...known, phase: "closing", isSearched };
    return { state: closing, actions: [{ type: "examine", members: living }] };
  }
  const members = isSearched ? [] : endedMembers(spec, known);
  if (members.length === 0) return finish(known, []);
  const closing: Closing = { ...known, phase: "closing", isSearched: true };
  return {
    state: closing,
    actions: [{ type: "search", members, until: later(at, MIN_SEARCH_TIME) }],
  };
}

function finish(state: KillProgress, observations: readonly Observation[]): KillStep {
  const known = progressOf(state);
  const results = resultsOf(known, observations);
  return { state: { ...known, phase: "finished" }, actions: [{ type: "finish", results }] };
}

/** The data that every phase has. */
function progressOf({ caller, targets, members, receivers, doubts }: KillProgress): KillProgress {
  return { caller, targets, members, receivers, doubts };
}

function stay(state: KillState): KillStep {
  return { state, actions: [] };
}

function withEnded<S extends KillProgress>(state: S, ended: readonly number[]): S {
  return withMembers(state, ended, { hasEnded: true });
}

/** Marks each receiver as signaled, refused, or exited before. */
function withAnswers<S extends KillProgress>(
  state: S,
  { refused, ended, missed }: Extract<KillEvent, { type: "killed" }>,
  told: Partial<Member>,
): S {
  const passed = [...refused, ...ended];
  const reached = state.receivers.filter((id) => !passed.includes(id));
  const next = withMembers(withMembers(state, reached, told), refused, { isRefused: true });
  return withMissed(withEnded(next, ended), missed);
}

/** With `-v`: a line for each receiver. */
function announce(
  spec: KillSpec,
  known: KillProgress,
  told: readonly number[],
  signal: Signal,
): KillAction[] {
  if (!spec.verbose) return [];
  return receiversOf(spec, known, told).map((to) => ({ type: "say", signal, to }));
}

function idsOf(members: readonly Member[]): number[] {
  return members.map(({ id }) => id);
}
