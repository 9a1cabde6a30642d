import type { Queued } from "../../core/report/event.ts";
import type { Target } from "../../core/run/action.ts";
import type { RestOptions } from "../../core/run/ladder.ts";
import { STUCK_LIMIT } from "../../core/run/ladder.ts";
import type { Group } from "../../core/spec/spec.ts";
import { isReloading } from "../../core/spec/spec.ts";
import type { Duration } from "../../core/values/duration.ts";
import type { Signal } from "../../core/values/signal.ts";
import { signalNumber } from "../../core/values/signal.ts";
import { ESRCH } from "../kernel/abi.ts";
import { hasOwnProc } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import { killAdopted } from "./adopted.ts";
import type { RunContext } from "./context.ts";
import { commandPid, ORDERS } from "./guardian-news.ts";
import { stopOrphaned } from "./job-stops.ts";
import { NO_GROUP, rootOf, signalTime } from "./members.ts";
import { ensureDescriptor, freeSpares, withSpares } from "./spare-descriptors.ts";
import { scopeOf } from "./spawn.ts";

/** Signals that would stop or end us, too, if they were sent to the group we are in. */
const NOT_FOR_OURSELVES: readonly Signal[] = ["SIGKILL", "SIGSTOP", "SIGTSTP"];

/**
 * Makes us leader of a process group. True if nobody but what we start can be in it: we made it, or
 * it came with a session of our own, and without children. A shell at a prompt has made us a leader
 * already, perhaps of a pipeline.
 */
export function leadGroup(ownPid: number, callerGroup: number): boolean {
  if (callerGroup !== ownPid) return sys.leadGroup() === 0;
  return sys.sessionOf(0) === ownPid && sys.hasChildren() === 0;
}

type Sender = (
  run: RunContext,
  signal: Signal,
  queued: Queued | undefined,
  whom: RestOptions,
) => void;

const SENDERS: Readonly<Record<Target, Sender>> = {
  child: killChild,
  group: killGroup,
  rest: killRest,
};

/** Signals whom the core means. That somebody is gone is no error: the end is on its way to us. */
export function kill(
  run: RunContext,
  target: Target,
  signal: Signal,
  queued?: Queued,
  whom: RestOptions = {},
): void {
  // A signal that comes before the command must not be lost.
  sys.awaitCommand();
  SENDERS[target](run, signal, queued, whom);
  if (target !== "rest") stopOrphaned(run, signal, target);
}

function killChild(run: RunContext, signal: Signal, queued?: Queued): void {
  const number = signalNumber(signal);
  // Before it is gone: the first signal is its only one.
  if (isSignalledAlone(run)) {
    withSpares(run, isWhole, () => sys.noteSignal(commandPid(run), number));
  }
  if (queued === undefined || sys.commandQueue(number, queued, 0) < 0) sys.commandKill(number);
}

/** A value that was queued goes to all of the group with the signal, where the kernel takes it. */
function queueToGroup(run: RunContext, number: number, queued: Queued, group: number): boolean {
  const answer = sys.commandQueue(number, queued, 1);
  if (answer === -ESRCH || answer >= 0) return answer >= 0;
  if (sys.commandQueue(number, queued, 0) < 0) return false;
  if (!hasOwnProc()) return true;
  ensureDescriptor(run);
  sys.queueInGroup(...rootOf(run), number, group, queued, signalTime(run));
  return true;
}

/** Whether nobody was passed over because we could not look. */
function isWhole(answer: number): boolean {
  return answer >= 0;
}

/**
 * Signals everybody in the command's process group but us, and the command wherever it is. In one
 * call where the group is all ours; member by member where it may hold others too (a pipeline at a
 * shell's prompt), or where the signal would be our own end.
 */
function killGroup(run: RunContext, signal: Signal, queued: Queued | undefined): void {
  const number = signalNumber(signal);
  const group = groupOf(run);
  const isLeader = group > 0 && group !== run.ownPid;
  if (isLeader) noteGroup(run, number, group);
  if (queued !== undefined && isLeader && queueToGroup(run, number, queued, group)) return;
  if (group > 0 && !(group === run.ownPid && NOT_FOR_OURSELVES.includes(signal))) {
    sys.kill(nameOf(group), number);
    // It was the leader a moment ago.
    if (isLeader) return;
    const command = commandPid(run);
    if (command > 0 && sys.groupOf(command) === group) return;
  } else {
    signalGroupMembers(run, number);
  }
  killChild(run, signal, queued);
}

function signalGroupMembers(run: RunContext, number: number): void {
  if (!hasOwnProc()) return;
  ensureDescriptor(run);
  sys.killGroupMembers(...rootOf(run), number, sys.groupOf(0), signalTime(run));
}

/** How kill(2) is told a group. -1 is everybody: process 1 leads group 1, and has to call it 0. */
function nameOf(group: number): number {
  return group === FIRST_GROUP ? 0 : -group;
}

const FIRST_GROUP = 1;

/** A process group that is the command's alone; 0: none. */
function groupOf(run: RunContext): number {
  const { spec, leadsOwnGroup, ownPid } = run;
  if (!LEADING.includes(spec.group)) return leadsOwnGroup ? ownPid : 0;
  // A command that was made leader of a session leads its group, too.
  const command = commandPid(run);
  return command > 0 && sys.groupOf(command) === command ? command : 0;
}

/** Groups that the command leads itself. */
const LEADING: readonly Group[] = ["command", "alone", "session"];

/** Whether the others in the command's group have had nothing of what was sent to the command. */
function isSignalledAlone({ spec: { group, singleChild } }: RunContext): boolean {
  return group === "caller" || group === "alone" || singleChild;
}

/** kill(2): all that may be signalled, but process 1 and whoever asks. */
const EVERYBODY = -1;

/**
 * Every member that had no signal of the kind: neither alone nor with the group. But for some, and
 * who is below these; those were found where members can be found.
 */
function killRest(
  run: RunContext,
  signal: Signal,
  _: unknown,
  { except = [], isFirst = false }: RestOptions,
): void {
  const number = signalNumber(signal);
  if (signal === "SIGCONT") {
    // It follows another signal, to those who had that one: no need to look for them again.
    if (hasOwnProc()) sys.killReached(number, signalTime(run), 0);
    return;
  }
  sys.hurry();
  const hadNone = isFirst || isSignalledAlone(run);
  const isBlind = isBlindInit(run);
  if (isBlind && commandPid(run) === 0) sys.kill(EVERYBODY, number);
  if (!hasOwnProc()) {
    // The guardian can ask the kernel for its children by their numbers, and continues them.
    if (!isBlind) sys.guardianKill(number, hadNone ? 0 : groupThatHad(run, number));
    return;
  }
  killAdopted(run, number, except);
  // 0 is the number of a group, too: of one that is led from outside of our PID namespace. A
  // process that joined the namespace from there has it as well, and had nothing.
  const hadIt = hadNone ? NO_GROUP : groupThatHad(run, number) || sys.groupOf(0) || NO_GROUP;
  const time = signalTime(run);
  const [root, others] = rootOf(run);
  const passed = [...others, ...except];
  withSpares(run, isWhole, () => sys.killMembers(root, passed, number, hadIt, time));
}

/** Once for each signal: a command leads one group. */
function noteGroup(run: RunContext, number: number, group: number): void {
  if (notedGroup(run, number) === group) return;
  run.groupSignals = [...(run.groupSignals ?? []), [number, group]];
}

/** The group that had a signal in one call, or is to have it so; 0: none. */
function groupThatHad(run: RunContext, number: number): number {
  return groupOf(run) || notedGroup(run, number);
}

/** The command's group, or the one that it led when it was signalled last; 0: none. */
export function groupToWake(run: RunContext): number {
  return groupOf(run) || (run.groupSignals?.at(-1)?.[1] ?? 0);
}

/**
 * The group that the command led when a signal was sent to it. When the command has been reaped,
 * this tells who had it; the number stays the group's as long as a member lives. 0: none.
 */
function notedGroup({ groupSignals }: RunContext, number: number): number {
  return groupSignals?.find(([signal]) => signal === number)?.[1] ?? 0;
}

/** The guardian kills everything. We leave the command's group first, so that it can go at once. */
export function orderSweep(run: RunContext, patience: Duration): void {
  sys.hurry();
  if (sys.guardianPid() === 0 || isBlindInit(run)) {
    takeOver(run, patience);
    return;
  }
  const order = leaveGroup(run) ? ORDERS.sweep | ORDERS.withGroup : ORDERS.sweep;
  sys.guardianOrder(order, patience);
}

/**
 * Without a /proc to find anybody the guardian knows the command alone; but process 1 can signal
 * all of its namespace at once, where that is all there is to end.
 */
function isBlindInit({ ownPid, spec }: RunContext): boolean {
  return ownPid === 1 && !isReloading(spec) && !hasOwnProc();
}

/** True if nobody but the command and what it started is in the group that we led. */
function leaveGroup({ leadsOwnGroup, callerGroup }: RunContext): boolean {
  // What is led from outside of our PID namespace has no number that we could join.
  return leadsOwnGroup && callerGroup > 0 && sys.joinGroup(callerGroup) === 0;
}

/** The same by ourselves: what the guardian held is ours, or becomes ours when it has ended. */
export function takeOver(run: RunContext, patience: Duration): void {
  sys.hurry();
  const { inherited, confinement } = run;
  freeSpares(run);
  const { hasLeaf, cgroups, holding } = confinement;
  const leaf = hasLeaf ? cgroups[0] : undefined;
  const scope = scopeOf(holding.mechanism);
  sys.sweep(groupToKill(run), patience, inherited, leaf ?? "", STUCK_LIMIT, scope);
}

/** A group to be killed, as `sweep` takes it. Our own number is ours: nobody else can have it. */
function groupToKill(run: RunContext): number {
  const { ownPid, leadsOwnGroup, confinement } = run;
  const { mechanism } = confinement.holding;
  if (mechanism === "child") return 0;
  if (leaveGroup(run)) return ownPid;
  if (mechanism !== "group") return 0;
  return leadsOwnGroup ? -ownPid : groupOf(run);
}
