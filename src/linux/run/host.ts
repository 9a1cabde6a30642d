import type { Host, Leaving } from "../../core/drive.ts";
import type { Voice } from "../../core/messages/messages.ts";
import type { Event } from "../../core/report/event.ts";
import { isNarrated } from "../../core/report/narration.ts";
import type { Action } from "../../core/run/action.ts";
import { RECIPIENTS } from "../../core/run/action.ts";
import type { SpawnError } from "../../core/spec/error.ts";
import type { Spec } from "../../core/spec/spec.ts";
import type { ExitCode } from "../../core/spec/status.ts";
import type { Instant } from "../../core/values/duration.ts";
import { signalNumber } from "../../core/values/signal.ts";
import { isMissed } from "../../core/values/unseen.ts";
import { removeAll } from "../confine/cgroup.ts";
import { confine } from "../confine/containment.ts";
import { FOREVER, NO_DESCRIPTOR } from "../kernel/abi.ts";
import { now } from "../kernel/clock.ts";
import { childrenOf } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import { lookAtTree } from "../look/look.ts";
import { adoptedNews } from "./adopted.ts";
import { budgetNews, openWallWatch } from "./budget.ts";
import { watchCaller } from "./caller.ts";
import type { HostContext, Refusal, RunContext } from "./context.ts";
import { newHostState } from "./context.ts";
import { controlNews, openControl } from "./control.ts";
import { commandPid, guardianNews, ORDERS, sweepNews } from "./guardian-news.ts";
import { deadlineNews, parentNews } from "./host-news.ts";
import { rootOf } from "./members.ts";
import {
  beginLastLines,
  emit,
  finishOutputs,
  openOutputs,
  sayNow,
  writeReport,
} from "./outputs.ts";
import { answerOf } from "./question.ts";
import { changeOutput, openRelay, relayNews, spawnRelayed, writtenSoFar } from "./relay.ts";
import { receivedBy } from "./signal-mask.ts";
import { narrate, nextSignal, requestFirst } from "./signal-news.ts";
import { kill, leadGroup, orderSweep, takeOver } from "./signals.ts";
import type { Spawner } from "./spawn.ts";
import { leaveWill, spawnAlone } from "./spawn.ts";
import { start } from "./start.ts";
import { openStdinWatch, stdinNews } from "./stdin.ts";
import { stopOf, stopWithIt } from "./suspension.ts";
import { noteRefusal, withRefusal } from "./telling.ts";
import type { Placement } from "./terminal.ts";
import { handOver, restore } from "./terminal.ts";
import { openUnstartable, resource, withoutRelay } from "./unstartable.ts";
import { wake } from "./wake.ts";

/** A Linux host for one command. */
export type LinuxHost = Host & {
  readonly kind: "host";
  /** Ends as the core decided: answers with an exit code, or curfew dies of a signal. */
  readonly leave: (leaving: Leaving) => ExitCode;
};

/** The numbers that `open` in native/src/kernel/signals.rs has for it. */
const RESETS: Readonly<Record<Spec["resetSignals"], number>> = { nothing: 0, mask: 1, all: 2 };

/** Opens what a run needs. All that can fail here fails before the command is started. */
export function openHost(placement: Placement, voice: () => Voice): LinuxHost | Refusal {
  const host = openContext(placement, voice);
  if ("kind" in host) return host;
  const run = openRun(host, FIRST, 0);
  if ("kind" in run) return unstartable(host, run);
  const relay = openRelay(run);
  if (typeof relay === "number") return unstartable(host, withoutRelay(run.spec, -relay));
  run.relay = relay;
  const spawner = relay === undefined ? spawnAlone : spawnRelayed;
  handOver(run);
  return {
    kind: "host",
    perform: (action) => perform(run, action, spawner),
    wait: (deadline) => wait(run, deadline),
    lookAtTree: () => lookAtTree(...rootOf(run)),
    leave: (leaving) => {
      closeRun(run);
      return leave(run, leaving);
    },
  };
}

/** The host of a run that cannot begin. */
function unstartable(host: HostContext, error: SpawnError): LinuxHost | Refusal {
  // A program that reads a report is told there.
  const isReported = host.spec.report !== undefined || host.spec.events !== undefined;
  if (!isReported) return { kind: "refused", message: error };
  const leaveIt = (leaving: Leaving) => leave(host, leaving);
  return { kind: "host", ...openUnstartable(host, error), leave: leaveIt };
}

const FIRST = 1;

/** Opens what is the same for every generation of the command. */
export function openContext(
  { spec, terminal }: Placement,
  voice: () => Voice,
): HostContext | Refusal {
  const ownPid = sys.pid();
  // First, so that no signal ends curfew when something is made that would be left behind.
  const received = receivedBy(spec);
  const signalFd = sys.openSignals(received[0], received[1], RESETS[spec.resetSignals]);
  if (signalFd < 0) return { kind: "refused", message: resource(spec, -signalFd) };
  const outputs = openOutputs(spec);
  if ("kind" in outputs) return { kind: "refused", message: outputs };
  const control = openControl(spec);
  if ("kind" in control) return { kind: "refused", message: control };
  const stdinWatch = spec.isBudgeted && spec.endsWithStdin ? openStdinWatch() : NO_DESCRIPTOR;
  if (typeof stdinWatch !== "number") return { kind: "refused", message: stdinWatch };
  // The guardian adopts the orphans of the tree. If the guardian is lost, curfew adopts them.
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
    ...outputs,
    control,
    wallWatch: spec.isBudgeted ? openWallWatch(spec) : NO_DESCRIPTOR,
    terminal,
    ignored: new Map(),
    state: newHostState(caller.pidfd, stdinWatch),
  };
}

/**
 * Makes what one run needs, and adds it to the host's context in place: the caller passes a copy
 * where there are several generations.
 */
export function openRun(
  host: HostContext,
  generation: number,
  slot: number,
): RunContext | SpawnError {
  const { spec, ownPid, isSubreaper, caller } = host;
  const isParentSignalled = caller.signalledBy !== undefined;
  const confinement = confine(spec, ownPid, isSubreaper, isParentSignalled);
  if ("kind" in confinement) return confinement;
  const inherited = sys.hasChildren() === 0 ? [] : childrenOf(ownPid);
  // Unknown children could not be told from the tree.
  if (isMissed(inherited)) return resource(spec, inherited.errno);
  const own: Omit<RunContext, keyof HostContext> = {
    generation,
    slot,
    inherited: "unseen" in inherited ? [] : inherited,
    confinement,
    answers: [],
    outerPid: 0,
    awaitsAdopted: false,
    awaitsSweep: false,
    staysForRest: false,
    usage: undefined,
    groupSignals: undefined,
    budget: undefined,
    clockSets: 0,
    relay: undefined,
    refusal: undefined,
    isBegun: false,
  };
  return Object.assign(host, own);
}

/** Carries out an action of the core. `spawner`: how the command is started. */
export function perform(
  run: RunContext,
  action: Exclude<Action, { type: "exit" }>,
  spawner: Spawner = spawnAlone,
): void {
  switch (action.type) {
    case "spawn":
      run.staysForRest = action.will.staysForLeftovers;
      start(run, action, spawner);
      break;
    case "kill":
      noteRefusal(run, action, kill(run, action.target, action.signal, action.queued, action));
      break;
    case "wake":
      wake(run, action.target);
      break;
    case "look":
    case "look-at-stdin":
    case "look-around":
    case "count":
      run.answers.push(answerOf(run, action));
      break;
    case "will":
      run.staysForRest = action.will.staysForLeftovers;
      leaveWill(action.will);
      break;
    case "recipients":
      sys.guardianRecipients(RECIPIENTS.indexOf(action.recipients));
      break;
    case "sweep":
      orderSweep(run, action.limit);
      run.awaitsSweep = true;
      break;
    case "take-over":
      takeOver(run, action.limit);
      break;
    case "leave-tree":
      sys.guardianOrder(ORDERS.leave, 0);
      break;
    case "mirror-stop":
      stopWithIt(run, action.signal);
      break;
    default:
      performOutput(run, action);
  }
}

/** What an action does with an output of the command, or of curfew. */
function performOutput(run: RunContext, action: OutputAction): void {
  switch (action.type) {
    case "drain":
      if (action.isHurried) beginLastLines(run);
      changeOutput(run, action);
      break;
    case "cut-output":
    case "resize":
    case "close-output":
      changeOutput(run, action);
      break;
    case "say":
      // In raw mode, a terminal would begin the next line below the end of this one.
      if (run.spec.pty !== false) sys.giveTerminalBack();
      sayNow(run, withRefusal(run, action.message), action.tree);
      break;
    case "emit":
      emit(run, action);
      break;
    case "report":
      writeReport(run, action.report);
  }
}

type OutputAction = Extract<
  Action,
  { type: "drain" | "cut-output" | "resize" | "close-output" | "say" | "emit" | "report" }
>;

/** The one place where curfew waits for a single run. */
function wait(run: RunContext, deadline: Instant | undefined): Event {
  for (;;) {
    const answer = nextNews(run, deadline);
    if (answer !== undefined) return answer;
    const { signalFd, state, control, relay, wallWatch, spec } = run;
    // While the rest of the output is delivered, the guardian has told all that it had to tell.
    const awaited = [signalFd, state.parentPidfd];
    if (relay?.isDraining !== true) awaited.push(sys.guardianLine(), sys.guardianPidfd());
    if (control.fd >= 0) awaited.push(control.fd);
    if (spec.isBudgeted) awaited.push(wallWatch, state.stdinWatch);
    sys.wait(awaited, deadline ?? FOREVER);
  }
}

/** Descriptors that tell of news of the guardian where signals cannot. */
export function descriptorsOf(): readonly number[] {
  return [sys.guardianLine(), sys.guardianPidfd()];
}

/**
 * The most important thing that has happened. First the command's exit, because a command that
 * exited by itself has no other reason (S94). Then the deadline, so that no flood of signals holds
 * it up. Then signals one by one, and after each of them the guardian again: the kernel may have
 * merged its SIGCHLD with an orphan's.
 */
function nextNews(run: RunContext, deadline: Instant | undefined): Event | undefined {
  for (;;) {
    const at = now();
    const late = deadlineNews(deadline, at);
    const isLate = late !== undefined;
    const news =
      newsOf(run, at, isLate) ?? relayNews(run, at, isLate) ?? late ?? parentNews(run, at);
    const event =
      news ??
      (run.spec.isBudgeted ? stdinNews(run, at) : undefined) ??
      (run.control.fd < 0 ? undefined : controlNews(run.control, at));
    const commandOf = () => commandPid(run);
    if (event !== undefined) return requestFirst(run, commandOf, withAnswer(run, event));
    const signal = nextSignal(run, commandOf);
    if (signal !== "nothing") return signal;
  }
}

/** A question of the caller's with its answer. */
function withAnswer(run: RunContext, event: Event): Event {
  if (event.type === "control-output") return { ...event, written: writtenSoFar(run, event.at) };
  if (event.type !== "control-inspect") return event;
  const tree = lookAtTree(...rootOf(run));
  return tree === undefined ? event : { ...event, tree };
}

/** The next event of a run. `isLate`: its deadline has passed. */
export function newsOf(run: RunContext, at: Instant, isLate: boolean = false): Event | undefined {
  const news = run.answers.shift() ?? adoptedNews(run, guardianNews(run, at, isLate), at);
  if (news !== undefined && isNarrated(run.spec)) run.isBegun = narrate(run, news, run.isBegun);
  if (news?.type === "stopped") return stopOf(run, news);
  if (news !== undefined) return news;
  const { budget } = run;
  const changed = budget === undefined ? undefined : budgetNews(run, budget, at, isLate);
  return changed ?? (isLate ? sweepNews(run, at) : undefined);
}

/** Reaps the guardian of a run that is over, and removes the groups of the run. */
export function closeRun(run: RunContext): void {
  sys.endGuardian();
  removeAll(run.confinement.cgroups);
}

/** Ends curfew. It really dies of a signal, so that its parent sees what the command died of. */
export function leave(host: HostContext, { exit, forced }: Leaving): ExitCode {
  restore(host, forced);
  if (isNarrated(host.spec)) sayNow(host, { kind: "leaving", code: exit.code });
  finishOutputs(host);
  if (exit.kind === "signal") sys.dieBy(signalNumber(exit.signal), 0);
  return exit.code;
}
