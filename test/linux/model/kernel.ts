// A model of the kernel for one supervisor: processes, descriptors, files and a clock that moves
// only while curfew waits. It knows no policy of curfew; what other processes do is written down
// beforehand, as acts at an instant.
import type { Kernel, Process } from "./types.ts";

/** curfew waits, and nothing will ever happen again. */
export class Stuck extends Error {}
/** A signal of curfew's own has ended or stopped curfew. */
export class Suicide extends Error {}

export const ROOT_PARENT = 50;
const START = 5_000_000_000;
const OWN = 100;

/** curfew is process 100, a child of 50, in the group and the session of a shell: 40. */
export function makeKernel(pid: number = OWN): Kernel {
  const own = processOf({ pid, parent: pid === 1 ? 0 : ROOT_PARENT, command: "curfew" });
  const kernel: Kernel = {
    now: START,
    epoch: 1_700_000_000_000_000,
    own,
    processes: new Map([[pid, own]]),
    acts: [],
    descriptors: new Map(),
    arrived: [],
    held: 0n,
    ignored: new Set(),
    files: new Map(),
    sockets: new Map(),
    folders: new Map([["/", { mode: 0o40755, user: 0, group: 0 }]]),
    descriptorLimit: 1024,
    stdin: { kind: 0, isHungUp: false, unread: 0 },
    canExchange: true,
    meanwhile: [],
    proc: "ours",
    isFull: false,
    isWalkCut: false,
    isSubreaper: false,
    hasTerminal: false,
    sawForeign: false,
    isOrphaned: false,
    argv: ["curfew"],
    env: new Map([["PATH", "/bin"]]),
    isSecure: false,
    refused: {},
    runs: [undefined, undefined],
    chosen: 0,
    channels: new Map(),
    noted: new Set(),
    reached: [],
    faults: [],
    counts: new Map(),
    log: [],
    noticed: () => {},
    nextPid: 200,
    nextFd: 10,
    birth: { habits: {}, command: "cmd", fails: undefined, begins: () => {} },
  };
  if (pid === 1) Object.assign(own, { group: 1, session: 1 });
  else kernel.processes.set(ROOT_PARENT, processOf({ pid: ROOT_PARENT, parent: 1, command: "sh" }));
  for (const fd of [1, 2]) {
    kernel.descriptors.set(fd, { kind: "sink", text: "", room: Number.POSITIVE_INFINITY });
  }
  return kernel;
}

const CALLERS_GROUP = 40;

export function processOf(given: Partial<Process> & { readonly pid: number }): Process {
  return {
    parent: 1,
    group: CALLERS_GROUP,
    session: CALLERS_GROUP,
    state: "S",
    startTime: 1000 + given.pid,
    uid: 0,
    command: "cmd",
    words: [],
    threads: 1,
    habits: {},
    had: [],
    end: undefined,
    ...given,
  };
}

/** A new process; its group and session are its parent's. */
export function fork(kernel: Kernel, parent: number, given: Partial<Process> = {}): Process {
  const pid = given.pid ?? kernel.nextPid;
  kernel.nextPid = Math.max(kernel.nextPid, pid + 1);
  const { group, session } = kernel.processes.get(parent) ?? kernel.own;
  const process = processOf({ group, session, ...given, pid, parent });
  kernel.processes.set(pid, process);
  return process;
}

/** Lets something happen after a time. */
export function later(kernel: Kernel, delay: number, act: () => void): void {
  kernel.acts.push({ at: kernel.now + delay, act });
}

/** Lets time pass until the next act, or until an instant; true: there was an act before it. */
export function pass(kernel: Kernel, until: number): boolean {
  const next = kernel.acts.reduce<Kernel["acts"][number] | undefined>(
    (first, act) => (first === undefined || act.at < first.at ? act : first),
    undefined,
  );
  if (next === undefined || next.at > until) return false;
  kernel.acts.splice(kernel.acts.indexOf(next), 1);
  kernel.now = Math.max(kernel.now, next.at);
  next.act();
  return true;
}

export const living = ({ state }: Process): boolean => state !== "Z" && state !== "X";

export function childrenOf(kernel: Kernel, parent: number): readonly Process[] {
  return [...kernel.processes.values()].filter((process) => process.parent === parent);
}

/** The descendants of a process, parents first, but not some children and their descendants. */
export function below(kernel: Kernel, root: number, except: readonly number[]): readonly Process[] {
  const found: Process[] = [];
  const childrenBut = (pid: number) =>
    childrenOf(kernel, pid).filter((child) => !except.includes(child.pid));
  const queue = [...childrenBut(root)];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    found.push(next);
    queue.push(...childrenBut(next.pid));
  }
  return found;
}
