import type { KillSpec } from "../spec/kill-spec.ts";
import { errnoText } from "../values/errno.ts";
import { PID_MAX } from "../values/pid.ts";
import type { Caller, KillProgress, Member, Resolution, Verdict } from "./members.ts";
import { addMember } from "./members.ts";

/** The verdict that needs no look at the process: a PID that is refused or that cannot exist. */
export function refusalOf(spec: KillSpec, caller: Caller, pid: number): Verdict | undefined {
  const isGroup = spec.reach === "group";
  if (pid === 0) return failed(`0 is no process${isGroup ? " group" : ""}`);
  if (pid > PID_MAX) return gone(true);
  if (isGroup && !caller.hasProc) return failed("without a /proc of our own no group can be read");
  if (!caller.hasProc && spec.requireStartTime !== undefined) {
    return failed("without a /proc of our own no start time can be read");
  }
  return isExistenceTest(spec) ? undefined : protectionOf(spec, caller, pid);
}

/** The verdict about a process that curfew must not signal. */
function protectionOf(spec: KillSpec, caller: Caller, pid: number): Verdict | undefined {
  const isGroup = spec.reach === "group";
  if (!isGroup && pid === caller.pid) return refused("it is this process itself");
  // The signal would end curfew, too, and nothing could report the result.
  if (isGroup && pid === caller.group) return refused("it is our own process group");
  if (caller.unseen !== undefined) return unseen(caller.unseen);
  if (spec.force) return undefined;
  if (pid === 1) return refusedWithoutForce("it is the init process");
  return caller.ancestors.includes(pid)
    ? refusedWithoutForce("it is an ancestor of ours")
    : undefined;
}

/** The targets and their first members, from what each PID without a verdict stands for. */
export function membersOf(
  spec: KillSpec,
  { caller, targets }: KillProgress,
  resolutions: readonly Resolution[],
): Pick<KillProgress, "targets" | "members"> {
  const answers = resolutions.values();
  const members = new Map<number, Member>();
  const all = targets.map(({ pid, verdict }, index) => {
    if (verdict !== undefined) return { pid, verdict };
    const answer = answers.next().value ?? { kind: "gone", isUnused: false };
    const judged = verdictOf(spec, caller, pid, answer);
    if (judged === undefined && answer.kind === "found") {
      for (const found of answer.members)
        addMember(members, { spec, caller, found, targets: [index] });
    }
    return { pid, verdict: judged };
  });
  return { targets: all, members };
}

/** The verdict that follows from a resolution; `undefined`: the processes are to be signaled. */
function verdictOf(
  spec: KillSpec,
  { ancestors }: Caller,
  pid: number,
  answer: Resolution,
): Verdict | undefined {
  if (answer.kind === "failed") return failed(answer.reason);
  if (answer.kind === "unseen") return unseen(answer.errno);
  if (answer.kind === "gone") return gone(answer.isUnused);
  const { members, isKernel } = answer;
  const { force, requireStartTime } = spec;
  // The kernel counts nanoseconds in 64 bits, so a tick count fits a double exactly.
  const startTime = members.find((member) => member.pid === pid)?.startTime;
  const hasStartTime = requireStartTime === undefined || String(startTime) === requireStartTime;
  if (!hasStartTime) return gone(false);
  if (isExistenceTest(spec)) {
    return { outcome: "running", reason: undefined, members: members.length };
  }
  // Kernel threads ignore signals, and the descendants of kthreadd are all kernel threads.
  if (isKernel) return refused("it is a kernel thread");
  const hasAncestor = members.some((member) => ancestors.includes(member.pid));
  return hasAncestor && !force ? refusedWithoutForce("an ancestor of ours is in it") : undefined;
}

/** Signal 0 only asks whether a process exists, as in kill(2). */
export function isExistenceTest({ signal }: KillSpec): boolean {
  return signal === "SIG0";
}

/** The process has exited. `isUnused`: it may never have existed. */
function gone(isUnused: boolean): Verdict {
  return { outcome: "already_exited", reason: undefined, isUnused };
}

/** curfew cannot see the process, so it cannot say whether it has exited. */
function unseen(errno: string): Verdict {
  return failed(`cannot look at it: ${errnoText(errno)}`);
}

function failed(reason: string): Verdict {
  return { outcome: "error", reason };
}

function refused(why: string): Verdict {
  return failed(`refused because ${why}`);
}

function refusedWithoutForce(why: string): Verdict {
  return failed(`refused because ${why}; --force overrules this`);
}
