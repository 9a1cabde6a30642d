import type { KillSpec } from "../spec/kill-spec.ts";
import { errnoText } from "../values/errno.ts";
import { PID_MAX } from "../values/pid.ts";
import type { Caller, Known, Member, Resolution, Verdict } from "./members.ts";
import { addMember } from "./members.ts";

/** What is settled without looking at the process: what is refused, and what cannot be one. */
export function refusalOf(spec: KillSpec, caller: Caller, pid: number): Verdict | undefined {
  const isGroup = spec.reach === "group";
  if (pid === 0) return failed(`0 is no process${isGroup ? " group" : ""}`);
  if (pid > PID_MAX) return gone(true);
  if (isGroup && !caller.hasProc) return failed("without a /proc of our own no group can be read");
  if (!caller.hasProc && spec.requireStartTime !== undefined) {
    return failed("without a /proc of our own no start time can be read");
  }
  return isQuestion(spec) ? undefined : protectionOf(spec, caller, pid);
}

/** Whom no signal of ours may reach. */
function protectionOf(spec: KillSpec, caller: Caller, pid: number): Verdict | undefined {
  const isGroup = spec.reach === "group";
  if (!isGroup && pid === caller.pid) return refused("it is this process itself");
  // We are in it: what is left of the group when it has ended nobody could say.
  if (isGroup && pid === caller.group) return refused("it is our own process group");
  if (caller.unseen !== undefined) return unseen(caller.unseen);
  if (spec.force) return undefined;
  if (pid === 1) return forceless("it is the init process");
  return caller.ancestors.includes(pid) ? forceless("it is an ancestor of ours") : undefined;
}

/** The targets and their first members, from what each PID that was not refused stands for. */
export function membersOf(
  spec: KillSpec,
  { caller, targets }: Known,
  resolutions: readonly Resolution[],
): Pick<Known, "targets" | "members"> {
  const answers = resolutions.values();
  const members = new Map<number, Member>();
  const judged = targets.map(({ pid, verdict }, index) => {
    if (verdict !== undefined) return { pid, verdict };
    const answer = answers.next().value ?? { kind: "gone", isFree: false };
    const settled = verdictOf(spec, caller, pid, answer);
    if (settled === undefined && answer.kind === "found") {
      for (const found of answer.members)
        addMember(members, { spec, caller, found, targets: [index] });
    }
    return { pid, verdict: settled };
  });
  return { targets: judged, members };
}

/** What is settled by what a PID was found to stand for; undefined: it is to be signalled. */
function verdictOf(
  spec: KillSpec,
  { ancestors }: Caller,
  pid: number,
  answer: Resolution,
): Verdict | undefined {
  if (answer.kind === "failed") return failed(answer.reason);
  if (answer.kind === "unseen") return unseen(answer.errno);
  if (answer.kind === "gone") return gone(answer.isFree);
  const { members, isKernel } = answer;
  const { force, requireStartTime } = spec;
  // The kernel counts nanoseconds in 64 bits: a number holds all ticks that there can be.
  const startTime = members.find((member) => member.pid === pid)?.startTime;
  const isMeant = requireStartTime === undefined || String(startTime) === requireStartTime;
  if (!isMeant) return gone(false);
  if (isQuestion(spec)) {
    return { outcome: "running", reason: undefined, members: members.length };
  }
  // A kernel thread takes no signal, and its descendants would be all that the kernel does.
  if (isKernel) return refused("it is a kernel thread");
  const hasAncestor = members.some((member) => ancestors.includes(member.pid));
  return hasAncestor && !force ? forceless("an ancestor of ours is in it") : undefined;
}

/** Signal 0 asks whether a process is there, as everywhere. */
export function isQuestion({ signal }: KillSpec): boolean {
  return signal === "SIG0";
}

/** The state that was asked for; nobody knows whether the number was. */
function gone(isFree: boolean): Verdict {
  return { outcome: "already_exited", reason: undefined, isFree };
}

/** Of who cannot be seen nobody knows whether it has ended. */
function unseen(errno: string): Verdict {
  return failed(`cannot look at it: ${errnoText(errno)}`);
}

function failed(reason: string): Verdict {
  return { outcome: "error", reason };
}

function refused(why: string): Verdict {
  return failed(`refused because ${why}`);
}

function forceless(why: string): Verdict {
  return failed(`refused because ${why}; --force overrules this`);
}
