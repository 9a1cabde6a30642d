import { TINI } from "../../core/cli/drop-in/tini.ts";
import type { Host, Leaving } from "../../core/drive.ts";
import type { Voice } from "../../core/messages/messages.ts";
import type { Event } from "../../core/report/event.ts";
import { isNarrated } from "../../core/report/narration.ts";
import type { Action } from "../../core/run/action.ts";
import { RECIPIENTS } from "../../core/run/action.ts";
import type { SpawnError } from "../../core/spec/error.ts";
import type { Spec } from "../../core/spec/spec.ts";
import {
  FORWARD_ALONE,
  INIT_DEFAULTS,
  RUN_DEFAULTS,
  TIMEOUT_DEFAULTS,
} from "../../core/spec/spec.ts";
import type { ExitCode } from "../../core/spec/status.ts";
import type { Instant } from "../../core/values/duration.ts";
import { errnoName } from "../../core/values/errno.ts";
import type { Signal } from "../../core/values/signal.ts";
import { SIGNALS, signalNumber } from "../../core/values/signal.ts";
import { isMissed } from "../../core/values/unseen.ts";
import { removeAll } from "../confine/cgroup.ts";
import { confine } from "../confine/containment.ts";
import { FOREVER, NO_DESCRIPTOR } from "../kernel/abi.ts";
import { childrenOf, stateOf } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import { adoptedNews } from "./adopted.ts";
import { watchCaller } from "./caller.ts";
import { commandPid, guardianNews, ORDERS } from "./guardian.ts";
import type { Held, Own, Refusal, World } from "./held.ts";
import { changingWith } from "./held.ts";
import { kill, leadGroup, orderSweep, takeOver } from "./kill.ts";
import { lookAtLeftovers } from "./leftovers.ts";
import { narrate, nextSignal, now, readAhead, requestFirst } from "./news.ts";
import { emit, finishOutputs, openPlaces, sayNow, writeReport } from "./outputs.ts";
import type { Spawner } from "./spawn.ts";
import { leaveWill, spawnAlone } from "./spawn.ts";
import { start } from "./start.ts";
import type { Placement } from "./terminal.ts";
import { handOver, hasShell, restore } from "./terminal.ts";
import { wake } from "./wake.ts";

/** A Linux host for one command. */
export type LinuxHost = Host & {
  readonly kind: "host";
  /** Leaves as the core decided; comes back with an exit code where we do not die of a signal. */
  readonly leave: (leaving: Leaving) => ExitCode;
};

/**
 * The signals we take from the kernel: what is passed on, and what tells us of the guardian. A TSTP
 * that is not passed on keeps its meaning and stops us with the command, or the caller's shell
 * would wait for a job that never stops. TTIN and TTOU are kept from stopping us (S35).
 */
function receivedWith(forward: ReadonlySet<Signal>): SignalMask {
  const ours = ["SIGCHLD", "SIGTTIN", "SIGTTOU", "SIG32"];
  const mask: [number, number] = [0, 0];
  for (const signal of SIGNALS) {
    const isTaken = (forward.has(signal) && signal !== "SIGKILL") || ours.includes(signal);
    const bit = signalNumber(signal) - 1;
    if (isTaken) mask[bit < 32 ? 0 : 1] += 2 ** (bit % 32);
  }
  return mask;
}

type SignalMask = readonly [signals1to32: number, signals33to64: number];

/** The same of every door, worked out when curfew is built. */
const RECEIVED: ReadonlyMap<ReadonlySet<Signal>, SignalMask> = new Map(
  [
    TIMEOUT_DEFAULTS.forward,
    RUN_DEFAULTS.forward,
    FORWARD_ALONE,
    INIT_DEFAULTS.forward,
    TINI.defaults.forward,
  ].map((forward) => [forward, receivedWith(forward)]),
);

/** As `open` in native/src/kernel/signals.rs numbers it. */
const RESETS: Readonly<Record<Spec["resetSignals"], number>> = { nothing: 0, mask: 1, all: 2 };

/** Opens what a run needs: everything that can fail does so before anything was started. */
export function openHost(placement: Placement, voice: () => Voice): LinuxHost | Refusal {
  const world = openWorld(placement, voice);
  if ("kind" in world) return world;
  const held = holdRun(world, FIRST, 0);
  if ("kind" in held) return { kind: "refused", message: held };
  handOver(held);
  return {
    kind: "host",
    perform: (action) => perform(held, action),
    wait: (deadline) => wait(held, deadline),
    leave: (leaving) => {
      endRun(held);
      return leave(held, leaving);
    },
  };
}

const FIRST = 1;

/** What is the same for every generation of the command. */
export function openWorld({ spec, terminal }: Placement, voice: () => Voice): World | Refusal {
  const ownPid = sys.pid();
  // Before anything is made that would stay if a signal ended us here.
  const received = RECEIVED.get(spec.forward) ?? receivedWith(spec.forward);
  const signalFd = sys.openSignals(received[0], received[1], RESETS[spec.resetSignals]);
  if (signalFd < 0) return { kind: "refused", message: resource(spec, -signalFd) };
  const places = openPlaces(spec);
  if ("kind" in places) return { kind: "refused", message: places };
  // Orphans of the tree come to us if the guardian is lost; and to that one, if they can.
  const isSubreaper = sys.becomeSubreaper() === 0;
  const caller = watchCaller(spec);
  if ("kind" in caller) return { kind: "refused", message: caller };
  const callerGroup = sys.groupOf(0);
  const leadsOwnGroup = spec.group === "own" && leadGroup(ownPid, callerGroup);
  return {
    spec,
    voice,
    ownPid,
    signalFd,
    isSubreaper,
    caller,
    callerGroup,
    leadsOwnGroup,
    ...places,
    terminal,
    ignored: new Map(),
    changing: changingWith(caller.pidfd),
  };
}

/** What one generation needs. `world` becomes it: where there are more, each has a copy. */
export function holdRun(world: World, generation: number, place: number): Held | SpawnError {
  const { spec, ownPid, isSubreaper, caller } = world;
  const isParentSignalled = caller.signalledBy !== undefined;
  const confinement = confine(spec, ownPid, isSubreaper, isParentSignalled);
  if ("kind" in confinement) return confinement;
  const inherited = sys.hasChildren() === 0 ? [] : childrenOf(ownPid);
  // Not knowing them, we could not tell them from the tree.
  if (isMissed(inherited)) return resource(spec, inherited.errno);
  const own: Own = {
    generation,
    place,
    inherited: "unseen" in inherited ? [] : inherited,
    confinement,
    answers: [],
    outerPid: 0,
    awaitsAdopted: false,
    awaitsSweep: false,
    staysForRest: false,
    usage: undefined,
    groupSignals: undefined,
    isBegun: false,
  };
  return Object.assign(world, own);
}

/** Too little of something is left, which says nothing of the command. */
export function resource(spec: Spec, errno: number): SpawnError {
  const command = spec.command[0] ?? "";
  return { kind: "spawn", code: "resource", command, errno: errnoName(errno) };
}

/** Does what the core asks for. `spawner`: how the command is started. */
export function perform(
  held: Held,
  action: Exclude<Action, { type: "exit" }>,
  spawner: Spawner = spawnAlone,
): void {
  switch (action.type) {
    case "spawn":
      held.staysForRest = action.will.staysForLeftovers;
      held.answers.push(start(held, action, spawner));
      break;
    case "kill":
      kill(held, action.target, action.signal, action.queued, action);
      break;
    case "wake":
      wake(held, action.target);
      break;
    case "look":
      held.answers.push({ type: "looked", at: now(), look: lookAtLeftovers(held) });
      break;
    case "will":
      held.staysForRest = action.will.staysForLeftovers;
      leaveWill(action.will);
      break;
    case "recipients":
      sys.guardianTold(RECIPIENTS.indexOf(action.recipients));
      break;
    case "sweep":
      orderSweep(held, action.limit);
      held.awaitsSweep = true;
      break;
    case "take-over":
      takeOver(held, action.limit);
      break;
    case "leave-tree":
      sys.guardianOrder(ORDERS.leave, 0);
      break;
    case "stop-with-it":
      stopWithIt(held, action.signal);
      break;
    case "say":
      sayNow(held, action.message);
      break;
    case "emit":
      emit(held, action);
      break;
    case "report":
      writeReport(held, action.report);
  }
}

/**
 * As the command was stopped, so that whoever waits for us sees what it would see of the command. A
 * terminal's stop does nothing where nobody could continue us; SIGSTOP would, so we never use it.
 */
function stopWithIt(held: Held, signal: Signal): void {
  // It may have been continued since: then we would stop for nothing.
  const isStopped = stateOf(commandPid(held)) === "T";
  const number = signalNumber(signal === "SIGSTOP" ? "SIGTSTP" : signal);
  // A stop that the kernel discarded is no stop, and what follows it no continuation.
  if (isStopped && sys.stopSelf(number) !== 0) kill(held, "child", "SIGCONT");
  held.answers.push({ type: "resumed", at: now() });
}

/** The one place where we wait for a run that is the only one. */
function wait(held: Held, deadline: Instant | undefined): Event {
  for (;;) {
    const answer = nextNews(held, deadline);
    if (answer !== undefined) return answer;
    sys.wait([held.signalFd, ...descriptorsOf(), held.changing.parentPidfd], deadline ?? FOREVER);
  }
}

/** What tells of the guardian's news, where signals do not. */
export function descriptorsOf(): readonly number[] {
  return [sys.guardianLine(), sys.guardianPidfd()];
}

/**
 * What has happened, most important first. The command's end: what ended by itself has no reason
 * (S94). The deadline: no flood of signals can hold it up. Signals one by one, and after each the
 * guardian again: its SIGCHLD may have been one with an orphan's.
 */
function nextNews(held: Held, deadline: Instant | undefined): Event | undefined {
  for (;;) {
    const at = now();
    const late = deadlineNews(deadline, at);
    const event = newsOf(held, at, late !== undefined) ?? late ?? parentNews(held, at);
    const commandOf = () => commandPid(held);
    if (event !== undefined) return requestFirst(held, commandOf, event);
    const signal = nextSignal(held, commandOf);
    if (signal !== "nothing") return signal;
  }
}

/** What one run has to tell. */
export function newsOf(held: Held, at: Instant, isLate: boolean = false): Event | undefined {
  const news = held.answers.shift() ?? adoptedNews(held, guardianNews(held, at), at);
  if (news !== undefined && isNarrated(held.spec)) held.isBegun = narrate(held, news, held.isBegun);
  if (news?.type === "stopped") return stopOf(held, news);
  return news ?? (isLate ? sweepNews(held, at) : undefined);
}

/** A sweep that has begun gets its time; asked only where it would have to answer by now. */
function sweepNews(held: Held, at: Instant): Event | undefined {
  if (!held.awaitsSweep || sys.guardianState() !== SWEEPING) return undefined;
  held.awaitsSweep = false;
  return { type: "sweeping", at };
}

/** Who has stopped the command, and whether somebody waits to continue us. */
function stopOf(held: Held, stop: Stopped): Stopped {
  // The terminal's own copy to us came before the command's stop.
  readAhead(held, () => commandPid(held));
  const terminal = held.changing.terminalStop === signalNumber(stop.signal);
  held.changing.terminalStop = 0;
  return { ...stop, terminal, shell: hasShell(held) };
}

type Stopped = Extract<Event, { type: "stopped" }>;

/** What `guardianState` answers: see native/src/supervisor/guardian.rs. */
const SWEEPING = 2;

export function deadlineNews(
  deadline: Instant | undefined,
  at: Instant,
): Extract<Event, { type: "deadline" }> | undefined {
  return deadline !== undefined && at > deadline ? { type: "deadline", at } : undefined;
}

/** Told once: then it is not looked at again. */
export function parentNews(
  { changing }: World,
  at: Instant,
): Extract<Event, { type: "caller-gone" }> | undefined {
  if (changing.parentPidfd < 0 || sys.wait([changing.parentPidfd], 0) <= 0) return undefined;
  sys.close(changing.parentPidfd);
  changing.parentPidfd = NO_DESCRIPTOR;
  return { type: "caller-gone", at };
}

/** A run is over; what was made for it goes. */
export function endRun(held: Held): void {
  sys.farewell();
  removeAll(held.confinement.cgroups);
}

/** A death by signal is real: our parent sees what it would have seen of the command. */
export function leave(world: World, { exit, forced }: Leaving): ExitCode {
  restore(world, forced);
  if (isNarrated(world.spec)) sayNow(world, { kind: "leaving", code: exit.code });
  finishOutputs(world);
  if (exit.kind === "signal") sys.dieBy(signalNumber(exit.signal), 0);
  return exit.code;
}
