import type { Queued } from "../../core/report/event.ts";
import type { Target } from "../../core/run/action.ts";
import type { Whom } from "../../core/run/ladder.ts";
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
import { commandPid, ORDERS } from "./guardian.ts";
import type { Held } from "./held.ts";
import { stopOrphaned } from "./job-stops.ts";
import { NO_GROUP, rootOf, signalTime } from "./members.ts";
import { ensureRoom, makeRoom, withRoom } from "./room.ts";
import { SCOPES } from "./spawn.ts";

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

type Sender = (held: Held, signal: Signal, queued: Queued | undefined, whom: Whom) => void;

const SENDERS: Readonly<Record<Target, Sender>> = {
  child: killChild,
  group: killGroup,
  rest: killRest,
};

/** Signals whom the core means. That somebody is gone is no error: the end is on its way to us. */
export function kill(
  held: Held,
  target: Target,
  signal: Signal,
  queued?: Queued,
  whom: Whom = {},
): void {
  // A signal that comes before the command must not be lost.
  sys.awaitCommand();
  SENDERS[target](held, signal, queued, whom);
  if (target !== "rest") stopOrphaned(held, signal, target);
}

function killChild(held: Held, signal: Signal, queued?: Queued): void {
  const number = signalNumber(signal);
  // Before it is gone: the first signal is its only one.
  if (isSignalledAlone(held)) {
    withRoom(held, isWhole, () => sys.noteSignal(commandPid(held), number));
  }
  if (queued === undefined || sys.commandQueue(number, queued, 0) < 0) sys.commandKill(number);
}

/** A value that was queued goes to all of the group with the signal, where the kernel takes it. */
function queueToGroup(held: Held, number: number, queued: Queued, group: number): boolean {
  const answer = sys.commandQueue(number, queued, 1);
  if (answer === -ESRCH || answer >= 0) return answer >= 0;
  if (sys.commandQueue(number, queued, 0) < 0) return false;
  if (!hasOwnProc()) return true;
  ensureRoom(held);
  sys.queueInGroup(...rootOf(held), number, group, queued, signalTime(held));
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
function killGroup(held: Held, signal: Signal, queued: Queued | undefined): void {
  const number = signalNumber(signal);
  const group = groupOf(held);
  const isLeader = group > 0 && group !== held.ownPid;
  if (isLeader) noteGroup(held, number, group);
  if (queued !== undefined && isLeader && queueToGroup(held, number, queued, group)) return;
  if (group > 0 && !(group === held.ownPid && NOT_FOR_OURSELVES.includes(signal))) {
    sys.kill(nameOf(group), number);
    // It was the leader a moment ago.
    if (isLeader) return;
    const command = commandPid(held);
    if (command > 0 && sys.groupOf(command) === group) return;
  } else {
    signalGroupMembers(held, number);
  }
  killChild(held, signal, queued);
}

function signalGroupMembers(held: Held, number: number): void {
  if (!hasOwnProc()) return;
  ensureRoom(held);
  sys.killGroupMembers(...rootOf(held), number, sys.groupOf(0), signalTime(held));
}

/** How kill(2) is told a group. -1 is everybody: process 1 leads group 1, and has to call it 0. */
function nameOf(group: number): number {
  return group === FIRST_GROUP ? 0 : -group;
}

const FIRST_GROUP = 1;

/** A process group that is the command's alone; 0: none. */
function groupOf(held: Held): number {
  const { spec, leadsOwnGroup, ownPid } = held;
  if (!LEADING.includes(spec.group)) return leadsOwnGroup ? ownPid : 0;
  // A command that was made leader of a session leads its group, too.
  const command = commandPid(held);
  return command > 0 && sys.groupOf(command) === command ? command : 0;
}

/** Groups that the command leads itself. */
const LEADING: readonly Group[] = ["command", "alone", "session"];

/** Whether the others in the command's group have had nothing of what was sent to the command. */
function isSignalledAlone({ spec: { group, singleChild } }: Held): boolean {
  return group === "caller" || group === "alone" || singleChild;
}

/** kill(2): all that may be signalled, but process 1 and whoever asks. */
const EVERYBODY = -1;

/**
 * Every member that had no signal of the kind: neither alone nor with the group. But for some, and
 * who is below these; those were found where members can be found.
 */
function killRest(
  held: Held,
  signal: Signal,
  _: unknown,
  { except = [], isFirst = false }: Whom,
): void {
  const number = signalNumber(signal);
  if (signal === "SIGCONT") {
    // It follows another signal, to those who had that one: no need to look for them again.
    if (hasOwnProc()) sys.killReached(number, signalTime(held), 0);
    return;
  }
  sys.hurry();
  const hadNone = isFirst || isSignalledAlone(held);
  const isBlind = isBlindInit(held);
  if (isBlind && commandPid(held) === 0) sys.kill(EVERYBODY, number);
  if (!hasOwnProc()) {
    // The guardian can ask the kernel for its children by their numbers, and continues them.
    if (!isBlind) sys.guardianKill(number, hadNone ? 0 : groupThatHad(held, number));
    return;
  }
  killAdopted(held, number, except);
  // 0 is the number of a group, too: of one that is led from outside of our PID namespace. A
  // process that joined the namespace from there has it as well, and had nothing.
  const hadIt = hadNone ? NO_GROUP : groupThatHad(held, number) || sys.groupOf(0) || NO_GROUP;
  const time = signalTime(held);
  const [root, others] = rootOf(held);
  const passed = [...others, ...except];
  withRoom(held, isWhole, () => sys.killMembers(root, passed, number, hadIt, time));
}

/** Once for each signal: a command leads one group. */
function noteGroup(held: Held, number: number, group: number): void {
  if (notedGroup(held, number) === group) return;
  held.groupSignals = [...(held.groupSignals ?? []), [number, group]];
}

/** The group that had a signal in one call, or is to have it so; 0: none. */
function groupThatHad(held: Held, number: number): number {
  return groupOf(held) || notedGroup(held, number);
}

/** The command's group, or the one that it led when it was signalled last; 0: none. */
export function groupToWake(held: Held): number {
  return groupOf(held) || (held.groupSignals?.at(-1)?.[1] ?? 0);
}

/**
 * The group that the command led when a signal was sent to it. When the command has been reaped,
 * this tells who had it; the number stays the group's as long as a member lives. 0: none.
 */
function notedGroup({ groupSignals }: Held, number: number): number {
  return groupSignals?.find(([signal]) => signal === number)?.[1] ?? 0;
}

/** The guardian kills everything. We leave the command's group first, so that it can go at once. */
export function orderSweep(held: Held, patience: Duration): void {
  sys.hurry();
  if (sys.guardianPid() === 0 || isBlindInit(held)) {
    takeOver(held, patience);
    return;
  }
  const order = leaveGroup(held) ? ORDERS.sweep | ORDERS.withGroup : ORDERS.sweep;
  sys.guardianOrder(order, patience);
}

/**
 * Without a /proc to find anybody the guardian knows the command alone; but process 1 can signal
 * all of its namespace at once, where that is all there is to end.
 */
function isBlindInit({ ownPid, spec }: Held): boolean {
  return ownPid === 1 && !isReloading(spec) && !hasOwnProc();
}

/** True if nobody but the command and what it started is in the group that we led. */
function leaveGroup({ leadsOwnGroup, callerGroup }: Held): boolean {
  // What is led from outside of our PID namespace has no number that we could join.
  return leadsOwnGroup && callerGroup > 0 && sys.joinGroup(callerGroup) === 0;
}

/** The same by ourselves: what the guardian held is ours, or becomes ours when it has ended. */
export function takeOver(held: Held, patience: Duration): void {
  sys.hurry();
  const { inherited, confinement } = held;
  makeRoom(held);
  const { hasLeaf, cgroups, holding } = confinement;
  const leaf = hasLeaf ? cgroups[0] : undefined;
  const scope = SCOPES[holding.mechanism];
  sys.sweep(groupToKill(held), patience, inherited, leaf ?? "", STUCK_LIMIT, scope);
}

/** A group to be killed, as `sweep` takes it. Our own number is ours: nobody else can have it. */
function groupToKill(held: Held): number {
  const { ownPid, leadsOwnGroup, confinement } = held;
  const { mechanism } = confinement.holding;
  if (mechanism === "child") return 0;
  if (leaveGroup(held)) return ownPid;
  if (mechanism !== "group") return 0;
  return leadsOwnGroup ? -ownPid : groupOf(held);
}
