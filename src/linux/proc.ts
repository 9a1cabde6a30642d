import { sys } from "./syscalls.ts";

/** A process as /proc/PID/stat shows it: proc_pid_stat(5). */
export type Stat = {
  readonly pid: number;
  readonly command: string;
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** In clock ticks since boot: with the number, the identity of a process. */
  readonly startTime: number;
};

const PAGE = 4096;
const CHILDREN = 1 << 20;

/** Whether /proc shows our own PID namespace: no number read from another one may be believed. */
export function hasOwnProc(): boolean {
  return sys.readLink("/proc/self") === String(sys.pid());
}

/** Undefined where the process is gone. */
export function statOf(pid: number): Stat | undefined {
  const text = sys.readText(`/proc/${pid}/stat`, PAGE);
  if (typeof text !== "string") return undefined;
  // The name may hold blanks and parentheses.
  const [open, close] = [text.indexOf("("), text.lastIndexOf(")")];
  const fields = text.slice(close + 2).split(" ");
  return {
    pid,
    command: text.slice(open + 1, close),
    state: fields[0] ?? "?",
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTime: Number(fields[19]),
  };
}

/** A process whose first thread has ended looks dead while others of its threads live. */
export function hasEnded({ pid, state }: Stat): boolean {
  if (state !== "Z" && state !== "X") return false;
  const threads = sys.list(`/proc/${pid}/task`);
  return typeof threads === "number" || threads.length <= 1;
}

/** The effective user of a process; -1 where it is gone. */
export function userOf(pid: number): number {
  const text = sys.readText(`/proc/${pid}/status`, PAGE);
  const [, user] = /^Uid:\t\d+\t(\d+)/m.exec(typeof text === "string" ? text : "") ?? [];
  return user === undefined ? -1 : Number(user);
}

/** The direct children of a process, all its threads' together. */
export function childrenOf(pid: number): readonly number[] {
  const threads = sys.list(`/proc/${pid}/task`);
  if (typeof threads === "number") return [];
  return threads.flatMap((thread) => {
    const text = sys.readText(`/proc/${pid}/task/${thread}/children`, CHILDREN);
    return typeof text === "string" ? text.split(" ").filter(Boolean).map(Number) : [];
  });
}
