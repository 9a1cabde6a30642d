// What must be true of every life, seen from the kernel.

import type { Event, Exited, Queued } from "../../src/core/report/event.ts";
import type { Outcome, Sent } from "../../src/core/report/report.ts";
import { DEFAULT_GRACE, SWEEP_LIMIT } from "../../src/core/run/ladder.ts";
import { SAME_REQUEST } from "../../src/core/run/requests.ts";
import type { ReceivedSignal } from "../../src/core/run/state.ts";
import type { Exit } from "../../src/core/spec/exit.ts";
import type { Spec } from "../../src/core/spec/spec.ts";
import { STOP_SIGNALS } from "../../src/core/spec/spec.ts";
import type { WaitStatus } from "../../src/core/spec/status.ts";
import type { Signal } from "../../src/core/values/signal.ts";
import { signalNumber, TERMINATING_SIGNALS } from "../../src/core/values/signal.ts";
import { meantBy } from "../core/run/promises.ts";
import type { Nature, Seen } from "./kernel.ts";
import { FAR, isAlive } from "./tree.ts";

type Facts = {
  readonly spec: Spec;
  readonly nature: Nature;
  readonly seen: Seen;
  readonly end: Exit | "stuck";
};

/** The promise that a life breaks. */
export function brokenPromise(happened: Facts): string | undefined {
  const { spec, end } = happened;
  const events = happened.seen.events.map((event) => meantBy(spec, event));
  const seen: Seen = {
    ...happened.seen,
    events: events.filter((event) => event !== "nothing"),
  };
  const facts: Facts = { ...happened, seen };
  if (end === "stuck") return brokenByWaiting(facts) ?? brokenByTime(facts);
  return (
    brokenByTree(facts) ??
    brokenByReports(spec, seen, end) ??
    brokenByExit(facts, end) ??
    brokenByWords(facts, end) ??
    brokenByValues(spec, seen) ??
    brokenByDrain(spec, seen) ??
    brokenByKills(spec, seen) ??
    brokenByTime(facts)
  );
}

/** A run without an end is right only where it was asked for. */
function brokenByWaiting({ spec, nature, seen }: Facts): string | undefined {
  const [main] = seen.members;
  // It was stopped while nothing was to be done: it tells of no end.
  if (seen.guardian?.mood === "deaf") return undefined;
  if (seen.guardian?.mood === "dead") return "a tree without a guardian ends";
  if (seen.sweeps.length + seen.takeOvers.length > 0) return "a sweep comes to its end";
  if (main === undefined || !isAlive(main)) {
    const isWished = spec.leftovers === "wait" && spec.timeout === 0;
    return isWished ? undefined : "what is left is waited for where that was wished";
  }
  const isBegun = seen.kills.some(({ signal }) => signal !== "SIGCONT");
  if (spec.killAfter > 0 && spec.timeout > 0) return "with -k every life that is to end ends";
  const isObedient =
    TERMINATING_SIGNALS.has(spec.signal) && nature.main.manner(spec.signal) === "dies";
  if (spec.timeout > 0 && isObedient && !main.isKilled)
    return "a command that obeys ends at its limit";
  return spec.killAfter > 0 && isBegun && seen.events.some((event) => isStopSignal(spec, event))
    ? "with -k every life that is asked to end ends"
    : undefined;
}

function isStopSignal({ stopSignals }: Spec, event: Event): boolean {
  if (event.type !== "signal" || !stopSignals.has(event.signal)) return false;
  return stopSignals !== TERMINATING_SIGNALS || USUAL.includes(event.signal);
}

/** What asks for the end, or was an end if the command dies of it. */
const AMBIGUOUS: readonly Signal[] = ["SIGQUIT", "SIGHUP"];
const USUAL: readonly Signal[] = [...STOP_SIGNALS, ...AMBIGUOUS];

/** What came with a signal goes with it, and with no other. */
function brokenByValues(spec: Spec, { events, kills }: Seen): string | undefined {
  const cameWith = (one: { readonly queued?: Queued | undefined }) => one.queued?.[3];
  const arrived = events.flatMap((event) => (event.type === "signal" ? [cameWith(event)] : []));
  const sent = kills.map(cameWith).filter((value) => value !== undefined);
  if (new Set(sent).size !== sent.length && spec.drain === 0) return "a value is passed on once";
  if (!sent.every((value) => arrived.includes(value))) return "a value is as it came";
  const isForwarded = kills.some(({ signal, target, queued }) => {
    return signal === "SIGRTMIN" && target !== "rest" && queued === undefined;
  });
  const isOurs = spec.signal === "SIGRTMIN" || spec.rewrite.size > 0;
  return isForwarded && !isOurs ? "a value is not lost" : undefined;
}

/** The first signal that asks for the end is held back so long, unless it is asked again. */
function brokenByDrain(spec: Spec, { events, kills, startedAt = 0 }: Seen): string | undefined {
  if (spec.drain === 0) return undefined;
  const asking = events.filter(
    (event) => event.type === "signal" && spec.stopSignals.has(event.signal),
  );
  const [first, second] = asking;
  if (first?.type !== "signal") return undefined;
  const isOther = events.some(({ type }) => {
    return ["cancelled", "caller-gone", "stopped", "exited", "guardian-gone"].includes(type);
  });
  const until = Math.min(first.at + spec.drain, second?.at ?? FAR);
  const limit = spec.timeout === 0 ? FAR : startedAt + spec.timeout;
  const early = kills.find(({ signal, at }) => {
    return signal === first.signal && at >= first.at && at < Math.min(until, limit);
  });
  return early !== undefined && !isOther ? "held back as long as was wished" : undefined;
}

/** No process of the tree is alive when we leave, except where that was asked for, or we say so. */
function brokenByTree({ spec, seen }: Facts): string | undefined {
  const alive = seen.members.filter(isAlive);
  if (alive.length > 0 && !seen.hasLet && !namesSurvivors(seen)) return "no process is left behind";
  if (seen.hasLet && spec.leftovers !== "leave")
    return "no process is let go unless that was asked for";
  const isAsked = seen.kills.some(({ signal }) => signal === spec.signal && signal !== "SIGCONT");
  const isForwarded = seen.events.some((event) => event.type === "signal");
  if (seen.hasLet && isAsked && !isForwarded) return "an expired run leaves no process";
  if (!namesSurvivors(seen)) return undefined;
  return alive.length > 0 || seen.members.some(({ habits }) => habits.diesAfter > SWEEP_LIMIT - 1e6)
    ? undefined
    : "survivors survive";
}

function namesSurvivors({ said }: Seen): boolean {
  return said.includes("survivors");
}

/** Where we exit with 125 we say why; a guardian's loss is told once, and not in vain. */
function brokenByWords({ spec, seen }: Facts, end: Exit): string | undefined {
  const { said, takeOvers, members } = seen;
  const own = members[0]?.status;
  const isOwn = own?.kind === "exited" && own.code === 125;
  if (end.code === 125 && !isOwn && !said.some((kind) => WHY_125.has(kind)))
    return "125 has a line that says why";
  const losses = said.filter((kind) => LOSSES.has(kind)).length;
  if (losses > takeOvers.length) return "a guardian's loss is told where there was one";
  return spec.verbose && losses < takeOvers.length ? "-v tells a guardian's loss" : undefined;
}

const LOSSES: ReadonlySet<string> = new Set(["guardian-gone", "guardian-late"]);
const WHY_125: ReadonlySet<string> = new Set(["spawn", "survivors", "leaked", ...LOSSES]);

function brokenByReports(spec: Spec, seen: Seen, end: Exit): string | undefined {
  const { reports, members, events } = seen;
  const isAsked = spec.metrics || spec.report !== undefined || spec.events !== undefined;
  if (reports.length !== (isAsked ? 1 : 0)) return "a report when asked for";
  if (seen.lines !== (spec.events === undefined ? 0 : seen.happened)) return "a line per event";
  for (const report of reports) {
    if (report.exitCode !== end.code) return "the report tells our exit code";
    if (report.treeGone === true && members.some(isAlive)) return "gone means gone";
    if (report.treeGone === undefined && !seen.hasLet && members.length > 0) return "it is known";
    if (report.survivors.length > 0 && report.treeGone !== false) return "survivors are not gone";
    if (report.survivors.length > 0 !== namesSurvivors(seen)) return "survivors are named";
    const stops = events.filter(({ type }) => type === "stopped").length;
    if (report.stops.length > Math.min(stops, 100)) return "stops are events, a hundred at most";
    const isBackstop = events.some((event) => event.type === "exited" && event.backstop);
    const isOurs = seen.sweeps.length + seen.takeOvers.length > 0;
    const isTheirs = events.some(({ type }) => type === "swept");
    const isSwept = isOurs || isTheirs || (isBackstop && spec.signal === "SIGKILL");
    // What is left gets the first signal, which may be SIGKILL, except those that have time yet.
    const isFirst = seen.kills.some(({ signal }) => signal === "SIGKILL");
    if (report.signalsSent.some(({ signal }) => signal === "SIGKILL") !== (isSwept || isFirst))
      return "SIGKILL is in the report";
    if (report.escalated && !isSwept) return "escalated means SIGKILL";
    const broken =
      brokenByOutcome(spec, seen, report.outcome) ?? brokenBySent(spec, seen, report.signalsSent);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

/** What we sent is in the report, and what the guardian did. */
function brokenBySent(spec: Spec, seen: Seen, sent: readonly Sent[]): string | undefined {
  const kills = seen.kills.map(({ signal, target, at }) => {
    return { signal, target: target === "rest" ? "tree" : target, at };
  });
  const isSame = (one: Kind, other: Kind) =>
    one.signal === other.signal && one.target === other.target;
  const timesOf = (kind: Kind) => kills.filter((kill) => isSame(kill, kind)).length;
  const countOf = (kind: Kind) => sent.find((entry) => isSame(entry, kind))?.count ?? 0;
  const theirs: Kind = { signal: spec.signal, target: "tree" };
  const isBackstop = seen.events.some((event) => event.type === "exited" && event.backstop);
  if (isBackstop && countOf(theirs) === 0 && seen.sweeps.length === 0)
    return "what the guardian sent is in the report";
  /** How often more than we sent it: what the guardian sent by itself is one more. */
  const moreOf = (kind: Kind) => countOf(kind) - timesOf(kind);
  const most = (kind: Kind) => (isSame(kind, theirs) && !seen.isGuardianUsual ? 1 : 0);
  for (const kind of [...kills, ...sent]) {
    if (kind.signal === "SIGKILL") continue;
    if (moreOf(kind) > most(kind)) return "what is in the report was sent";
    if (moreOf(kind) < 0) return "what was sent is in the report";
  }
  return undefined;
}

type Kind = { readonly signal: Signal; readonly target: string };

/** The exit by the table, from what the kernel saw of a life that nothing strange happened to. */
function brokenByExit(facts: Facts, end: Exit): string | undefined {
  const { spec, nature, seen } = facts;
  if (nature.fails !== undefined) {
    const code = { not_found: 127, not_executable: 126 } as Readonly<Record<string, number>>;
    return end.code === (code[nature.fails.code] ?? 125) ? undefined : "127, 126 or 125";
  }
  if (namesSurvivors(seen) && spec.failOnSurvivors) {
    return end.code === 125 ? undefined : "125 where a process survives";
  }
  const [main] = seen.members;
  // A process that dies after the sweep has given it up dies unseen.
  const isLate = seen.events.some((event) => event.type === "swept" && event.end === undefined);
  if (!seen.isGuardianUsual || seen.takeOvers.length > 0 || isLate || main?.status === undefined) {
    return undefined;
  }
  const wanted = JSON.stringify(exitByTable(spec, seen, main.status));
  const exit = JSON.stringify(end);
  return exit === wanted ? undefined : `the exit is the table's: ${wanted}, not ${exit}`;
}

function exitByTable(spec: Spec, seen: Seen, status: WaitStatus): Exit {
  const own = status.kind === "exited" ? status.code : 128 + signalNumber(status.signal);
  const shown = spec.expectExit.includes(own) ? 0 : own;
  const isDead = status.kind === "signaled" && status.signal === "SIGKILL";
  // A sweep that met it tells of its end itself.
  const isKilled = isDead && !seen.events.some(({ type }) => type === "exited");
  if (isKilled && spec.exit137 && spec.group === "own") return deathOf("SIGKILL");
  if (isTimedOut(spec, seen) || (isKilled && spec.exit137)) {
    const isShown = spec.preserveStatus || (isDead && spec.exit137);
    return { kind: "code", code: (isShown ? own : 124) as Exit["code"] };
  }
  if (status.kind === "signaled" && spec.dieOfSignal) return deathOf(status.signal);
  const left = seen.events.find((event) => event.type === "exited" && event.proof === undefined);
  // A process that ended by itself in time is none.
  const isAfter = (at: number) => left !== undefined && at >= left.at;
  const isLeak = [...seen.kills.map(({ at }) => at), ...seen.sweeps].some(isAfter);
  const isFault = spec.leftovers === "fail" && isLeak && shown === 0 && !wasAskedFor(spec, seen);
  return { kind: "code", code: (isFault ? 125 : shown) as Exit["code"] };
}

function isClocked({ killAfter, onSecondStop }: Spec): boolean {
  return killAfter > 0 || onSecondStop === "kill";
}

/** Whether a signal to us means an end, whatever the command makes of it. */
function asksBy(spec: Spec, signal: Signal): boolean {
  if (isClocked(spec) && spec.stopSignals.has(signal)) return true;
  const isNamed =
    spec.stopSignals.has(signal) &&
    (spec.stopSignals !== TERMINATING_SIGNALS || signal === "SIGQUIT");
  const isUsual = !isClocked(spec) || !spec.dieOfSignal;
  return (isUsual && STOP_SIGNALS.has(signal)) || isNamed;
}

function isDeathBy({ status }: Exited, signals: readonly Signal[]): boolean {
  return status.kind === "signaled" && signals.includes(status.signal);
}

/** What ended by itself has no reason: also a command that lived on after a HUP or QUIT of ours. */
function brokenByOutcome(spec: Spec, seen: Seen, outcome: Outcome): string | undefined {
  const main = seen.events.find((event) => event.type === "exited");
  const isPlain = seen.isGuardianUsual && seen.takeOvers.length + seen.sweeps.length === 0;
  if (!isPlain || main?.proof === undefined) return undefined;
  const sent = AMBIGUOUS.filter((one) => seen.kills.some(({ signal }) => signal === one));
  const isEnded = wasAskedFor(spec, seen, "sent") || isDeathBy(main, sent);
  const isOwn = outcome === "exited" || outcome === "signaled";
  return isOwn === isEnded ? "an end has a reason where it was asked for" : undefined;
}

/**
 * Whether the end had been asked for before the command ended. A signal that is held back was
 * not sent to it, but is meant for what it leaves.
 */
function wasAskedFor(spec: Spec, seen: Seen, how: "sent" | "wished" = "wished"): boolean {
  const { events, kills } = seen;
  const end = events.findIndex(({ type }) => type === "exited");
  return events.slice(0, end).some((event) => {
    const limit = limitOf(spec, seen, event.at);
    if (event.type === "signal") {
      const isExpiry = spec.expireOn.includes(event.signal) || event.at > limit;
      const isSent = kills.some(({ signal }) => signal === event.signal);
      const mayBeHeld = spec.stopSignals.has(event.signal) || spec.drain > 0;
      const isHeld = how === "sent" && mayBeHeld && !isSent;
      return isExpiry || (asksBy(spec, event.signal) && !isHeld);
    }
    const isKill = event.type === "stopped" && spec.onStop === "kill";
    const isWish = event.type === "cancelled" || event.type === "caller-gone";
    return isWish || isKill || (event.type === "deadline" && event.at > limit);
  });
}

/** The limit as it stands at an instant: its clock has rested for a while, perhaps. */
function limitOf({ timeout }: Spec, { startedAt = 0, restedUntil }: Seen, at: number): number {
  return timeout === 0 ? Number.POSITIVE_INFINITY : startedAt + timeout + restedUntil(at);
}

function deathOf(signal: Parameters<typeof signalNumber>[0]): Exit {
  return { kind: "signal", signal, code: (128 + signalNumber(signal)) as Exit["code"] };
}

function isHeldWith(
  spec: Spec,
  heldUntil: number | undefined,
  { at, signal }: ReceivedSignal,
): boolean {
  const isSoon = heldUntil !== undefined && at <= heldUntil - spec.drain + SAME_REQUEST;
  return isSoon && (AMBIGUOUS.includes(signal) || spec.stopSignals.has(signal));
}

/** Whether the first thing that meant an end was that time was up. */
function isTimedOut(spec: Spec, seen: Seen): boolean {
  let isEnded = false;
  let isPassedOn = false;
  const ambiguous: Signal[] = [];
  let heldUntil: number | undefined;
  for (const event of seen.events) {
    const isPast = event.at > limitOf(spec, seen, event.at);
    switch (event.type) {
      case "exited":
        if (isPassedOn || isDeathBy(event, ambiguous)) return false;
        if (heldUntil !== undefined && event.proof === undefined) return false;
        if (event.proof !== undefined || spec.leftovers !== "wait") return false;
        isEnded = true;
        break;
      case "deadline":
        if (isPast) return true;
        if (heldUntil !== undefined && event.at > heldUntil) {
          if (isClocked(spec)) return false;
          isPassedOn = true;
        }
        break;
      case "cancelled":
      case "caller-gone":
        return isPast;
      case "stopped":
        if (spec.onStop === "kill" && !isEnded) return false;
        break;
      case "signal": {
        const isStop = isStopSignal(spec, event);
        if (spec.expireOn.includes(event.signal)) return true;
        if (isEnded && !isStop) break;
        if (isPast) return true;
        if (isEnded) return false;
        // So soon after the first one it belongs to the same request.
        if (isHeldWith(spec, heldUntil, event)) break;
        if (AMBIGUOUS.includes(event.signal)) ambiguous.push(event.signal);
        if (spec.drain > 0 && spec.stopSignals.has(event.signal) && heldUntil === undefined) {
          heldUntil = event.at + spec.drain;
          break;
        }
        if (heldUntil !== undefined && event.at > heldUntil) {
          if (isClocked(spec)) return false;
          isPassedOn = true;
        }
        isPassedOn ||= asksBy(spec, event.signal);
        if (isClocked(spec) && spec.stopSignals.has(event.signal)) return false;
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
  const grace = spec.killAfter === 0 ? DEFAULT_GRACE : spec.killAfter;
  return isOurs && sweptAt < first.at + grace - ACTING ? "SIGKILL has its time" : undefined;
}

/** What slack, sweep and the last words may take together once SIGKILL is due. */
const LONGEST_END = 5e6;

function brokenByTime({ spec, seen }: Facts): string | undefined {
  const { startedAt, kills, lateness, leftAt, members } = seen;
  const sends = kills.filter(({ signal }) => signal !== "SIGCONT");
  if (startedAt === undefined) return kills.length > 0 ? "no process is there to kill" : undefined;
  const first = Math.min(sends[0]?.at ?? Number.POSITIVE_INFINITY, seen.sweeps[0] ?? Infinity);
  const limit = startedAt + spec.timeout + seen.restedUntil(first);
  const isAsked = seen.events.some((event) => event.at <= first && asksToEnd(spec, event));
  if (first <= limit && !isAsked) return "never early";
  const isAtOnce = spec.signal === "SIGKILL" && !seen.events.some(({ type }) => type === "signal");
  const isSure = spec.killAfter > 0 || isAtOnce;
  if (!isSure || spec.timeout === 0) return undefined;
  // Whatever becomes of the guardian: from the instant SIGKILL is due it takes 5 s at most.
  const isUsual = seen.isGuardianUsual && seen.takeOvers.length === 0;
  const slow = members.reduce((most, { habits }) => Math.max(most, habits.diesAfter), 0);
  const kill = Math.min(slow, SWEEP_LIMIT);
  const grace = isAtOnce ? 0 : spec.killAfter;
  // Natural ends have a grace of their own: what is left gets it, whatever the limit says.
  const late = lateness + (isUsual ? kill + 1e6 : LONGEST_END);
  const [main] = members;
  const mainEnd = main === undefined || isAlive(main) ? leftAt : main.endedAt;
  if (mainEnd > limit + grace + late) return "the command never outlives limit and kill after";
  const grace2 = spec.killAfter === 0 ? DEFAULT_GRACE : spec.killAfter;
  const last = Math.max(limit + grace, mainEnd + grace2, limit + grace2) + late;
  return leftAt > last ? "no wait is longer than limit and kill after" : undefined;
}

function asksToEnd({ onStop, leftovers }: Spec, event: Event): boolean {
  if (event.type === "stopped") return onStop === "kill";
  // What is left has to end, but where it is waited for or left.
  if (event.type === "exited") return leftovers === "kill" || leftovers === "fail";
  return ["signal", "cancelled", "caller-gone", "guardian-gone"].includes(event.type);
}
