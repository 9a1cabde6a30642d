import type { Queued } from "../../core/report/event.ts";
import type { Target } from "../../core/run/action.ts";
import type { RestOptions } from "../../core/run/ladder.ts";
import { STUCK_LIMIT } from "../../core/run/ladder.ts";
import type { Group } from "../../core/spec/spec.ts";
import { isReloading } from "../../core/spec/spec.ts";
import type { Duration } from "../../core/values/duration.ts";
import { errnoName } from "../../core/values/errno.ts";
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

/** Signals that would stop or end curfew, too, if they were sent to curfew's own group. */
const NOT_TO_OWN_GROUP: readonly Signal[] = ["SIGKILL", "SIGSTOP", "SIGTSTP"];

/**
 * Makes curfew the leader of a process group. True if the group can have no other members than
 * curfew and what it starts: curfew made the group, or leads a session and has no children. A shell
 * at a prompt has made curfew a leader already, perhaps that of a pipeline with other members.
 */
export function leadGroup(ownPid: number, callerGroup: number): boolean {
  if (callerGroup !== ownPid) return sys.leadGroup() === 0;
  return sys.sessionOf(0) === ownPid && sys.hasChildren() === 0;
}

/** Sends a signal; below 0: minus errno, because no process was sent it. */
type Sender = (
  run: RunContext,
  signal: Signal,
  queued: Queued | undefined,
  whom: RestOptions,
) => number;

const SENDERS: Readonly<Record<Target, Sender>> = {
  child: killChild,
  group: killGroup,
  rest: killRest,
};

/**
 * Signals a target. Answers with the errno's name where the kernel has refused it. An exited
 * process is no error of curfew's: the event of its exit is on its way.
 */
export function kill(
  run: RunContext,
  target: Target,
  signal: Signal,
  queued?: Queued,
  whom: RestOptions = {},
): string | undefined {
  // A signal must not be lost because the command does not exist yet.
  sys.awaitCommand();
  const answer = SENDERS[target](run, signal, queued, whom);
  if (target !== "rest") stopOrphaned(run, signal, target);
  return answer < 0 ? errnoName(-answer) : undefined;
}

function killChild(run: RunContext, signal: Signal, queued?: Queued): number {
  const number = signalNumber(signal);
  // Noted before it is sent: afterwards the command may be gone, and its start time unreadable.
  if (isSignalledAlone(run)) {
    withSpares(run, isWhole, () => sys.noteSignal(commandPid(run), number));
  }
  const isQueued = queued !== undefined && sys.commandQueue(number, queued, 0) >= 0;
  return isQueued ? 0 : sys.commandKill(number);
}

/** Sends a queued signal with its value to a group, where the kernel permits that. */
function queueToGroup(run: RunContext, number: number, queued: Queued, group: number): boolean {
  const answer = sys.commandQueue(number, queued, 1);
  if (answer === -ESRCH || answer >= 0) return answer >= 0;
  if (sys.commandQueue(number, queued, 0) < 0) return false;
  if (!hasOwnProc()) return true;
  ensureDescriptor(run);
  sys.queueInGroup(...rootOf(run), number, group, queued, signalTime(run));
  return true;
}

/** Whether a walk could look at every process. */
function isWhole(answer: number): boolean {
  return answer >= 0;
}

/**
 * Signals the command's process group, except curfew, and the command wherever it is. One call
 * signals a group that has no other members. In a group that may have some, such as a pipeline at a
 * shell's prompt, or where the signal would end curfew, members are signalled one by one.
 */
function killGroup(run: RunContext, signal: Signal, queued: Queued | undefined): number {
  const number = signalNumber(signal);
  const group = groupOf(run);
  const isLeader = group > 0 && group !== run.ownPid;
  if (isLeader) noteGroup(run, number, group);
  if (queued !== undefined && isLeader && queueToGroup(run, number, queued, group)) return 0;
  if (group > 0 && !(group === run.ownPid && NOT_TO_OWN_GROUP.includes(signal))) {
    const answer = sys.kill(nameOf(group), number);
    // The command was the leader a moment ago, so the call has reached it.
    if (isLeader) return answer;
    const command = commandPid(run);
    if (command > 0 && sys.groupOf(command) === group) return answer;
  } else {
    signalGroupMembers(run, number);
  }
  return killChild(run, signal, queued);
}

function signalGroupMembers(run: RunContext, number: number): void {
  if (!hasOwnProc()) return;
  ensureDescriptor(run);
  sys.killGroupMembers(...rootOf(run), number, sys.groupOf(0), signalTime(run));
}

/** A group as kill(2) wants it. -1 means all processes, so PID 1 has to call its group 0. */
function nameOf(group: number): number {
  return group === FIRST_GROUP ? 0 : -group;
}

const FIRST_GROUP = 1;

/** A process group without other members than the command and what it started; 0: none. */
function groupOf(run: RunContext): number {
  const { spec, leadsOwnGroup, ownPid } = run;
  if (!LEADING.includes(spec.group)) return leadsOwnGroup ? ownPid : 0;
  // A command that was made leader of a session leads its group, too.
  const command = commandPid(run);
  return command > 0 && sys.groupOf(command) === command ? command : 0;
}

/** Placements in which the command leads its group. */
const LEADING: readonly Group[] = ["command", "alone", "session"];

/** Whether signals go to the command alone, and not to the others in its group. */
function isSignalledAlone({ spec: { group, singleChild } }: RunContext): boolean {
  return group === "caller" || group === "alone" || singleChild;
}

/** kill(2): all processes that may be signalled, except PID 1 and the caller. */
const ALL_PROCESSES = -1;

/**
 * Signals every member of the tree that has not got this signal yet, alone or with its group.
 * `except`: members that are left out together with their descendants.
 */
function killRest(
  run: RunContext,
  signal: Signal,
  _: unknown,
  { except = [], isFirst = false }: RestOptions,
): number {
  const number = signalNumber(signal);
  if (signal === "SIGCONT") {
    // SIGCONT follows another signal, and goes to the processes that the other one has reached.
    if (hasOwnProc()) sys.killReached(number, signalTime(run), 0);
    return 0;
  }
  sys.raisePriority();
  const hadNone = isFirst || isSignalledAlone(run);
  const isBlind = isBlindInit(run);
  if (isBlind && commandPid(run) === 0) sys.kill(ALL_PROCESSES, number);
  if (!hasOwnProc()) {
    // Without /proc the guardian finds its children by trying PIDs, and continues them as well.
    if (!isBlind) sys.guardianKill(number, hadNone ? 0 : groupThatHad(run, number));
    return 0;
  }
  killAdopted(run, number, except);
  // A group that is led from outside of the PID namespace has the number 0. A process that joined
  // the namespace from there is in a group of that number, too, and has got no signal.
  const hadIt = hadNone ? NO_GROUP : groupThatHad(run, number) || sys.groupOf(0) || NO_GROUP;
  const time = signalTime(run);
  const [root, others] = rootOf(run);
  const passed = [...others, ...except];
  withSpares(run, isWhole, () => sys.killMembers(root, passed, number, hadIt, time));
  return 0;
}

/** Notes a group that has got a signal; once for each signal: the command leads one group. */
function noteGroup(run: RunContext, number: number, group: number): void {
  if (notedGroup(run, number) === group) return;
  run.groupSignals = [...(run.groupSignals ?? []), [number, group]];
}

/** The group that has got a signal in one call, or will; 0: none. */
function groupThatHad(run: RunContext, number: number): number {
  return groupOf(run) || notedGroup(run, number);
}

/** The command's group, or the group that it led when it was signalled last; 0: none. */
export function groupToWake(run: RunContext): number {
  return groupOf(run) || (run.groupSignals?.at(-1)?.[1] ?? 0);
}

/**
 * The group that the command led when it got a signal; 0: none. After the command was reaped, this
 * tells which processes have got the signal: a group keeps its number while it has members.
 */
function notedGroup({ groupSignals }: RunContext, number: number): number {
  return groupSignals?.find(([signal]) => signal === number)?.[1] ?? 0;
}

/** Orders the guardian to kill the tree. curfew leaves the command's group first, if it can. */
export function orderSweep(run: RunContext, sweepLimit: Duration): void {
  sys.raisePriority();
  if (sys.guardianPid() === 0 || isBlindInit(run)) {
    takeOver(run, sweepLimit);
    return;
  }
  const order = leaveGroup(run) ? ORDERS.sweep | ORDERS.withGroup : ORDERS.sweep;
  sys.guardianOrder(order, sweepLimit);
}

/**
 * Whether curfew is PID 1 without a /proc. Then the guardian knows the command only, but PID 1 can
 * signal its whole PID namespace at once. Not in a run that reloads, where others may live there.
 */
function isBlindInit({ ownPid, spec }: RunContext): boolean {
  return ownPid === 1 && !isReloading(spec) && !hasOwnProc();
}

/** Leaves the group that curfew leads; true: only the command and what it started are in it now. */
function leaveGroup({ leadsOwnGroup, callerGroup }: RunContext): boolean {
  // A group that is led from outside of the PID namespace has no number that curfew could join.
  return leadsOwnGroup && callerGroup > 0 && sys.joinGroup(callerGroup) === 0;
}

/** Kills the tree without the guardian: its children become curfew's when it has exited. */
export function takeOver(run: RunContext, sweepLimit: Duration): void {
  sys.raisePriority();
  const { inherited, confinement } = run;
  freeSpares(run);
  const { hasLeaf, cgroups, holding } = confinement;
  const leaf = hasLeaf ? cgroups[0] : undefined;
  const scope = scopeOf(holding.mechanism);
  sys.sweep(groupToKill(run), sweepLimit, inherited, leaf ?? "", STUCK_LIMIT, scope);
}

/** The group that `sweep` kills, as it takes it; below 0: curfew is in that group. */
function groupToKill(run: RunContext): number {
  const { ownPid, leadsOwnGroup, confinement } = run;
  const { mechanism } = confinement.holding;
  if (mechanism === "child") return 0;
  if (leaveGroup(run)) return ownPid;
  if (mechanism !== "group") return 0;
  return leadsOwnGroup ? -ownPid : groupOf(run);
}
