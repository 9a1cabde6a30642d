// What must be true of every life, seen from the kernel.

import type { Event } from "../../src/core/event.ts";
import type { Exit } from "../../src/core/exit.ts";
import { PATIENCE, SLACK, SWEEP_PATIENCE } from "../../src/core/ladder.ts";
import { signalNumber, TERMINATES } from "../../src/core/signal.ts";
import type { Spec } from "../../src/core/spec.ts";
import { STOP_SIGNALS } from "../../src/core/spec.ts";
import type { WaitStatus } from "../../src/core/status.ts";
import type { Nature, Seen } from "./kernel.ts";
import { isAlive } from "./tree.ts";

type Facts = {
  readonly spec: Spec;
  readonly nature: Nature;
  readonly seen: Seen;
  readonly end: Exit | "stuck";
};

/** The promise that a life breaks. */
export function brokenPromise(facts: Facts): string | undefined {
  const { spec, seen, end } = facts;
  if (end === "stuck") return brokenByWaiting(facts) ?? brokenByTime(facts);
  return (
    brokenByTree(facts) ??
    brokenByReports(spec, seen, end) ??
    brokenByExit(facts, end) ??
    brokenByKills(spec, seen) ??
    brokenByTime(facts)
  );
}

/** A life without an end is nobody's fault only where it was wished for. */
function brokenByWaiting({ spec, nature, seen }: Facts): string | undefined {
  const [main] = seen.members;
  // Somebody stopped it while nothing was to be done: it tells of no end.
  if (seen.guardian?.mood === "deaf") return undefined;
  if (seen.guardian?.mood === "dead") return "a tree without a guardian ends";
  if (seen.sweeps.length + seen.takeOvers.length > 0) return "a sweep comes to its end";
  if (main === undefined || !isAlive(main)) {
    const isWished = spec.leftovers === "wait" && spec.timeout === 0;
    return isWished ? undefined : "what is left is waited for where that was wished";
  }
  const isBegun = seen.kills.some(({ signal }) => signal !== "SIGCONT");
  if (spec.killAfter > 0 && spec.timeout > 0) return "with -k every life that is to end ends";
  const isObedient = TERMINATES.has(spec.signal) && nature.main.manner(spec.signal) === "dies";
  if (spec.timeout > 0 && isObedient && !main.isKilled)
    return "a command that obeys ends at its limit";
  return spec.killAfter > 0 && isBegun && seen.events.some((event) => isStopSignal(spec, event))
    ? "with -k every life that is asked to end ends"
    : undefined;
}

function isStopSignal({ clockOn }: Spec, event: Event): boolean {
  return event.type === "signal" && clockOn.has(event.signal) && STOP_SIGNALS.has(event.signal);
}

/** Nobody of the tree is alive when we leave, but where that was wished, or we say so. */
function brokenByTree({ spec, seen }: Facts): string | undefined {
  const alive = seen.members.filter(isAlive);
  if (alive.length > 0 && !seen.hasLet && !seen.namesSurvivors) return "nobody is left behind";
  if (seen.hasLet && spec.leftovers !== "leave") return "nobody is let go against the wish";
  const isAsked = seen.kills.some(({ signal }) => signal === spec.signal && signal !== "SIGCONT");
  const isForwarded = seen.events.some((event) => event.type === "signal");
  if (seen.hasLet && isAsked && !isForwarded) return "an expired run leaves nobody";
  if (!seen.namesSurvivors) return undefined;
  return alive.length > 0 || seen.members.some(({ habits }) => habits.diesAfter > 9e6)
    ? undefined
    : "survivors survive";
}

function brokenByReports(spec: Spec, seen: Seen, end: Exit): string | undefined {
  const { reports, members, events } = seen;
  const isAsked = spec.metrics || spec.report !== undefined || spec.events !== undefined;
  if (reports.length !== (isAsked ? 1 : 0)) return "a report when asked for";
  if (seen.lines !== (spec.events === undefined ? 0 : events.length)) return "a line per event";
  for (const report of reports) {
    if (report.exitCode !== end.code) return "the report tells our exit code";
    if (report.treeGone === true && members.some(isAlive)) return "gone means gone";
    if (report.treeGone === undefined && !seen.hasLet && members.length > 0) return "it is known";
    if (report.survivors.length > 0 && report.treeGone !== false) return "survivors are not gone";
    if (report.survivors.length > 0 !== seen.namesSurvivors) return "survivors are named";
    const stops = events.filter(({ type }) => type === "stopped").length;
    if (report.stops.length > stops) return "stops are events";
    const isBackstop = events.some((event) => event.type === "exited" && event.backstop);
    const isOurs = seen.sweeps.length + seen.takeOvers.length > 0;
    const isTheirs = events.some(({ type }) => type === "swept");
    const isSwept = isOurs || isTheirs || (isBackstop && spec.signal === "SIGKILL");
    if (report.signalsSent.some(({ signal }) => signal === "SIGKILL") !== isSwept)
      return "SIGKILL is in the report";
    if (report.escalated && !isSwept) return "escalated means SIGKILL";
  }
  return undefined;
}

/** The exit by the table, from what the kernel saw of a life that nothing strange happened to. */
function brokenByExit(facts: Facts, end: Exit): string | undefined {
  const { spec, nature, seen } = facts;
  if (nature.fails !== undefined) {
    const code = { not_found: 127, not_executable: 126, resource: 125, not_confined: 125 };
    return end.code === code[nature.fails.code] ? undefined : "127, 126 or 125";
  }
  if (seen.namesSurvivors && spec.failOnSurvivors) {
    return end.code === 125 ? undefined : "125 where somebody survives";
  }
  const [main] = seen.members;
  if (!seen.isGuardianUsual || seen.takeOvers.length > 0 || main?.status === undefined) {
    return undefined;
  }
  const wanted = JSON.stringify(exitByTable(spec, seen, main.status));
  const exit = JSON.stringify(end);
  return exit === wanted ? undefined : `the exit is the table's: ${wanted}, not ${exit}`;
}

function exitByTable(spec: Spec, seen: Seen, status: WaitStatus): Exit {
  const own = status.kind === "exited" ? status.code : 128 + signalNumber(status.signal);
  const isDead = status.kind === "signaled" && status.signal === "SIGKILL";
  // A sweep that met it tells of its end itself.
  const isKilled = isDead && !seen.events.some(({ type }) => type === "exited");
  if (isKilled && spec.showKill && spec.group === "own") return deathOf("SIGKILL");
  if (isTimedOut(spec, seen) || (isKilled && spec.showKill)) {
    const isShown = spec.preserveStatus || (isDead && spec.showKill);
    return { kind: "code", code: (isShown ? own : 124) as Exit["code"] };
  }
  if (status.kind === "signaled") return deathOf(status.signal);
  const isLeak = seen.events.some((event) => event.type === "exited" && event.leftovers.length > 0);
  const isFault = spec.leftovers === "fail" && isLeak && own === 0 && !wasAskedFor(spec, seen);
  return { kind: "code", code: (isFault ? 125 : own) as Exit["code"] };
}

/** Whether somebody had asked for the end before the command ended. */
function wasAskedFor(spec: Spec, { events, startedAt = 0 }: Seen): boolean {
  const limit = spec.timeout === 0 ? Number.POSITIVE_INFINITY : startedAt + spec.timeout;
  const end = events.findIndex(({ type }) => type === "exited");
  return events.slice(0, end).some((event) => {
    if (event.type === "signal") {
      const isStop = STOP_SIGNALS.has(event.signal) && event.delivered !== true;
      return isStop || spec.expireOn.includes(event.signal) || event.at > limit;
    }
    const isKill = event.type === "stopped" && spec.onStop === "kill";
    const isWish = event.type === "cancelled" || event.type === "caller-gone";
    return isWish || isKill || (event.type === "deadline" && event.at > limit);
  });
}

function deathOf(signal: Parameters<typeof signalNumber>[0]): Exit {
  return { kind: "signal", signal, code: (128 + signalNumber(signal)) as Exit["code"] };
}

/** Whether the first thing that meant an end was that time was up. */
function isTimedOut(spec: Spec, { events, startedAt = 0 }: Seen): boolean {
  const limit = spec.timeout === 0 ? Number.POSITIVE_INFINITY : startedAt + spec.timeout;
  let isEnded = false;
  let isPassedOn = false;
  for (const event of events) {
    const isPast = event.at > limit;
    switch (event.type) {
      case "exited":
        if (isPassedOn || event.proof !== undefined || spec.leftovers !== "wait") return false;
        isEnded = true;
        break;
      case "deadline":
        if (isPast) return true;
        break;
      case "cancelled":
      case "caller-gone":
        return isPast;
      case "stopped":
        if (spec.onStop === "kill" && !isEnded) return false;
        break;
      case "signal": {
        const isStop = STOP_SIGNALS.has(event.signal);
        if (spec.expireOn.includes(event.signal)) return true;
        if (isEnded && !isStop) break;
        if (isPast) return true;
        if (isEnded) return false;
        isPassedOn ||= isStop;
        const isClocked = spec.killAfter > 0 || spec.insist === "kill";
        if (isClocked && spec.clockOn.has(event.signal)) return false;
      }
    }
  }
  return false;
}

/** What it takes us to act, at most: the clock runs from the decision. */
const ACTING = 5e5;

/** The first signal once to each, unless more were asked for; SIGKILL at its time. */
function brokenByKills(spec: Spec, seen: Seen): string | undefined {
  const { kills, sweeps, takeOvers, members, events, guardian } = seen;
  if (sweeps.length > 1 || takeOvers.length > 1) return "a tree is swept once";
  const isQuiet = !events.some(({ type }) => type === "signal" || type === "cancelled");
  const isOften = ({ got }: (typeof members)[number]) => (got.get(spec.signal) ?? 0) > 1;
  if (isQuiet && spec.signal !== "SIGCONT" && members.some(isOften)) return "a signal once to each";
  const isStrange = takeOvers.length > 0 && seen.isGuardianUsual && sweeps.length === 0;
  if (isStrange) return "a guardian that lives is not robbed";
  const [sweptAt] = sweeps;
  const first = kills.find(({ signal }) => signal !== "SIGCONT");
  const isAsked = !isQuiet || events.some(({ type }) => type === "caller-gone");
  if (sweptAt === undefined || isAsked || spec.signal === "SIGKILL" || spec.signal === "SIGCONT") {
    return undefined;
  }
  if (first === undefined) return "SIGKILL follows a first signal";
  const isOurs = guardian?.hasActed !== true;
  const grace = spec.killAfter === 0 ? PATIENCE : spec.killAfter;
  return isOurs && sweptAt < first.at + grace - ACTING ? "SIGKILL has its time" : undefined;
}

function brokenByTime({ spec, seen }: Facts): string | undefined {
  const { startedAt, kills, lateness, leftAt, members } = seen;
  const sends = kills.filter(({ signal }) => signal !== "SIGCONT");
  if (startedAt === undefined) return kills.length > 0 ? "nobody is there to kill" : undefined;
  const limit = startedAt + spec.timeout;
  const first = Math.min(sends[0]?.at ?? Number.POSITIVE_INFINITY, seen.sweeps[0] ?? Infinity);
  const isAsked = seen.events.some((event) => event.at <= first && asksToEnd(spec, event));
  if (first <= limit && !isAsked) return "never early";
  const isAtOnce = spec.signal === "SIGKILL" && !seen.events.some(({ type }) => type === "signal");
  const isSure = spec.killAfter > 0 || isAtOnce;
  if (!isSure || spec.timeout === 0) return undefined;
  // A guardian that does not answer costs two patiences, and what SIGKILL needs is not ours.
  const isUsual = seen.isGuardianUsual && seen.takeOvers.length === 0;
  const strange = isUsual ? 0 : 2 * (SWEEP_PATIENCE + SLACK) + PATIENCE;
  const slow = members.reduce((most, { habits }) => Math.max(most, habits.diesAfter), 0);
  const kill = Math.min(slow, SWEEP_PATIENCE);
  const grace = isAtOnce ? 0 : spec.killAfter;
  // Natural ends have a grace of their own: what is left gets it, whatever the limit says.
  const late = lateness + strange + kill + 1e6;
  const [main] = members;
  const mainEnd = main === undefined || isAlive(main) ? leftAt : main.endedAt;
  if (mainEnd > limit + grace + late) return "the command never outlives limit and kill after";
  const grace2 = spec.killAfter === 0 ? PATIENCE : spec.killAfter;
  const last = Math.max(limit + grace, mainEnd + grace2, limit + grace2) + late;
  return leftAt > last ? "nobody waits longer than for limit and kill after" : undefined;
}

function asksToEnd({ onStop, leftovers }: Spec, event: Event): boolean {
  if (event.type === "stopped") return onStop === "kill";
  // What is left has to end, but where it is waited for or left.
  if (event.type === "exited") return leftovers === "kill" || leftovers === "fail";
  return ["signal", "cancelled", "caller-gone", "guardian-gone"].includes(event.type);
}
