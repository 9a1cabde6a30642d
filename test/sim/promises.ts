// What must be true of every simulated run, seen from the kernel.

import type { Event, Exited, Queued } from "../../src/core/report/event.ts";
import type { Outcome, Sent } from "../../src/core/report/report.ts";
import { DEFAULT_GRACE, SWEEP_LIMIT } from "../../src/core/run/ladder.ts";
import { SAME_REQUEST } from "../../src/core/run/requests.ts";
import type { ReceivedSignal } from "../../src/core/run/state.ts";
import { STOP_SIGNALS } from "../../src/core/spec/defaults.ts";
import type { Exit } from "../../src/core/spec/exit.ts";
import type { Spec } from "../../src/core/spec/spec.ts";
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

/** The promise that a run breaks. */
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
  // A guardian that hangs reports no end.
  if (seen.guardian?.condition === "hung") return undefined;
  if (seen.guardian?.condition === "dead") return "a tree without a guardian ends";
  if (seen.sweeps.length + seen.takeOvers.length > 0) return "a sweep comes to its end";
  if (main === undefined || !isAlive(main)) {
    const isAskedFor = spec.leftovers === "wait" && spec.timeout === 0;
    return isAskedFor ? undefined : "leftovers are waited for only where that was asked for";
  }
  const isBegun = seen.kills.some(({ signal }) => signal !== "SIGCONT");
  if (spec.killAfter > 0 && spec.timeout > 0) return "with -k every run with a limit ends";
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

/** Whether a signal asks for the end, or was a request if the command dies of it. */
const AMBIGUOUS: readonly Signal[] = ["SIGQUIT", "SIGHUP"];
const USUAL: readonly Signal[] = [...STOP_SIGNALS, ...AMBIGUOUS];

/** A queued value is forwarded with its signal, and with no other. */
function brokenByValues(spec: Spec, { events, kills }: Seen): string | undefined {
  const cameWith = (one: { readonly queued?: Queued | undefined }) => one.queued?.[3];
  const arrived = events.flatMap((event) => (event.type === "signal" ? [cameWith(event)] : []));
  const sent = kills.map(cameWith).filter((value) => value !== undefined);
  if (new Set(sent).size !== sent.length && spec.drain === 0) return "a value is forwarded once";
  if (!sent.every((value) => arrived.includes(value))) return "a value is forwarded as it came";
  const isForwarded = kills.some(({ signal, target, queued }) => {
    return signal === "SIGRTMIN" && target !== "rest" && queued === undefined;
  });
  const isOurs = spec.signal === "SIGRTMIN" || spec.rewrite.size > 0;
  return isForwarded && !isOurs ? "a value is not lost" : undefined;
}

/** The first request is held back for --drain, unless there is a second one. */
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
  return early !== undefined && !isOther
    ? "a request is held back for the whole of --drain"
    : undefined;
}

/** No process of the tree is alive after the exit, unless that was asked for or is reported. */
function brokenByTree({ spec, seen }: Facts): string | undefined {
  const alive = seen.members.filter(isAlive);
  if (alive.length > 0 && !seen.hasLeftTree && !namesSurvivors(seen))
    return "no process is left behind";
  if (seen.hasLeftTree && spec.leftovers !== "leave")
    return "the tree is left only where that was asked for";
  const isAsked = seen.kills.some(({ signal }) => signal === spec.signal && signal !== "SIGCONT");
  const isForwarded = seen.events.some((event) => event.type === "signal");
  if (seen.hasLeftTree && isAsked && !isForwarded) return "an expired run leaves no process";
  if (!namesSurvivors(seen)) return undefined;
  return alive.length > 0 || seen.members.some(({ habits }) => habits.diesAfter > SWEEP_LIMIT - 1e6)
    ? undefined
    : "processes that are reported as survivors are alive";
}

function namesSurvivors({ said }: Seen): boolean {
  return said.includes("survivors");
}

/** An exit with 125 has a message; the loss of a guardian is said once, and only if it is true. */
function brokenByWords({ spec, seen }: Facts, end: Exit): string | undefined {
  const { said, takeOvers, members } = seen;
  const own = members[0]?.status;
  const isOwn = own?.kind === "exited" && own.code === 125;
  if (end.code === 125 && !isOwn && !said.some((kind) => WHY_125.has(kind)))
    return "125 has a message that says why";
  const losses = said.filter((kind) => LOSSES.has(kind)).length;
  if (losses > takeOvers.length) return "the loss of a guardian is said only where there was one";
  return spec.verbose && losses < takeOvers.length ? "-v tells a guardian's loss" : undefined;
}

const LOSSES: ReadonlySet<string> = new Set(["guardian-gone", "guardian-late"]);
const WHY_125: ReadonlySet<string> = new Set(["spawn", "survivors", "leaked", ...LOSSES]);

function brokenByReports(spec: Spec, seen: Seen, end: Exit): string | undefined {
  const { reports, members, events } = seen;
  const isAsked = spec.metrics || spec.report !== undefined || spec.events !== undefined;
  if (reports.length !== (isAsked ? 1 : 0)) return "a report when asked for";
  if (seen.lines !== (spec.events === undefined ? 0 : seen.logged)) return "a line per event";
  for (const report of reports) {
    if (report.exitCode !== end.code) return "the report has curfew's exit code";
    if (report.treeGone === true && members.some(isAlive))
      return "tree_gone is true only if no process is alive";
    if (report.treeGone === undefined && !seen.hasLeftTree && members.length > 0)
      return "tree_gone is known unless the tree was left";
    if (report.survivors.length > 0 && report.treeGone !== false) return "survivors are not gone";
    if (report.survivors.length > 0 !== namesSurvivors(seen)) return "survivors are named";
    const stops = events.filter(({ type }) => type === "stopped").length;
    if (report.stops.length > Math.min(stops, 100))
      return "the report lists the stops, a hundred at most";
    const isOurs = seen.sweeps.length + seen.takeOvers.length > 0;
    const isTheirs = events.some(({ type }) => type === "swept");
    const isSwept = isOurs || isTheirs;
    // Leftovers get the first signal, which may be SIGKILL, except those that still have time.
    const isFirst = seen.kills.some(({ signal }) => signal === "SIGKILL");
    if (report.signalsSent.some(({ signal }) => signal === "SIGKILL") !== (isSwept || isFirst))
      return "SIGKILL is in the report";
    if (report.escalated && !isSwept && !isFirst) return "escalated means SIGKILL";
    const broken =
      brokenByOutcome(spec, seen, report.outcome) ?? brokenBySent(spec, seen, report.signalsSent);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

/** The report lists every signal that curfew and the guardian have sent. */
function brokenBySent(spec: Spec, seen: Seen, sent: readonly Sent[]): string | undefined {
  const kills = seen.kills.map(({ signal, target, at }) => {
    return { signal, target: target === "rest" ? "tree" : target, at };
  });
  const isSame = (one: Kind, other: Kind) =>
    one.signal === other.signal && one.target === other.target;
  const timesOf = (kind: Kind) => kills.filter((kill) => isSame(kill, kind)).length;
  const countOf = (kind: Kind) => sent.find((entry) => isSame(entry, kind))?.count ?? 0;
  const theirs: Kind = { signal: spec.signal, target: "tree" };
  const isBackstop = seen.events.some(({ type }) => type === "backstop");
  if (isBackstop && countOf(theirs) === 0) return "a signal of the guardian is in the report";
  /** How many more the report lists than curfew sent: one more for the guardian's signal. */
  const moreOf = (kind: Kind) => countOf(kind) - timesOf(kind);
  const most = (kind: Kind) => (isSame(kind, theirs) && !seen.isGuardianUsual ? 1 : 0);
  for (const kind of [...kills, ...sent]) {
    if (kind.signal === "SIGKILL") continue;
    if (moreOf(kind) > most(kind)) return "every signal in the report was sent";
    if (moreOf(kind) < 0) return "every signal that was sent is in the report";
  }
  return undefined;
}

type Kind = { readonly signal: Signal; readonly target: string };

/** The exit of a run without disturbances is the one of the table. */
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
  // curfew does not see the end of a process that dies after the sweep has given it up.
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
  // A sweep that killed the command reports its end itself.
  const isKilled = isDead && !seen.events.some(({ type }) => type === "exited");
  if (isKilled && spec.exit137 && spec.group === "own") return deathOf("SIGKILL");
  if (isTimedOut(spec, seen) || (isKilled && spec.exit137)) {
    const isShown = spec.preserveStatus || (isDead && spec.exit137);
    return { kind: "code", code: (isShown ? own : 124) as Exit["code"] };
  }
  if (status.kind === "signaled" && spec.dieOfSignal) return deathOf(status.signal);
  const left = seen.events.find((event) => event.type === "exited" && event.proof === undefined);
  // A process that ended by itself in time is no leak.
  const isAfter = (at: number) => left !== undefined && at >= left.at;
  const isLeak = [...seen.kills.map(({ at }) => at), ...seen.sweeps].some(isAfter);
  const isFault = spec.leftovers === "fail" && isLeak && shown === 0 && !wasAskedFor(spec, seen);
  return { kind: "code", code: (isFault ? 125 : shown) as Exit["code"] };
}

function isClocked({ killAfter, onSecondStop }: Spec): boolean {
  return killAfter > 0 || onSecondStop === "kill";
}

/** Whether a signal to curfew asks for the end, whatever the command does with it. */
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

/** A command that ended by itself has no reason, also after a HUP or QUIT that it survived. */
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
 * Whether the end had been asked for before the command ended. A signal that is held back was not
 * sent to the command, but counts for its leftovers.
 */
function wasAskedFor(spec: Spec, seen: Seen, how: "sent" | "requested" = "requested"): boolean {
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
    const isRequest = event.type === "cancelled" || event.type === "caller-gone";
    return isRequest || isKill || (event.type === "deadline" && event.at > limit);
  });
}

/** When the limit passes, as known at an instant: its clock may have been paused. */
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

/** Whether the limit was the first reason to end. */
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
        // A signal so soon after the first one belongs to the same request.
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

/** How long curfew takes to act, at most, from the decision on. */
const ACTING = 5e5;

/** Each process gets the first signal once, unless more were asked for, and SIGKILL in its time. */
function brokenByKills(spec: Spec, seen: Seen): string | undefined {
  const { kills, sweeps, takeOvers, members, events, guardian } = seen;
  if (sweeps.length > 1 || takeOvers.length > 1) return "a tree is swept once";
  const isQuiet = !events.some(({ type }) => type === "signal" || type === "cancelled");
  const isOften = ({ got }: (typeof members)[number]) => (got.get(spec.signal) ?? 0) > 1;
  if (isQuiet && spec.signal !== "SIGCONT" && members.some(isOften))
    return "each process gets a signal once";
  const isStrange = takeOvers.length > 0 && seen.isGuardianUsual && sweeps.length === 0;
  if (isStrange) return "curfew sweeps itself only if the guardian is gone or hangs";
  const [sweptAt] = sweeps;
  const first = kills.find(({ signal }) => signal !== "SIGCONT");
  const isAsked = !isQuiet || events.some(({ type }) => type === "caller-gone");
  if (sweptAt === undefined || isAsked || spec.signal === "SIGKILL" || spec.signal === "SIGCONT") {
    return undefined;
  }
  // The guardian may have sent it in our place.
  const firstAt = Math.min(first?.at ?? FAR, guardian?.actedAt ?? FAR);
  if (firstAt === FAR) return "SIGKILL follows a first signal";
  const grace = spec.killAfter === 0 ? DEFAULT_GRACE : spec.killAfter;
  return sweptAt < firstAt + grace - ACTING ? "SIGKILL has its time" : undefined;
}

/** How long slack, sweep and last messages may take together once SIGKILL is due. */
const LONGEST_END = 5e6;

function brokenByTime({ spec, seen }: Facts): string | undefined {
  const { startedAt, kills, lateness, leftAt, members } = seen;
  const sends = kills.filter(({ signal }) => signal !== "SIGCONT");
  if (startedAt === undefined) return kills.length > 0 ? "no process is there to kill" : undefined;
  const first = Math.min(sends[0]?.at ?? Number.POSITIVE_INFINITY, seen.sweeps[0] ?? Infinity);
  const limit = startedAt + spec.timeout + seen.restedUntil(first);
  const isAsked = seen.events.some((event) => event.at <= first && asksToEnd(spec, event));
  if (first <= limit && !isAsked) return "no signal is early";
  const isAtOnce = spec.signal === "SIGKILL" && !seen.events.some(({ type }) => type === "signal");
  const isSure = spec.killAfter > 0 || isAtOnce;
  if (!isSure || spec.timeout === 0) return undefined;
  // Once SIGKILL is due the end takes 5 s at most, whatever happens to the guardian.
  const isUsual = seen.isGuardianUsual && seen.takeOvers.length === 0;
  const slow = members.reduce((most, { habits }) => Math.max(most, habits.diesAfter), 0);
  const kill = Math.min(slow, SWEEP_LIMIT);
  const grace = isAtOnce ? 0 : spec.killAfter;
  // After an exit by itself leftovers have a grace period of their own, whatever the limit is.
  const late = lateness + (isUsual ? kill + 1e6 : LONGEST_END);
  const [main] = members;
  const mainEnd = main === undefined || isAlive(main) ? leftAt : main.endedAt;
  if (mainEnd > limit + grace + late) return "the command ends by the limit and --kill-after";
  const grace2 = spec.killAfter === 0 ? DEFAULT_GRACE : spec.killAfter;
  const last = Math.max(limit + grace, mainEnd + grace2, limit + grace2) + late;
  return leftAt > last ? "no wait is longer than limit and kill after" : undefined;
}

function asksToEnd({ onStop, leftovers }: Spec, event: Event): boolean {
  if (event.type === "stopped") return onStop === "kill";
  // Leftovers have to end, unless curfew waits for them or leaves them.
  if (event.type === "exited") return leftovers === "kill" || leftovers === "fail";
  return ["signal", "cancelled", "caller-gone", "guardian-gone"].includes(event.type);
}
