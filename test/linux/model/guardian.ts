// A model of the guardian: it learns of its children, obeys orders, and has news. The real guardian
// is native code; the model does as much as the host can see.

import { SETTING } from "../../../src/linux/run/fields.ts";
import { below, childrenOf, fork, later, living } from "./kernel.ts";
import { come, deliver, end, SIGCHLD, SIGCONT, SIGKILL } from "./signals.ts";
import type { Guardian, Kernel, Process } from "./types.ts";

const FAILED = 1;
const STOPPED = 2;
const ENDED = 3;
const EMPTY = 4;
const SWEPT = 5;
const LOST = 6;
const EXECUTED = 10;
/** What the tree used: microseconds for the user and for the system, bytes. */
export const USED = [1000, 500, 4096] as const;
const SOON = 20;
const SWEEP = 1;
const LEAVE = 2;
const UNKILLABLE = 1;

/** The selected run. */
export const here = (kernel: Kernel): Guardian | undefined => kernel.runs[kernel.chosen];

/** Starts a guardian and its command. */
export function begin(kernel: Kernel, settings: readonly number[]): void {
  const setting = (name: keyof typeof SETTING) => settings[SETTING[name]] ?? 0;
  const [leads, group, namespaces] = [setting("leads"), setting("group"), setting("namespaces")];
  const { habits, command, fails, begins } = kernel.birth;
  const process = fork(kernel, kernel.own.pid, { command: "guardian" });
  const guardian: Guardian = {
    pid: process.pid,
    command: 0,
    isReaped: false,
    namespaces,
    rows: [],
    isDeaf: false,
    isSweeping: false,
    hasLeft: false,
    isOver: false,
    sweepTime: 500,
    pidfd: -1,
    margin: 0,
  };
  kernel.runs[kernel.chosen] = guardian;
  if (fails !== undefined) {
    guardian.hasLeft = true;
    later(kernel, SOON, () => tell(kernel, guardian, [FAILED, ...fails]));
    return;
  }
  const child = fork(kernel, process.pid, { command, habits: { ...habits } });
  Object.assign(process, { group: process.pid, session: process.pid });
  if (leads > 0) child.group = child.pid;
  if (leads === 1) child.session = child.pid;
  if (leads === 0) child.group = group > 0 ? group : kernel.own.group;
  guardian.command = child.pid;
  if (setting("tellsStart") === 1) guardian.rows.push([EXECUTED, child.pid]);
  begins(kernel, child);
}

/** News, and the signal that says so. */
export function tell(kernel: Kernel, guardian: Guardian, row: readonly number[]): void {
  if (guardian.isDeaf) return;
  guardian.rows.push(row);
  come(kernel, SIGCHLD, 0, guardian.pid);
}

/** A process has changed its state: its guardian, if it has one, notices that soon. */
export function noticed(kernel: Kernel, process: Process, how: readonly [number, number]): void {
  const guardian = kernel.runs.find((run) => run !== undefined && run.pid === process.parent);
  const own = kernel.runs.find((run) => run !== undefined && run.pid === process.pid);
  if (own !== undefined && !living(process) && !own.hasLeft) own.rows.push([LOST]);
  if (guardian === undefined) return;
  later(kernel, SOON, () => look(kernel, guardian, process, how));
}

function look(
  kernel: Kernel,
  guardian: Guardian,
  process: Process,
  how: readonly [number, number],
): void {
  if (guardian.isDeaf || guardian.pid === 0) return;
  if (!living(kernel.processes.get(guardian.pid) ?? process)) return;
  if (living(process)) {
    if (process.pid === guardian.command) tell(kernel, guardian, [STOPPED, ...how]);
    return;
  }
  const isCommand = process.pid === guardian.command && !guardian.isReaped;
  kernel.processes.delete(process.pid);
  if (isCommand) guardian.isReaped = true;
  const isGone = childrenOf(kernel, guardian.pid).length === 0;
  if (isCommand) {
    guardian.isOver = true;
    tell(kernel, guardian, [ENDED, guardian.command, ...how, isGone ? 1 : 0, ...USED]);
  } else if (guardian.isOver && isGone) {
    tell(kernel, guardian, [EMPTY, 1, ...USED]);
  }
}

/** What the supervisor orders. */
export function obey(kernel: Kernel, order: number): void {
  const guardian = here(kernel);
  if (guardian === undefined || guardian.pid === 0 || guardian.isDeaf) return;
  if ((order & SWEEP) !== 0) {
    guardian.isSweeping = true;
    later(kernel, guardian.sweepTime, () => {
      if (!guardian.isDeaf) sweepFor(kernel, guardian, guardian.pid, []);
    });
  }
  if ((order & LEAVE) !== 0) guardian.hasLeft = true;
}

/** Kills all descendants of a process; the result is news of the guardian. */
export function sweepFor(
  kernel: Kernel,
  guardian: Guardian,
  root: number,
  except: readonly number[],
): void {
  const command = kernel.processes.get(guardian.command);
  for (const process of below(kernel, root, except)) {
    deliver(kernel, process, SIGKILL, root);
    if (!living(process)) kernel.processes.delete(process.pid);
  }
  const left = below(kernel, root, except);
  const end = guardian.isReaped ? [0, 0] : (command?.end ?? [0, 0]);
  guardian.isReaped = true;
  const survivors = left.flatMap(({ pid }) => [pid, UNKILLABLE]);
  const isGone = left.length === 0 ? 1 : 0;
  guardian.rows.push([SWEPT, guardian.command, ...end, isGone, ...USED, ...survivors]);
  come(kernel, SIGCHLD, 0, root);
}

/** The next news. A guardian that was stopped is continued. */
export function news(kernel: Kernel, margin: number): readonly number[] | undefined {
  const guardian = here(kernel);
  if (guardian === undefined) return undefined;
  guardian.margin = margin;
  const process = kernel.processes.get(guardian.pid);
  if (process?.state === "T") deliver(kernel, process, SIGCONT, kernel.own.pid);
  const row = guardian.rows.shift();
  if (row?.[0] === LOST) endGuardian(kernel);
  return row;
}

/** The guardian exits and is reaped; curfew adopts its children. */
export function endGuardian(kernel: Kernel): void {
  const guardian = here(kernel);
  if (guardian === undefined || guardian.pid === 0) return;
  const process = kernel.processes.get(guardian.pid);
  guardian.hasLeft = true;
  if (process !== undefined) {
    const { pid } = process;
    end(kernel, process, [2, SIGKILL]);
    kernel.processes.delete(pid);
    for (let at = kernel.arrived.length - 1; at >= 0; at -= 1) {
      if (kernel.arrived[at]?.[2] === pid && kernel.arrived[at]?.[0] === SIGCHLD) {
        kernel.arrived.splice(at, 1);
      }
    }
  }
  guardian.pid = 0;
  kernel.descriptors.delete(guardian.pidfd);
  guardian.pidfd = -1;
}
