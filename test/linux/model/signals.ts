// How signals reach processes of the model, and what the processes do then.
import { childrenOf, living, Suicide } from "./kernel.ts";
import type { Kernel, Process } from "./types.ts";

export const SIGKILL = 9;
export const SIGCHLD = 17;
export const SIGCONT = 18;
const STOPS = [19, 20, 21, 22];
const HARMLESS = [0, SIGCHLD, 23, 28];

const CLD_EXITED = 1;
const CLD_KILLED = 2;
const CLD_STOPPED = 5;
const CLD_CONTINUED = 6;
const STOP = 19;
const ESRCH = 3;

/** kill(2): a process; below 0 a group; -1: all processes except curfew and PID 1. */
export function kill(kernel: Kernel, pid: number, signal: number): number {
  const all = [...kernel.processes.values()];
  const meant = all.filter((process) => {
    if (pid === -1) return process.pid !== 1 && process !== kernel.own;
    return pid > 0 ? process.pid === pid : process.group === (pid === 0 ? kernel.own.group : -pid);
  });
  for (const process of meant) deliver(kernel, process, signal, kernel.own.pid);
  return meant.length > 0 ? 0 : -ESRCH;
}

/** A signal comes to a process, from another one. */
export function deliver(kernel: Kernel, process: Process, signal: number, sender: number): void {
  process.had.push(signal);
  if (!living(process)) return;
  if (process === kernel.own) {
    come(kernel, signal, 0, sender);
    return;
  }
  const habit = process.habits[signal] ?? actionOf(signal);
  if (signal === SIGCONT && process.state === "T") {
    process.state = "S";
    kernel.noticed(process, [CLD_CONTINUED, SIGCONT]);
  } else if (habit === "stops" && process.state !== "T") {
    process.state = "T";
    kernel.noticed(process, [CLD_STOPPED, signal]);
  } else if (habit === "exits 0") {
    end(kernel, process, [CLD_EXITED, 0]);
  } else if (habit === "dies") {
    end(kernel, process, [CLD_KILLED, signal]);
  }
}

function actionOf(signal: number) {
  if (signal === SIGCONT || HARMLESS.includes(signal)) return "ignores";
  return STOPS.includes(signal) ? "stops" : "dies";
}

/** A signal to curfew: it waits for the signalfd, or has its default action. */
export function come(
  kernel: Kernel,
  signal: number,
  code: number,
  sender: number,
  ...queue: number[]
): void {
  const isHeld = (kernel.held & (1n << BigInt(signal - 1))) !== 0n;
  if (isHeld && signal !== SIGKILL && signal !== STOP) {
    kernel.arrived.push([signal, code, sender, ...queue]);
  } else if (actionOf(signal) !== "ignores") {
    throw new Suicide(`signal ${signal} from ${sender} has reached us`);
  }
}

/** The exit of a process: it becomes a zombie, and a subreaper above adopts its children. */
export function end(kernel: Kernel, process: Process, how: readonly [number, number]): void {
  if (!living(process)) return;
  process.state = "Z";
  process.end = how;
  for (const child of childrenOf(kernel, process.pid)) {
    child.parent = heirOf(kernel, process);
    if (child.parent === kernel.own.pid && !living(child)) come(kernel, SIGCHLD, 1, child.pid);
  }
  if (process.parent === kernel.own.pid) come(kernel, SIGCHLD, how[0], process.pid);
  kernel.noticed(process, how);
}

/** The nearest ancestor that adopts orphans: a guardian, curfew, or PID 1. */
function heirOf(kernel: Kernel, process: Process): number {
  const guardians = kernel.runs.map((run) => run?.pid);
  for (let above = process.parent; above > 0; ) {
    const next = kernel.processes.get(above);
    if (next === undefined) break;
    if (guardians.includes(above) && living(next)) return above;
    if (next === kernel.own && kernel.isSubreaper) return above;
    above = next.parent;
  }
  return 1;
}
