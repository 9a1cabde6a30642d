// What the kernel says of processes, read in /proc. A process is dead when every thread of it is:
// the leader's state Z says nothing, as others may live on.
import { readdirSync, readFileSync } from "node:fs";

/** A live process, by pid and start time (field 22 of /proc/PID/stat, in ticks). */
export type Process = {
  readonly pid: number;
  readonly startTime: string;
  readonly name: string;
  readonly state: string;
};

const DEAD = ["Z", "X", ""];

/** All processes that are alive and have the mark in their environment. */
export function marked(mark: string): number[] {
  return numbersIn("/proc").filter((pid) => isMarked(pid, mark));
}

/** The live process of a pid. */
export function processOf(pid: number): Process | undefined {
  const states = threadsOf(pid).map((thread) => fieldsOf(`${pid}/task/${thread}`).state);
  const state = states.find((one) => !DEAD.includes(one));
  if (state === undefined) return undefined;
  const { name, startTime } = fieldsOf(`${pid}`);
  return { pid, startTime, name, state };
}

/** The children of a process, whatever their state. */
export function childrenOf(pid: number): number[] {
  const lists = threadsOf(pid).map((thread) => textOf(`${pid}/task/${thread}/children`));
  return lists.flatMap((list) => list.split(" ").filter(Boolean).map(Number));
}

/** The short name of a process; empty when it is gone. */
export function nameOf(pid: number): string {
  return fieldsOf(`${pid}`).name;
}

/** The state of a process's leader. */
export function leaderStateOf(pid: number): string {
  return fieldsOf(`${pid}`).state;
}

function isMarked(pid: number, mark: string): boolean {
  if (textOf(`${pid}/environ`).includes(mark)) return true;
  const threads = threadsOf(pid);
  // An ended leader has no memory any more; the threads that live on have.
  return (
    threads.length > 1 && threads.some((t) => textOf(`${pid}/task/${t}/environ`).includes(mark))
  );
}

function threadsOf(pid: number): number[] {
  return numbersIn(`/proc/${pid}/task`);
}

function numbersIn(directory: string): number[] {
  try {
    return readdirSync(directory).map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function fieldsOf(path: string) {
  const text = textOf(`${path}/stat`);
  const [state = "", ...rest] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const name = text.slice(text.indexOf("(") + 1, text.lastIndexOf(")"));
  return { name, state, startTime: rest[18] ?? "" };
}

function textOf(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "latin1");
  } catch {
    return "";
  }
}
