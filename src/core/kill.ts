import type { Duration, Instant } from "./duration.ts";
import type { Caller, Known, Member, Resolution, Sighting } from "./kill-members.ts";
import {
  groupsOf,
  livingOf,
  membersOf,
  refusalOf,
  withMembers,
  withSightings,
} from "./kill-members.ts";
import type { KillResult, Look, Receiver } from "./kill-result.ts";
import { resultsOf } from "./kill-result.ts";
import type { KillSpec } from "./kill-spec.ts";
import type { Signal } from "./signal.ts";

/** The host's answer to what it was asked last. */
export type KillEvent =
  | { readonly type: "resolved"; readonly at: Instant; readonly resolutions: readonly Resolution[] }
  | { readonly type: "walked"; readonly at: Instant; readonly sightings: readonly Sighting[] }
  /** `refused`: who may not be signalled by us; `ended`: who had ended before. */
  | {
      readonly type: "killed";
      readonly at: Instant;
      readonly refused: readonly number[];
      readonly ended: readonly number[];
      readonly sightings: readonly Sighting[];
    }
  | { readonly type: "waited"; readonly at: Instant; readonly ended: readonly number[] }
  | { readonly type: "examined"; readonly at: Instant; readonly looks: readonly Look[] };

/** The last action of a step asks the host for something; the answer is the next event. */
export type KillAction =
  /** What these PIDs, or process groups, stand for. */
  | { readonly type: "resolve"; readonly pids: readonly number[] }
  /** Look below these members, or in these groups. */
  | {
      readonly type: "walk";
      readonly members: readonly number[];
      readonly groups: readonly number[];
    }
  /**
   * One signal to each member in this order; those of a group get it in one call. `looks`: right
   * before its signal, what is below a member is looked up; afterwards it may be out of sight.
   */
  | {
      readonly type: "kill";
      readonly members: readonly number[];
      readonly groups: readonly number[];
      readonly signal: Signal;
      readonly looks: boolean;
    }
  /** Until all of them have ended, or the deadline has passed. */
  | { readonly type: "wait"; readonly members: readonly number[] }
  /** A last look at who still lives. */
  | { readonly type: "examine"; readonly members: readonly number[] }
  | { readonly type: "say"; readonly signal: Signal; readonly to: Receiver }
  | { readonly type: "finish"; readonly results: readonly KillResult[] };

/** Where we are, with the data of that phase. */
export type KillState =
  | (Known & { readonly phase: "resolving" | "closing" | "finished" })
  /** `killAt`: undefined before the first signal, and where SIGKILL never follows. */
  | (Known & {
      readonly phase: "stopping";
      readonly signalling: "first" | "wake" | undefined;
      readonly hasSent: boolean;
      readonly killAt: Instant | undefined;
      readonly wakeAt: Instant | undefined;
    })
  /** `quiet`: walks in a row that found nobody new. */
  | (Known & { readonly phase: "killing"; readonly hardAt: Instant; readonly quiet: number });

type Stopping = Extract<KillState, { phase: "stopping" }>;
type Killing = Extract<KillState, { phase: "killing" }>;

/** The next state and what to do on the way, in this order. */
export type KillStep = { readonly state: KillState; readonly actions: readonly KillAction[] };

/** From the first SIGKILL until we give up: who still lives then is a survivor. */
export const PATIENCE: Duration = 2_000_000 as Duration;

/** So many walks in a row must find nobody new. */
const QUIET_WALKS = 2;
/** Signals after which a SIGCONT is senseless. */
const WITHOUT_CONT: readonly Signal[] = ["SIG0", "SIGKILL", "SIGCONT"];

/** The first step of every kill. */
export function startKill(spec: KillSpec, caller: Caller): KillStep {
  const targets = spec.pids.map((pid) => ({ pid, verdict: refusalOf(spec, caller, pid) }));
  const known: Known = { caller, targets, members: new Map(), asked: [] };
  const pids = targets.filter(({ verdict }) => verdict === undefined).map(({ pid }) => pid);
  if (pids.length === 0) return finish(known, []);
  return { state: { ...known, phase: "resolving" }, actions: [{ type: "resolve", pids }] };
}

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
      return event.type === "examined" ? finish(state, event.looks) : stay(state);
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
  const never = { hasSent: false, killAt: undefined, wakeAt: undefined };
  return walk(spec, { ...known, phase: "stopping", signalling: undefined, ...never });
}

function whileStopping(spec: KillSpec, state: Stopping, event: KillEvent): KillStep {
  switch (event.type) {
    case "walked":
      return stopOn(spec, withSightings(spec, state, event.sightings), event.at);
    case "killed":
      return state.signalling === "wake"
        ? walk(spec, { ...withEnded(state, event.ended), signalling: undefined })
        : afterFirst(spec, state, event);
    case "waited": {
      const next = withEnded(state, event.ended);
      return isDue(state.killAt, event.at) ? hardKill(spec, next, event.at) : walk(spec, next);
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
  if (living.length === 0) return close(state);
  const told = living.filter((member) => member.hadFirst);
  const fresh = living.filter((member) => !member.hadFirst && !member.isRefused);
  const halfAt = state.killAt && ((state.killAt - spec.killAfter / 2) as Instant);
  if (fresh.length > 0 && (told.length === 0 || isDue(halfAt, at))) {
    return kill(spec, { ...state, signalling: "first" }, fresh, spec.signal);
  }
  // Who cannot be told ends by itself at best, perhaps because of those who were.
  if (told.length === 0 && state.killAt === undefined) return close(state);
  const wakeAt = isDue(halfAt, at) ? state.killAt : halfAt;
  const members = idsOf(told.length > 0 ? told : living);
  return { state: { ...state, wakeAt }, actions: [{ type: "wait", members }] };
}

function afterFirst(
  spec: KillSpec,
  state: Stopping,
  event: Extract<KillEvent, { type: "killed" }>,
): KillStep {
  const next = withAnswers(state, event, { hadFirst: true });
  const told = next.asked.filter((id) => next.members.get(id)?.hadFirst);
  const hasSent = state.hasSent || told.length > 0;
  const killAt = state.hasSent || !hasSent ? state.killAt : after(event.at, spec.killAfter);
  const sent: Stopping = { ...next, hasSent, killAt, signalling: "wake" };
  const said = announce(spec, sent, told, spec.signal);
  const needsWaking = told.length > 0 && !WITHOUT_CONT.includes(spec.signal);
  const members = told.flatMap((id) => next.members.get(id) ?? []);
  const then = needsWaking
    ? kill(spec, sent, members, "SIGCONT")
    : walk(spec, { ...sent, signalling: undefined });
  return { state: then.state, actions: [...said, ...then.actions] };
}

function whileKilling(spec: KillSpec, state: Killing, event: KillEvent): KillStep {
  switch (event.type) {
    case "walked":
      return killOn(spec, withSightings(spec, state, event.sightings), event.at);
    case "killed": {
      const told = withAnswers(state, event, { hadKill: true });
      const sent = told.asked.filter((id) => told.members.get(id)?.hadKill);
      const next = killOn(spec, withSightings(spec, told, event.sightings), event.at);
      return { ...next, actions: [...announce(spec, told, sent, "SIGKILL"), ...next.actions] };
    }
    case "waited": {
      const next = withEnded(state, event.ended);
      return isDue(state.hardAt, event.at)
        ? close(next)
        : walk(spec, { ...next, quiet: QUIET_WALKS });
    }
    case "resolved":
    case "examined":
      return stay(state);
  }
}

function hardKill(spec: KillSpec, known: Known, at: Instant): KillStep {
  const { caller, targets, members, asked } = known;
  const hardAt = (at + PATIENCE) as Instant;
  const state: Killing = { caller, targets, members, asked, phase: "killing", hardAt, quiet: 0 };
  return killOn(spec, state, at);
}

/** SIGKILL to whoever had none, until nobody new is found; then they are waited for. */
function killOn(spec: KillSpec, state: Killing, at: Instant): KillStep {
  const living = livingOf(state).filter((member) => !member.isRefused);
  if (isDue(state.hardAt, at)) return close(state);
  const fresh = living.filter((member) => !member.hadKill);
  if (fresh.length > 0) return kill(spec, { ...state, quiet: 0 }, fresh, "SIGKILL");
  if (state.quiet < QUIET_WALKS) return walk(spec, { ...state, quiet: state.quiet + 1 });
  if (living.length === 0) return close(state);
  return { state, actions: [{ type: "wait", members: idsOf(living) }] };
}

function kill<S extends Stopping | Killing>(
  spec: KillSpec,
  state: S,
  receivers: readonly Member[],
  signal: Signal,
): KillStep {
  const members = idsOf(receivers);
  // Who had it before must not get it again with the group.
  const others = livingOf(state).filter(({ id, isRefused }) => !isRefused && !members.includes(id));
  const isTogether = signal === "SIGKILL" || others.length === 0;
  // In our own group we tell each but ourselves; and kill(-1) would reach every process there is.
  const { group: own } = state.caller;
  const groups = isTogether
    ? groupsOf(spec, state).filter((group) => group !== own && group !== 1)
    : [];
  const looks = signal === "SIGKILL" && spec.reach === "tree";
  return {
    state: { ...state, asked: members },
    actions: [{ type: "kill", members, groups, signal, looks }],
  };
}

function walk(spec: KillSpec, state: Stopping | Killing): KillStep {
  const members = spec.reach === "tree" ? idsOf(livingOf(state)) : [];
  return { state, actions: [{ type: "walk", members, groups: groupsOf(spec, state) }] };
}

/** Nothing more will be sent: who still lives is looked at once more, and reported. */
function close({ caller, targets, members, asked }: Known): KillStep {
  const known: Known = { caller, targets, members, asked };
  const living = idsOf(livingOf(known));
  if (living.length === 0) return finish(known, []);
  return {
    state: { ...known, phase: "closing" },
    actions: [{ type: "examine", members: living }],
  };
}

function finish({ caller, targets, members, asked }: Known, looks: readonly Look[]): KillStep {
  const known: Known = { caller, targets, members, asked };
  const results = resultsOf(known, looks);
  return { state: { ...known, phase: "finished" }, actions: [{ type: "finish", results }] };
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
  { refused, ended }: Extract<KillEvent, { type: "killed" }>,
  told: Partial<Member>,
): S {
  const missed = [...refused, ...ended];
  const reached = state.asked.filter((id) => !missed.includes(id));
  const next = withMembers(withMembers(state, reached, told), refused, { isRefused: true });
  return withEnded(next, ended);
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

function isDue(deadline: Instant | undefined, at: Instant): boolean {
  return deadline !== undefined && at > deadline;
}

/** `undefined` for no limit. */
function after(at: Instant, delay: Duration): Instant | undefined {
  return delay === 0 ? undefined : ((at + delay) as Instant);
}
