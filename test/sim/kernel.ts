// A kernel with one command on a clock of its own. Everything that happens is known beforehand.
import type { Host } from "../../src/core/drive.ts";
import type { Instant } from "../../src/core/duration.ts";
import type { SpawnError } from "../../src/core/error.ts";
import type { Action, Event } from "../../src/core/event.ts";
import type { Report } from "../../src/core/report.ts";
import type { Signal } from "../../src/core/signal.ts";
import { DUMPS_CORE, TERMINATES } from "../../src/core/signal.ts";
import type { WaitStatus } from "../../src/core/status.ts";
import type { Chance } from "./chance.ts";

/** What a command does about a signal that would end it. */
export type Manner = "dies" | "ignores" | "traps";

/** How a command lives where nobody disturbs it. Times are microseconds after its start. */
export type Nature = {
  readonly fails: SpawnError | undefined;
  /** When it ends by itself, and how. */
  readonly endsAfter: number | undefined;
  readonly end: WaitStatus;
  readonly manner: (signal: Signal) => Manner;
  /** What a trapped signal still needs, and then exits with. */
  readonly lingersFor: number;
  readonly trapCode: number;
};

/** What the world does, sooner or later: signals to the command, and signals and wishes to us. */
export type Plan = readonly {
  readonly after: number;
  readonly what:
    | { readonly to: "command"; readonly signal: Signal }
    | { readonly to: "us"; readonly signal: Signal | "cancel" };
}[];

/** What there was to see, for promises. */
export type Seen = {
  readonly events: readonly Event[];
  readonly kills: readonly (Extract<Action, { type: "kill" }> & { readonly at: number })[];
  readonly reports: readonly Report[];
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly status: WaitStatus | undefined;
  /** Time that passed between a deadline and our acting on it. */
  readonly lateness: number;
  /** A signal of ours waits for a stopped command to go on. */
  readonly isPending: boolean;
  readonly lines: readonly string[];
};

export type Kernel = Host & { readonly seen: () => Seen };

/** Thrown where nothing will ever happen again. */
export class Stuck extends Error {}

const STOPS: readonly Signal[] = ["SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU"];
const SPAWN_COST = 300;
const FAR = Number.POSITIVE_INFINITY;

type Child = {
  isStopped: boolean;
  /** When it ends as things stand; moves while it is stopped. */
  endsAt: number;
  end: WaitStatus;
  stoppedAt: number;
  readonly pending: Set<Signal>;
  isOursPending: boolean;
  status: WaitStatus | undefined;
};

/** A kernel whose clock begins at `zero`. Delays come from `chance`. */
export function kernelOf(nature: Nature, plan: Plan, chance: Chance): Kernel {
  const zero = 1 + chance.below(1e12);
  const worldly = plan.map(({ after, what }) => ({ at: zero + after, what }));
  worldly.sort((a, b) => a.at - b.at);
  const events: Event[] = [];
  const kills: Seen["kills"][number][] = [];
  const reports: Report[] = [];
  const lines: string[] = [];
  const queue: Event[] = [];
  const signals: (Signal | "cancel")[] = [];
  let now = zero;
  let lateness = 0;
  let startedAt: number | undefined;
  let endedAt: number | undefined;
  let child: Child | undefined;
  // waitid(2) tells the last of stop and continue, and the end instead of both.
  let news: "stopped" | "continued" | "ended" | undefined;
  let stopSignal: Signal = "SIGSTOP";

  const say = (text: string) => lines.push(`${((now - zero) / 1e6).toFixed(6)} ${text}`);

  function spawn(): void {
    now += SPAWN_COST;
    if (nature.fails !== undefined) {
      queue.push({ type: "spawn-failed", at: now as Instant, error: nature.fails });
      return;
    }
    startedAt = now;
    const endsAt = nature.endsAfter === undefined ? FAR : now + nature.endsAfter;
    child = {
      isStopped: false,
      endsAt,
      end: nature.end,
      stoppedAt: 0,
      pending: new Set(),
      isOursPending: false,
      status: undefined,
    };
    queue.push({ type: "spawned", at: now as Instant, pid: 42 });
  }

  function end(victim: Child, status: WaitStatus): void {
    victim.status = status;
    victim.endsAt = FAR;
    endedAt = now;
    news = "ended";
    say(`command ends: ${JSON.stringify(status)}`);
  }

  /** What kill(2) promises for the signals there are. */
  function deliver(signal: Signal, from: "world" | "us"): void {
    if (child === undefined || child.status !== undefined) return;
    if (signal === "SIGKILL") end(child, deathBy(signal));
    else if (signal === "SIGCONT") wake(child);
    else if (STOPS.includes(signal)) stop(child, signal);
    else if (TERMINATES.has(signal) && !child.isStopped) take(child, signal);
    else if (TERMINATES.has(signal)) {
      child.pending.add(signal);
      if (from === "us") child.isOursPending = true;
    }
  }

  function stop(child: Child, signal: Signal): void {
    if (child.isStopped) return;
    child.isStopped = true;
    child.stoppedAt = now;
    stopSignal = signal;
    news = "stopped";
  }

  function wake(child: Child): void {
    if (!child.isStopped) return;
    child.isStopped = false;
    child.endsAt += now - child.stoppedAt;
    news = "continued";
    for (const signal of child.pending) {
      child.pending.delete(signal);
      if (child.status === undefined) take(child, signal);
    }
    child.isOursPending = false;
  }

  function take(child: Child, signal: Signal): void {
    const manner = nature.manner(signal);
    if (manner === "dies") end(child, deathBy(signal));
    if (manner !== "traps") return;
    child.endsAt = Math.min(child.endsAt, now + nature.lingersFor);
    child.end = { kind: "exited", code: nature.trapCode };
  }

  function nextChange(): number {
    const alone = child === undefined || child.isStopped ? FAR : child.endsAt;
    return Math.min(alone, worldly[0]?.at ?? FAR);
  }

  /** Lets the world go on until the clock shows `until`. */
  function pass(until: number): void {
    for (let at = nextChange(); at <= until; at = nextChange()) {
      now = Math.max(now, at);
      if (child !== undefined && !child.isStopped && child.endsAt <= at) {
        end(child, child.end);
        continue;
      }
      const { what } = worldly.shift() ?? { what: { to: "command", signal: "SIG0" } as const };
      say(`world: ${what.signal} to ${what.to}`);
      if (what.to === "command") deliver(what.signal, "world");
      // A signal that already waits is not counted twice: signal(7).
      else if (!signals.includes(what.signal)) signals.push(what.signal);
    }
    now = Math.max(now, until);
  }

  /** What a host finds when it looks, the command's end first (S94). */
  function found(): Event | undefined {
    const known = queue.shift();
    if (known !== undefined) return known;
    const at = now as Instant;
    const told = news;
    news = undefined;
    if (told === "ended" && child?.status !== undefined) {
      return { type: "exited", at, status: child.status };
    }
    if (told === "stopped") return { type: "stopped", at, signal: stopSignal };
    if (told === "continued") return { type: "continued", at };
    const signal = startedAt === undefined ? undefined : signals.shift();
    if (signal === undefined) return undefined;
    return signal === "cancel" ? { type: "cancelled", at } : { type: "signal", at, signal };
  }

  function sleep(deadline: number | undefined): Event {
    const change = nextChange();
    if (change === FAR && deadline === undefined) throw new Stuck("nothing will ever happen");
    const due = deadline === undefined ? FAR : deadline + 1;
    const early = Math.min(change, due);
    // Mostly we are woken at once; now and then the machine is busy.
    const delay = chance.once(8) ? chance.below(3e6) : chance.below(200);
    pass(Math.max(now, early) + delay);
    if (now >= due) lateness += delay + 1;
    const event = found();
    if (event !== undefined) return event;
    if (now >= due) return { type: "deadline", at: now as Instant };
    return sleep(deadline);
  }

  function wait(deadline: Instant | undefined): Event {
    const event = found() ?? sleep(deadline);
    events.push(event);
    say(JSON.stringify(event));
    return event;
  }

  function perform(action: Exclude<Action, { type: "exit" }>): void {
    say(JSON.stringify(action));
    if (action.type === "spawn") spawn();
    if (action.type === "report") reports.push(action.report);
    if (action.type !== "kill") return;
    kills.push({ ...action, at: now });
    deliver(action.signal, "us");
  }

  return {
    perform,
    wait,
    seen: () => ({
      events,
      kills,
      reports,
      startedAt,
      endedAt,
      status: child?.status,
      lateness,
      isPending: child?.status === undefined && child?.isOursPending === true,
      lines,
    }),
  };
}

function deathBy(signal: Signal): WaitStatus {
  return { kind: "signaled", signal, coreDumped: DUMPS_CORE.has(signal) };
}
