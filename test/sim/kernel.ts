// A simulated kernel with one process tree and a clock of its own. All disturbances are planned.

import type { Host } from "../../src/core/drive.ts";
import type { Message } from "../../src/core/messages/messages.ts";
import type { Event, Queued } from "../../src/core/report/event.ts";
import type { Report } from "../../src/core/report/report.ts";
import type { Action, Target } from "../../src/core/run/action.ts";
import type { SpawnError } from "../../src/core/spec/error.ts";
import type { LeftoversSnapshot } from "../../src/core/spec/member.ts";
import type { Spec } from "../../src/core/spec/spec.ts";
import type { Usage } from "../../src/core/spec/tree.ts";
import type { Duration, Instant } from "../../src/core/values/duration.ts";
import type { Signal } from "../../src/core/values/signal.ts";
import type { Bytes } from "../../src/core/values/size.ts";
import type { WallTime } from "../../src/core/values/wall-time.ts";
import type { Chance } from "./chance.ts";
import type { Guardian, Reach } from "./guardian.ts";
import * as guard from "./guardian.ts";
import type { Relay } from "./relay.ts";
import { born, bury, deliver, endOf, FAR, type Habits, isAlive, type Member } from "./tree.ts";

/** How a command behaves: its first process, and those that are forked later. */
export type Nature = {
  readonly fails: SpawnError | undefined;
  readonly main: Habits;
  readonly births: readonly { readonly after: number; readonly habits: Habits }[];
};

type ToCurfew = Signal | "cancel" | "parent ends";

/** Disturbances from outside: of the command, of curfew, of the guardian. */
export type Plan = readonly {
  readonly after: number;
  readonly what:
    | { readonly to: "command"; readonly signal: Signal }
    | { readonly to: "curfew"; readonly signal: ToCurfew }
    | { readonly to: "guardian"; readonly signal: "dies" | "hangs" };
}[];

type Timed<T extends Action["type"]> = Extract<Action, { type: T }> & { readonly at: number };

/** What the kernel saw of a run. The promises look at it. */
export type Seen = {
  readonly events: readonly Event[];
  /** The number of events that have a line, whatever they were rewritten to. */
  readonly logged: number;
  readonly kills: readonly Timed<"kill">[];
  readonly sweeps: readonly number[];
  readonly takeOvers: readonly number[];
  readonly hasLeftTree: boolean;
  readonly said: readonly Message["kind"][];
  readonly reports: readonly Report[];
  readonly lines: number;
  readonly startedAt: number | undefined;
  readonly leftAt: number;
  readonly members: readonly Member[];
  readonly guardian: Guardian | undefined;
  /** Whether the guardian was never killed, never hung, and did nothing by itself. */
  readonly isGuardianUsual: boolean;
  /** For how long the clock of the limit was paused until an instant. */
  readonly restedUntil: (at: number) => number;
  /** The time between a deadline and curfew's reaction to it. */
  readonly lateness: number;
  readonly log: readonly string[];
};

export type Kernel = Host & { readonly seen: () => Seen };

/** Thrown where no event will ever come again. */
export class Stuck extends Error {}

/** The value of a queued signal, another one each time. */
function valueAt(now: number): Queued {
  return [-1, 1, 0, now % 2 ** 31, 0];
}

const SPAWN_COST = 300;
/** What the guardian would send so soon is ours to send, where we act at last. */
const MARGIN = 5e5;
const USAGE: Usage = {
  user: 0 as Duration,
  system: 0 as Duration,
  maxRss: 0 as Bytes,
  accounting: "lower_bound",
  oomKills: undefined,
};

/** Whether the guardian has done anything without an order. */
function actsAlone(guardian: Guardian | undefined): boolean {
  return guardian !== undefined && (guard.hasActed(guardian) || guardian.hasSweptAlone);
}

/** A kernel whose clock begins at `zero`. Delays come from `chance`. */
export function kernelOf(
  spec: Spec,
  nature: Nature,
  plan: Plan,
  chance: Chance,
  relay?: Relay,
): Kernel {
  const zero = 1 + chance.below(1e12);
  const world = plan.map(({ after, what }) => ({ at: zero + after, what }));
  world.sort((a, b) => a.at - b.at);
  const births: { at: number; habits: Habits }[] = [];
  const members: Member[] = [];
  const events: Event[] = [];
  const kills: Timed<"kill">[] = [];
  const sweeps: number[] = [];
  const takeOvers: number[] = [];
  const reports: Report[] = [];
  const said: Message["kind"][] = [];
  const rests: { readonly from: number; readonly to: number }[] = [];
  const log: string[] = [];
  const answers: Event[] = [];
  const signals: ToCurfew[] = [];
  const told = new Set<Event["type"]>();
  let restReached: readonly Member[] = [];
  let now = zero;
  let lateness = 0;
  let lines = 0;
  let hasLeftTree = false;
  let awaitsSweep = false;
  let startedAt: number | undefined;
  let guardian: Guardian | undefined;
  let isGuardianHurt = false;
  let parentGone = false;
  // waitid(2) reports only the last stop or continuation.
  let news: Event | undefined;

  const say = (text: string) => log.push(`${((now - zero) / 1e6).toFixed(6)} ${text}`);
  const at = () => now as Instant;
  const main = () => members[0];
  const reach: Reach = {
    now: () => now,
    isMainAlive: () => main()?.status === undefined,
    isAnyAlive: () => members.some(isAlive),
    alive: () => members.filter(isAlive).map(({ pid }) => pid),
    sendAll,
    tellAll: (signal) => {
      for (const member of members) count(member, signal);
      sendAll(signal);
    },
  };

  function count({ got }: Member, signal: Signal): void {
    got.set(signal, (got.get(signal) ?? 0) + 1);
  }

  function sendAll(signal: Signal): void {
    for (const member of members) send(member, signal);
  }

  function send(member: Member, signal: Signal): void {
    if (!deliver(member, signal, now) || member !== main()) return;
    const isStop = signal !== "SIGCONT";
    const [terminal, shell] = [chance.once(3), chance.once(2)];
    const stop = { type: "stopped", at: at(), signal, terminal, shell } as const;
    news = isStop ? stop : { type: "continued", at: at() };
  }

  function sendMain(signal: Signal): void {
    for (const member of members.slice(0, 1)) send(member, signal);
  }

  function nextChange(): number {
    const times = [
      world[0]?.at ?? FAR,
      ...members.map(endOf),
      guardian ? guard.dueOf(guardian) : FAR,
    ];
    // A process that is about to die of SIGKILL does not fork.
    if (members.some((one) => isAlive(one) && !one.isKilled)) times.push(births[0]?.at ?? FAR);
    return Math.min(...times);
  }

  /** Lets the simulated time pass until an instant. */
  function pass(until: number): void {
    for (let next = nextChange(); next <= until; next = nextChange()) {
      now = Math.max(now, next);
      change();
      if (guardian !== undefined) guard.look(guardian, reach);
    }
    now = Math.max(now, until);
  }

  function change(): void {
    const ended = members.find((member) => endOf(member) <= now);
    if (ended !== undefined) {
      bury(ended, now);
      say(`${ended.pid} ends: ${JSON.stringify(ended.status)}`);
      return;
    }
    if ((births[0]?.at ?? FAR) <= now && members.some((one) => isAlive(one) && !one.isKilled)) {
      const birth = births.shift();
      if (birth !== undefined) members.push(born(birth.habits, 42 + members.length, now));
      return;
    }
    if ((world[0]?.at ?? FAR) > now) return;
    const what = world.shift()?.what;
    if (what === undefined) return;
    say(`world: ${what.signal} to ${what.to}`);
    if (what.to === "guardian") disturb(what.signal);
    else if (what.to === "command") sendMain(what.signal);
    else if (what.signal === "parent ends") parentGone = spec.dieWithParent !== false;
    // A signal that already waits is not counted twice: signal(7).
    else if (!signals.includes(what.signal)) signals.push(what.signal);
  }

  function disturb(how: "dies" | "hangs"): void {
    if (guardian === undefined || !guard.listens(guardian)) return;
    isGuardianHurt = true;
    guardian.condition = how === "dies" ? "dead" : "hung";
  }

  /** The news of the guardian, in the order in which the host reads them. */
  function guardianNews(): Event | undefined {
    if (guardian === undefined) return undefined;
    const { hasSwept, hasEnded, isGone, actedAt, condition } = guardian;
    if (actedAt !== FAR && isFirst("backstop")) {
      return { type: "backstop", at: at(), ago: (now - actedAt) as Duration, target: "tree" };
    }
    if (news !== undefined) {
      const stop = news;
      news = undefined;
      return { ...stop, at: at() };
    }
    const proof = isGone ? "echild" : undefined;
    const [pid, end] = [42, main()?.status];
    const named = (pid: number) => ({ pid, command: `m${pid}` });
    if (hasSwept && isFirst("swept")) {
      const whose = { startTime: 1, uid: 0, state: "D", why: "unkillable" } as const;
      const survivors = guardian.survivors.map((pid) => ({ ...named(pid), ...whose }));
      return {
        type: "swept",
        at: at(),
        proof,
        survivors,
        pid,
        end,
        usage: USAGE,
      };
    }
    if (hasEnded && !hasSwept && end !== undefined && isFirst("exited")) {
      const leftovers = isGone ? [] : reach.alive().map(named);
      const tree = { proof, leftovers, look: looked() } as const;
      return { type: "exited", at: at(), pid, status: end, usage: USAGE, ...tree };
    }
    if (told.has("exited") && proof !== undefined && isFirst("tree-empty")) {
      return { type: "tree-empty", at: at(), proof, usage: USAGE };
    }
    return condition === "dead" && isFirst("guardian-gone")
      ? { type: "guardian-gone", at: at() }
      : undefined;
  }

  function isFirst(type: Event["type"]): boolean {
    const isNew = !told.has(type);
    told.add(type);
    return isNew;
  }

  /** The next event that a host finds, most important first. */
  function found(deadline: number | undefined): Event | undefined {
    const isLate = deadline !== undefined && now > deadline;
    const known = answers.shift() ?? guardianNews() ?? relay?.news(now, isLate);
    if (known !== undefined) return known;
    if (awaitsSweep && guardian?.isSweeping === true) {
      awaitsSweep = false;
      return { type: "sweeping", at: at() };
    }
    if (deadline !== undefined && now > deadline) {
      if (guardian !== undefined) guard.holdSignal(guardian, now + MARGIN);
      return { type: "deadline", at: at() };
    }
    if (parentGone && isFirst("caller-gone")) return { type: "caller-gone", at: at() };
    const signal = startedAt === undefined ? undefined : signals.shift();
    if (signal === undefined || signal === "parent ends") return undefined;
    return signal === "cancel"
      ? { type: "cancelled", at: at() }
      : {
          type: "signal",
          at: at(),
          signal,
          ...(signal === "SIGRTMIN" && { queued: valueAt(now) }),
        };
  }

  function sleep(deadline: number | undefined): Event {
    for (;;) {
      const change = Math.min(nextChange(), relay?.nextChange(now) ?? FAR);
      if (change === FAR && deadline === undefined) throw new Stuck("nothing will ever happen");
      const due = deadline === undefined ? FAR : deadline + 1;
      // curfew is mostly woken at once; now and then the machine is busy.
      const delay = chance.once(12) ? chance.below(4e6) : chance.below(200);
      pass(Math.max(now, Math.min(change, due)) + delay);
      lateness += delay + 1;
      const event = found(deadline);
      if (event !== undefined) return event;
    }
  }

  function wait(deadline: Instant | undefined): Event {
    const event = found(deadline) ?? sleep(deadline);
    events.push(event);
    say(JSON.stringify(event));
    return event;
  }

  function spawn(action: Extract<Action, { type: "spawn" }>): void {
    pass(now + SPAWN_COST);
    if (nature.fails !== undefined) {
      answers.push({ type: "spawn-failed", at: at(), error: nature.fails });
      return;
    }
    startedAt = now;
    relay?.begin(now);
    members.push(born(nature.main, 42, now));
    for (const { after, habits } of nature.births) births.push({ at: now + after, habits });
    births.sort((a, b) => a.at - b.at);
    guardian = guard.guardianBy(action.will, now);
    const holding = { mechanism: "subreaper", reasons: ["no_cgroup"], limits: [] } as const;
    answers.push({ type: "spawned", at: at(), holding });
    if (spec.events !== undefined) {
      answers.push({ type: "executed", at: at(), pid: 42, wall: 0 as WallTime });
    }
  }

  /** The processes that a kill reaches. A group has every process that has not left it. */
  function reached(action: Extract<Action, { type: "kill" }>): readonly Member[] {
    const { target, signal, except = [] } = action;
    if (target === "child") return members.slice(0, 1);
    if (target === "group") return members.filter((one) => one === main() || !one.habits.isAway);
    return members.filter(({ got, pid }) => !got.has(signal) && !except.includes(pid));
  }

  function kill(action: Extract<Action, { type: "kill" }>): void {
    const all = reached(action);
    if (action.target === "rest") restReached = all;
    for (const member of all) {
      count(member, action.signal);
      send(member, action.signal);
    }
  }

  /** SIGCONT to the stopped processes. */
  function wake(target: Target): void {
    const all =
      target === "rest" ? restReached : reached({ type: "kill", target, signal: "SIGCONT" });
    const stopped = all.filter((member) => isAlive(member) && member.isStopped);
    for (const member of stopped) send(member, "SIGCONT");
    if (stopped.length === 0) return;
    kills.push({ type: "kill", target, signal: "SIGCONT", at: at() });
    answers.push({ type: "woken", at: at(), target: target === "rest" ? "tree" : target });
  }

  /** curfew sweeps itself, and kills the guardian first. */
  function takeOver(sweepLimit: number): void {
    takeOvers.push(now);
    if (guardian === undefined) return;
    guardian.condition = "dead";
    told.add("guardian-gone");
    sendAll("SIGKILL");
    const until = now + sweepLimit;
    while (reach.isAnyAlive() && now < until) pass(Math.min(Math.max(now, nextChange()), until));
    guard.concludeSweep(guardian, reach);
  }

  function order(action: Exclude<Action, { type: "exit" | "spawn" }>): void {
    if (action.type === "drain") relay?.drain(now, action.heldUntil);
    if (action.type === "cut-output") relay?.cut(now);
    if (action.type === "take-over") takeOver(action.limit);
    if (guardian === undefined) return;
    const isHeard = guard.listens(guardian);
    if (action.type === "will") guard.leaveWill(guardian, action.will);
    if (action.type === "sweep") {
      sweeps.push(now);
      awaitsSweep = true;
    }
    if (action.type === "sweep" && isHeard && !guardian.isSweeping) {
      guard.sweep(guardian, action.limit, reach);
    }
    if (action.type === "leave-tree") {
      hasLeftTree = true;
      if (isHeard) guardian.condition = "left";
    }
    if (action.type === "mirror-stop") stopWithIt();
    guard.look(guardian, reach);
  }

  /** curfew is stopped until a shell continues it, and then continues the command. */
  function stopWithIt(): void {
    const delay = chance.below(9e6);
    lateness += delay;
    const written = relay?.news(now, true);
    if (written !== undefined) answers.push(written);
    pass(now + delay);
    kill({ type: "kill", target: "child", signal: "SIGCONT" });
    answers.push({ type: "resumed", at: at() });
    const stop = events.findLast(({ type }) => type === "stopped");
    const isTerminals = stop?.type === "stopped" && stop.terminal;
    const isSuspended = isTerminals && ["SIGTSTP", "SIGSTOP"].includes(stop.signal);
    if (isSuspended && spec.pausesSuspended) rests.push({ from: stop.at, to: now });
  }

  /** A look at the leftovers. None reads what another one writes; some are busy. */
  function looked(): LeftoversSnapshot {
    const members = reach.alive().map((pid) => {
      const state = pid % 5 === 0 ? "R" : "S";
      const [age, cpuTime] = [1e9 as Duration, (now - (now % 1e4)) as Duration];
      const what = { startTime: pid, parent: 1, state, age, cpuTime, commandLine: "" };
      return { pid, command: `m${pid}`, ...what, reads: [], writes: [], writersEnded: [] };
    });
    return { members, ours: [], isComplete: true };
  }

  function look(): void {
    answers.push({ type: "looked", at: at(), look: looked() });
  }

  function perform(action: Exclude<Action, { type: "exit" }>): void {
    // The simulated time passes while curfew acts.
    pass(now + (chance.once(50) ? chance.below(1e5) : chance.below(50)));
    say(JSON.stringify(action));
    if (action.type === "spawn") spawn(action);
    else if (action.type === "report") reports.push(action.report);
    else if (action.type === "emit") lines += action.event.type === "sent" ? 0 : 1;
    else if (action.type === "kill") {
      kills.push({ ...action, at: now });
      kill(action);
    } else if (action.type === "wake") wake(action.target);
    else if (action.type === "look") look();
    else if (action.type === "say") said.push(kindOf(action.message));
    else if (action.type === "count") {
      answers.push({ type: "counted", at: at(), living: [], isAll: true });
    } else order(action);
  }

  return {
    perform,
    wait,
    seen: () => ({
      events,
      // --events has no line for the answer to a wake, nor for what only the core is told.
      logged: events.filter(({ type }) => !["woken", "counted", "spawned", "wrote"].includes(type))
        .length,
      kills,
      sweeps,
      takeOvers,
      hasLeftTree,
      said,
      reports,
      lines,
      startedAt,
      leftAt: now,
      members,
      guardian,
      isGuardianUsual: !isGuardianHurt && !actsAlone(guardian),
      restedUntil: (at) =>
        rests.reduce((sum, { from, to }) => (to <= at ? sum + to - from : sum), 0),
      lateness,
      log,
    }),
  };
}

/** What a message says: the sentence about an end has the cause in it. */
function kindOf(message: Message): Message["kind"] {
  if (message.kind !== "ending") return message.kind;
  const { why } = message.cause;
  return why === "silence" ? "idle" : why === "output" ? "output-limit" : message.kind;
}
