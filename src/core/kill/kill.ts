import type { KillSpec } from "../spec/kill-spec.ts";
import type { Instant } from "../values/duration.ts";
import type { Signal } from "../values/signal.ts";
import { WITHOUT_CONT } from "../values/signal.ts";
import type { Caller, Known, Member } from "./members.ts";
import {
  groupsOf,
  livingOf,
  withDoubt,
  withMembers,
  withMissed,
  withSightings,
} from "./members.ts";
import { membersOf, refusalOf } from "./refusal.ts";
import type { Look } from "./result.ts";
import { resultsOf } from "./result.ts";
import { afterWait, searchable, withSearch, withWalk } from "./search.ts";
import type {
  Closing,
  KillAction,
  KillEvent,
  Killing,
  KillState,
  KillStep,
  Stopping,
} from "./state.ts";
import { after, isDue, killTime, LOOK_TIME, lookUntil, PATIENCE, searchUntil } from "./state.ts";

/** So many walks in a row must find nobody new. */
const QUIET_WALKS = 2;

/** The first step of every kill. */
export function startKill(spec: KillSpec, caller: Caller): KillStep {
  const targets = spec.pids.map((pid) => ({ pid, verdict: refusalOf(spec, caller, pid) }));
  const known: Known = { caller, targets, members: new Map(), asked: [], doubts: new Map() };
  const pids = targets.filter(({ verdict }) => verdict === undefined).map(({ pid }) => pid);
  if (pids.length === 0) return finish(known, []);
  return { state: { ...known, phase: "resolving" }, actions: [{ type: "resolve", pids }] };
}

/** What an answer means in a state. Pure; never looks at a clock but the event's. */
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
  const known: Known = { ...state, ...membersOf(spec, state, resolutions) };
  if (livingOf(known).length === 0) return finish(known, []);
  if (spec.signal === "SIGKILL") return hardKill(spec, known, at);
  const never = { hasSent: false, toWake: [], killAt: undefined, wakeAt: undefined };
  return walk(spec, { ...known, phase: "stopping", signalling: undefined, ...never }, at);
}

function whileStopping(spec: KillSpec, state: Stopping, event: KillEvent): KillStep {
  switch (event.type) {
    case "walked":
      return stopOn(spec, withWalk(spec, state, event), event.at);
    case "searched":
      return afterSearch(spec, state, event, stopOn);
    case "killed":
      return state.signalling === "wake"
        ? walk(
            spec,
            { ...withEnded(state, event.ended), signalling: undefined, toWake: [] },
            event.at,
          )
        : afterFirst(spec, state, event);
    case "waited": {
      const next = afterWait(spec, state, event);
      return isDue(state.killAt, event.at)
        ? hardKill(spec, next, event.at)
        : walk(spec, next, event.at);
    }
    case "resolved":
    case "examined":
      return stay(state);
  }
}

/**
 * Who came after the first signal may be what the others clean up with: it gets its own when they
 * have ended, or at half of "kill after".
 */
function stopOn(spec: KillSpec, state: Stopping, at: Instant): KillStep {
  if (isDue(state.killAt, at)) return hardKill(spec, state, at);
  const living = livingOf(state);
  if (living.length === 0) return search(spec, state, at);
  const told = living.filter((member) => member.hadFirst);
  const fresh = living.filter((member) => !member.hadFirst && !member.isRefused);
  const halfAt = state.killAt && ((state.killAt - spec.killAfter / 2) as Instant);
  if (fresh.length > 0 && (told.length === 0 || isDue(halfAt, at))) {
    return kill(spec, { ...state, signalling: "first" }, fresh, spec.signal, at);
  }
  // Who cannot be told ends by itself at best, perhaps because of those who were.
  if (told.length === 0 && state.killAt === undefined) return close(spec, state, at);
  const wakeAt = isDue(halfAt, at) ? state.killAt : halfAt;
  const members = idsOf(told.length > 0 ? told : living);
  const below = spec.reach === "tree" ? idsOf(living) : [];
  return { state: { ...state, wakeAt }, actions: [{ type: "wait", members, below }] };
}

/**
 * Who was below a receiver right before its signal was there before it, and gets its own at once;
 * who was there right after it may be what the receiver cleans up with.
 */
function afterFirst(
  spec: KillSpec,
  state: Stopping,
  event: Extract<KillEvent, { type: "killed" }>,
): KillStep {
  const { at, sightings, later } = event;
  const next = withAnswers(state, event, { hadFirst: true });
  const told = next.asked.filter((id) => next.members.get(id)?.hadFirst);
  const hasSent = state.hasSent || told.length > 0;
  const killAt = state.hasSent || !hasSent ? state.killAt : killTime(spec, at);
  const toWake = [...state.toWake, ...told];
  const found = withSightings(spec, withSightings(spec, next, sightings), later);
  const sent: Stopping = { ...found, hasSent, killAt, toWake };
  const said = announce(spec, sent, told, spec.signal);
  const wasThere = (member: Member) => sightings.some(({ id }) => id === member.id);
  const isNew = (member: Member) => !member.hadFirst && !member.isRefused && wasThere(member);
  const before = livingOf(sent).filter(isNew);
  const then =
    before.length > 0 && !isDue(killAt, at)
      ? kill(spec, sent, before, spec.signal, at)
      : wake(spec, sent, at);
  return { state: then.state, actions: [...said, ...then.actions] };
}

function wake(spec: KillSpec, state: Stopping, at: Instant): KillStep {
  const members = state.toWake.flatMap((id) => state.members.get(id) ?? []);
  const needsWaking = members.length > 0 && !WITHOUT_CONT.includes(spec.signal);
  if (needsWaking) return kill(spec, { ...state, signalling: "wake" }, members, "SIGCONT", at);
  return walk(spec, { ...state, signalling: undefined, toWake: [] }, at);
}

function whileKilling(spec: KillSpec, state: Killing, event: KillEvent): KillStep {
  switch (event.type) {
    case "walked": {
      const next = withWalk(spec, state, event);
      return killOn(spec, event.isCut ? { ...next, quiet: 0 } : next, event.at);
    }
    case "searched":
      return afterSearch(spec, state, event, killOn);
    case "killed": {
      const told = withAnswers(state, event, { hadKill: true });
      const sent = told.asked.filter((id) => told.members.get(id)?.hadKill);
      const seen = [...event.sightings, ...event.later];
      const next = killOn(spec, withSightings(spec, told, seen), event.at);
      return { ...next, actions: [...announce(spec, told, sent, "SIGKILL"), ...next.actions] };
    }
    case "waited": {
      const next = withEnded(state, event.ended);
      return isDue(state.hardAt, event.at)
        ? close(spec, next, event.at)
        : walk(spec, { ...next, quiet: QUIET_WALKS }, event.at);
    }
    case "resolved":
    case "examined":
      return stay(state);
  }
}

function hardKill(spec: KillSpec, known: Known, at: Instant): KillStep {
  const hardAt = after(at, PATIENCE);
  return killOn(spec, { ...plain(known), phase: "killing", hardAt, quiet: 0 }, at);
}

/**
 * SIGKILL to whoever had none, until nobody new is found; then they are waited for. Who adopts the
 * children of others goes last, or half way: with it the others would go out of sight.
 */
function killOn(spec: KillSpec, state: Killing, at: Instant): KillStep {
  const living = livingOf(state).filter((member) => !member.isRefused);
  const isQuiet = state.quiet >= QUIET_WALKS;
  if (isDue(state.hardAt, at)) {
    return close(spec, isQuiet ? state : withDoubt(state, { kind: "forking" }), at);
  }
  const halfAt = (state.hardAt - PATIENCE / 2) as Instant;
  const fresh = living.filter((member) => !member.hadKill);
  const first = isDue(halfAt, at) ? fresh : fresh.filter((member) => !member.adopts);
  if (first.length > 0) return kill(spec, { ...state, quiet: 0 }, first, "SIGKILL", at);
  if (!isQuiet) return walk(spec, { ...state, quiet: state.quiet + 1 }, at);
  if (fresh.length > 0) return kill(spec, { ...state, quiet: 0 }, fresh, "SIGKILL", at);
  if (living.length === 0) return search(spec, state, at);
  // After SIGKILL nobody starts another.
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
  const isWake = signal === "SIGCONT" && signal !== spec.signal;
  // Who had it before must not get it again with the group.
  const others = livingOf(state).filter(({ id, isRefused }) => !isRefused && !members.includes(id));
  const isTogether = signal === "SIGKILL" || (others.length === 0 && !isWake);
  // kill(-1) would reach every process there is.
  const groups = isTogether ? groupsOf(spec, state).filter((group) => group !== 1) : [];
  const looks = signal !== "SIGCONT" && spec.reach === "tree";
  const until = lookUntil(state, at);
  return {
    state: { ...state, asked: members },
    actions: [{ type: "kill", members, groups, signal, looks, isWake, until }],
  };
}

function walk(spec: KillSpec, state: Stopping | Killing, at: Instant): KillStep {
  const members = spec.reach === "tree" ? idsOf(livingOf(state)) : [];
  const until = lookUntil(state, at);
  return { state, actions: [{ type: "walk", members, groups: groupsOf(spec, state), until }] };
}

/** Whoever was told has ended, so that some may be left whom nobody but them knew. */
function search(spec: KillSpec, state: Stopping | Killing, at: Instant): KillStep {
  const members = searchable(spec, state);
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

/** Where all have ended after all, it is looked for those they left behind. */
function whileClosing(spec: KillSpec, state: Closing, event: KillEvent): KillStep {
  switch (event.type) {
    case "searched":
      return close(spec, withSearch(spec, state, event), event.at, true);
    case "examined": {
      if (event.looks.length > 0) return finish(state, event.looks);
      const next = withEnded(state, idsOf(livingOf(state)));
      return close(spec, next, event.at, state.isSearched);
    }
    default:
      return stay(state);
  }
}

/** Nothing more will be sent: who still lives is looked at once more, and reported. */
function close(spec: KillSpec, state: Known, at: Instant, isSearched = false): KillStep {
  const known = plain(state);
  const living = idsOf(livingOf(known));
  if (living.length > 0) {
    const closing: Closing = { ...known, phase: "closing", isSearched };
    return { state: closing, actions: [{ type: "examine", members: living }] };
  }
  const members = isSearched ? [] : searchable(spec, known);
  if (members.length === 0) return finish(known, []);
  const closing: Closing = { ...known, phase: "closing", isSearched: true };
  return { state: closing, actions: [{ type: "search", members, until: after(at, LOOK_TIME) }] };
}

function finish(state: Known, looks: readonly Look[]): KillStep {
  const known = plain(state);
  const results = resultsOf(known, looks);
  return { state: { ...known, phase: "finished" }, actions: [{ type: "finish", results }] };
}

/** Without what belongs to a phase. */
function plain({ caller, targets, members, asked, doubts }: Known): Known {
  return { caller, targets, members, asked, doubts };
}

function stay(state: KillState): KillStep {
  return { state, actions: [] };
}

function withEnded<S extends Known>(state: S, ended: readonly number[]): S {
  return withMembers(state, ended, { hasEnded: true });
}

/** Those who were asked have been told, but for those who could not be. */
function withAnswers<S extends Known>(
  state: S,
  { refused, ended, missed }: Extract<KillEvent, { type: "killed" }>,
  told: Partial<Member>,
): S {
  const passed = [...refused, ...ended];
  const reached = state.asked.filter((id) => !passed.includes(id));
  const next = withMembers(withMembers(state, reached, told), refused, { isRefused: true });
  return withMissed(withEnded(next, ended), missed);
}

function announce(
  spec: KillSpec,
  known: Known,
  told: readonly number[],
  signal: Signal,
): KillAction[] {
  if (!spec.verbose) return [];
  const receivers = told.flatMap((id) => known.members.get(id) ?? []);
  if (spec.reach === "tree") {
    return receivers.map(({ pid, command }) => ({
      type: "say",
      signal,
      to: { kind: "process", pid, command },
    }));
  }
  const targets = receivers.flatMap((member) => member.targets);
  const groups = targets.flatMap((target) => known.targets[target]?.pid ?? []);
  return [...new Set(groups)].map((group) => ({
    type: "say",
    signal,
    to: { kind: "group", group },
  }));
}

function idsOf(members: readonly Member[]): number[] {
  return members.map(({ id }) => id);
}
