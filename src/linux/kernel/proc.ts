import { signalNumber } from "../../core/values/signal.ts";
import type { Unseen } from "../../core/values/unseen.ts";
import { isMissed, isSeen, unseen } from "../../core/values/unseen.ts";
import { PF_KTHREAD } from "./abi.ts";
import { sys } from "./window.ts";

/** What /proc/PID/stat shows of a process: proc_pid_stat(5). */
export type Stat = {
  readonly pid: number;
  readonly command: string;
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly threads: number;
  /** The process is a kernel thread, which has no program. */
  readonly isKernel: boolean;
  /** In clock ticks since boot. PID and start time together identify a process. */
  readonly startTime: number;
  /** Processor time in user and kernel mode, in clock ticks. */
  readonly ticks: number;
};

const PAGE = 4096;
const CHILDREN = 1 << 20;

/** Whether /proc shows curfew's own PID namespace. Numbers of another one mean other processes. */
export function hasOwnProc(): boolean {
  const own = String(sys.pid());
  const link = sys.readLink("/proc/self");
  if (typeof link === "string") return link === own;
  // A seccomp filter may refuse readlink(2); the file behind the link says the same.
  const stat = sys.readText("/proc/self/stat", PAGE);
  return typeof stat === "string" && stat.startsWith(`${own} (`);
}

export function statOf(pid: number): Stat | Unseen {
  const text = sys.readText(`/proc/${pid}/stat`, PAGE);
  if (typeof text !== "string") return unseen(text);
  // The name of a process may contain blanks and parentheses.
  const [open, close] = [text.indexOf("("), text.lastIndexOf(")")];
  const fields = text.slice(close + 2).split(" ");
  return {
    pid,
    command: text.slice(open + 1, close),
    state: fields[0] ?? "?",
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    threads: Number(fields[17]),
    isKernel: (Number(fields[6]) & PF_KTHREAD) !== 0,
    startTime: Number(fields[19]),
    ticks: Number(fields[11]) + Number(fields[12]),
  };
}

/** The letter of a process's state; "?": it could not be looked at. */
export function stateOf(pid: number): string {
  const stat = statOf(pid);
  return isSeen(stat) ? stat.state : "?";
}

/**
 * Whether a process has exited. State Z says so only of its first thread, while others may live. A
 * process that cannot be looked at more closely counts as living.
 */
export function hasEnded({ pid, state }: Stat): boolean {
  if (state !== "Z" && state !== "X") return false;
  const threads = sys.list(`/proc/${pid}/task`);
  return typeof threads === "number" ? unseen(threads).unseen === "gone" : threads.length <= 1;
}

/** Stopped or traced; or the first thread has exited, so that the state of others is unknown. */
const STOPPED: readonly string[] = ["T", "t", "Z", "X"];

/** Whether a process is stopped, or cannot be looked at. */
export function mayBeStopped(pid: number, stat: Stat | Unseen = statOf(pid)): boolean {
  if (!isSeen(stat)) return isMissed(stat);
  return STOPPED.includes(stat.state) && !hasEnded(stat);
}

/** The effective user of a process; -1: it could not be looked at. */
export function userOf(pid: number): number {
  const text = sys.readText(`/proc/${pid}/status`, PAGE);
  const [, user] = /^Uid:\t\d+\t(\d+)/m.exec(typeof text === "string" ? text : "") ?? [];
  return user === undefined ? -1 : Number(user);
}

/** The process that a thread belongs to; undefined where the kernel does not say. */
export function processOf(thread: number): number | undefined {
  const text = sys.readText(`/proc/${thread}/status`, PAGE);
  const [, process] = /^Tgid:\t(\d+)$/m.exec(typeof text === "string" ? text : "") ?? [];
  // The number belongs to a process by now: the thread has exited.
  return process === undefined || Number(process) === thread ? undefined : Number(process);
}

/** The children of a process, which the kernel lists by the thread that made them. */
export function childrenOf(pid: number): readonly number[] | Unseen {
  const threads = sys.list(`/proc/${pid}/task`);
  if (typeof threads === "number") return unseen(threads);
  const children: number[] = [];
  for (const thread of threads) {
    const text = sys.readText(`/proc/${pid}/task/${thread}/children`, CHILDREN);
    if (typeof text === "string") children.push(...text.split(" ").filter(Boolean).map(Number));
    // The thread has exited meanwhile: another thread or a reaper has its children.
    else if (isMissed(unseen(text))) return unseen(text);
  }
  return children;
}

/** Whether a process neither blocks, ignores nor catches a signal. */
export function hasNoAnswer(pid: number, number: number): boolean {
  const text = sys.readText(`/proc/${pid}/status`, PAGE);
  if (typeof text !== "string") return false;
  const masks = [...text.matchAll(/^Sig(?:Blk|Ign|Cgt):\s*[0-9a-f]*([0-9a-f]{8})$/gm)];
  const isIn = ([, low = "0"]: readonly string[]) =>
    Math.floor(Number.parseInt(low, 16) / 2 ** (number - 1)) % 2 === 1;
  return masks.length > 0 && !masks.some(isIn);
}

/** Whether a signal is certain to end a process before that process does anything else. */
export function isDeadly(pid: number, number: number): boolean {
  if (number === KILL) return true;
  return ENDS.includes(number) && hasNoAnswer(pid, number) && !isFirst(pid);
}

const KILL = signalNumber("SIGKILL");
/** Signals that end a process by default without a core dump, which would take time. */
const ENDS: readonly number[] = (
  ["SIGHUP", "SIGINT", "SIGUSR1", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM"] as const
).map(signalNumber);

/** PID 1 of a PID namespace gets no signal that it does not catch. */
function isFirst(pid: number): boolean {
  const text = sys.readText(`/proc/${pid}/status`, PAGE);
  return typeof text !== "string" || /^NSpid:.*\t1$/m.test(text);
}
