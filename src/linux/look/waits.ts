import type { Blocked } from "../../core/look/blocked.ts";
import { addressOf, intOf, parseBlocked } from "../../core/look/blocked.ts";
import type { Call } from "../../core/look/calls.ts";
import { callOf, waitInFunction } from "../../core/look/calls.ts";
import {
  fileKindOf,
  pidOfPidfd,
  readableInEpoll,
  readableInPoll,
  readableInSelect,
} from "../../core/look/files.ts";
import { addressIn } from "../../core/look/sockets.ts";
import type { WaitKind } from "../../core/spec/process-snapshot.ts";
import { bytesOf } from "../../core/values/utf8.ts";
import { S_IFIFO } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";
import type { View } from "./view.ts";
import { identityOf, targetOf, textOf } from "./view.ts";

/** What a thread waits for, without what other processes have to do with it. */
export type Found = {
  readonly systemCall?: string | undefined;
  readonly kind?: WaitKind | undefined;
  /** The descriptor that it waits on. */
  readonly fd?: number | undefined;
  /** The process that it waits for. */
  readonly pid?: number | undefined;
  readonly path?: string | undefined;
  readonly address?: string | undefined;
  readonly isInput?: boolean;
  /** Why the system call could not be seen. */
  readonly errno?: number;
  /** The thread. */
  readonly tid?: number;
};

/** A thread of a process. */
export type Thread = { readonly pid: number; readonly tid: number; readonly state: string };

/** What states say that need no look at the system call. */
const STATES: Readonly<Record<string, WaitKind>> = {
  Z: "zombie",
  X: "zombie",
  T: "stopped",
  t: "traced",
  R: "running",
};

const DISK_SLEEP = "D";

export function waitOf(view: View, thread: Thread): Found {
  return { ...look(view, thread), tid: thread.tid };
}

function look(view: View, thread: Thread): Found {
  const kind = STATES[thread.state];
  if (kind !== undefined) return { kind };
  if (isFrozen(thread)) return { kind: "frozen" };
  const text = textOf(`/proc/${thread.pid}/task/${thread.tid}/syscall`);
  const blocked = typeof text === "string" ? parseBlocked(text, view.nameOf) : undefined;
  if (blocked === undefined) return byFunction(view, thread, typeof text === "number" ? -text : 0);
  if (blocked.kind === "running") return { kind: "running" };
  if (blocked.kind === "elsewhere") return isOnDisk(thread) ? { kind: "disk" } : {};
  const found = inCall(view, thread, blocked);
  if (found.kind !== undefined || isOnDisk(thread)) {
    return isOnDisk(thread) && found.kind !== "child" ? { ...found, kind: "disk" } : found;
  }
  // A call that goes on after a stop has lost its name: restart_syscall(2).
  return { ...found, kind: functionKind(thread) };
}

function isOnDisk({ state }: Thread): boolean {
  return state === DISK_SLEEP;
}

/**
 * A frozen thread has the state of one that waits for a disk (cgroup version 1), or of one that
 * sleeps, and the system call that it was taken out of.
 */
function isFrozen({ pid, tid }: Thread): boolean {
  const name = textOf(`/proc/${pid}/task/${tid}/wchan`);
  return typeof name === "string" && FREEZERS.includes(name.trim());
}

/** A compiler may put the second one into the third, where only stopped threads wait besides. */
const FREEZERS: readonly string[] = ["__refrigerator", "do_freezer_trap", "get_signal"];

function functionKind({ pid, tid }: Thread): WaitKind | undefined {
  const name = textOf(`/proc/${pid}/task/${tid}/wchan`);
  return typeof name === "string" ? waitInFunction(name) : undefined;
}

/** Where the system call may not be seen, the kernel's function says something of it. */
function byFunction(view: View, thread: Thread, errno: number): Found {
  const kind = isOnDisk(thread) ? "disk" : functionKind(thread);
  const reads = kind === "pipe_read" || kind === "terminal_read";
  // Which file it is cannot be seen. Most programs that wait for input read descriptor 0.
  const target = reads ? targetOf(thread.pid, 0) : undefined;
  const wanted = kind === "pipe_read" ? "pipe" : "terminal";
  if (target === undefined || fileKindOf(target) !== wanted) return { kind, errno };
  return { kind, errno, fd: 0, path: target, isInput: isInput(view, thread.pid, 0, target) };
}

type InCall = Extract<Blocked, { kind: "call" }>;

function inCall(view: View, thread: Thread, { name, args }: InCall): Found {
  const call = callOf(name);
  const found = call === undefined ? {} : on(view, thread, call, args);
  return { ...found, systemCall: name };
}

function on(view: View, thread: Thread, call: Call, args: readonly string[]): Found {
  const { pid } = thread;
  switch (call.on) {
    case "itself":
      return { kind: call.kind };
    case "read":
    case "write":
      return onFile(view, pid, intOf(args[call.fd]), call.on);
    case "accept":
      return { kind: "accept", fd: intOf(args[call.fd]) };
    case "connect": {
      const memory = sys.readMemory(pid, addressOf(args[1]), Math.min(intOf(args[2]), SOCKADDR));
      const address = typeof memory === "string" ? addressIn(memory) : undefined;
      return { kind: "connect", fd: intOf(args[call.fd]), address };
    }
    case "lock": {
      const fd = intOf(args[call.fd]);
      return { kind: "file_lock", fd, path: targetOf(pid, fd) };
    }
    case "open":
      return onOpen(thread, call, args);
    case "wait":
      return { kind: "child", pid: waitedFor(pid, call.which, args) };
    case "epoll": {
      const fd = intOf(args[call.fd]);
      const info = textOf(`/proc/${pid}/fdinfo/${fd}`, EPOLL);
      const fds = typeof info === "string" ? readableInEpoll(info) : [];
      return { kind: "poll", isInput: isOnlyInput(view, pid, fds) };
    }
    case "poll":
    case "select":
      return onSeveral(view, pid, call, args);
  }
}

/** The size of the largest address that a name is read from: unix(7). */
const SOCKADDR = 110;
/** So much is read of what an epoll instance has. */
const EPOLL = 1 << 14;

const READS: Readonly<Record<string, WaitKind>> = {
  pipe: "pipe_read",
  socket: "socket_read",
  terminal: "terminal_read",
};
const WRITES: Readonly<Record<string, WaitKind>> = {
  pipe: "pipe_write",
  socket: "socket_write",
  terminal: "terminal_write",
};

function onFile(view: View, pid: number, fd: number, does: "read" | "write"): Found {
  const path = targetOf(pid, fd);
  if (path === undefined) return { fd };
  const file = fileKindOf(path);
  const isPipe = file === "path" && isFifo(`/proc/${pid}/fd/${fd}`);
  const kind = (does === "read" ? READS : WRITES)[isPipe ? "pipe" : file];
  const found = { kind, fd, path };
  return does === "read" ? { ...found, isInput: isInput(view, pid, fd, path) } : found;
}

function isFifo(path: string): boolean {
  const state = sys.fileState(path, 1);
  return typeof state !== "number" && state[0] === S_IFIFO;
}

/** Whether a process that reads a descriptor waits for what a person or a caller may give. */
function isInput(view: View, pid: number, fd: number, target: string): boolean {
  if (fileKindOf(target) === "terminal") return true;
  return view.input !== undefined && identityOf(pid, fd) === view.input;
}

/** The same of several descriptors: only such input, and what is inside of the process. */
function isOnlyInput(view: View, pid: number, fds: readonly number[]): boolean {
  const targets = fds.slice(0, MOST_POLLED).map((fd) => [fd, targetOf(pid, fd)] as const);
  const inputs = targets.filter(([fd, target]) => {
    return target !== undefined && isInput(view, pid, fd, target);
  });
  const others = targets.filter((one) => !inputs.includes(one));
  const isInside = ([, target]: readonly [number, string | undefined]) =>
    target === undefined || ["inner", "pipe", "epoll"].includes(fileKindOf(target));
  return inputs.length > 0 && others.every(isInside);
}

const MOST_POLLED = 64;

/** A wait for one descriptor is as good as a read of it. */
function onSeveral(
  view: View,
  pid: number,
  { on: way, list, count }: Extract<Call, { on: "poll" | "select" }>,
  args: readonly string[],
): Found {
  const [number, address] = [intOf(args[count]), addressOf(args[list])];
  if (number === 0 || address === 0) return { kind: number === 0 ? "sleep" : "poll" };
  const size = way === "poll" ? Math.min(number, MOST_POLLED) * 8 : Math.ceil(number / 64) * 8;
  const memory = sys.readMemory(pid, address, Math.min(size, MOST_POLLED * 8));
  if (typeof memory === "number") return { kind: "poll" };
  const bytes = bytesOf(memory);
  const fds = way === "poll" ? readableInPoll(bytes) : readableInSelect(bytes, number);
  const [only] = fds;
  if (fds.length === 1 && only !== undefined) {
    const found = onFile(view, pid, only, "read");
    return { ...found, kind: found.kind ?? "poll" };
  }
  return { kind: "poll", isInput: isOnlyInput(view, pid, fds) };
}

const AT_FDCWD = -100;
const PATH_MAX = 4096;

/** open(2) of a FIFO waits for the other end. Any other file that takes long is the disk's. */
function onOpen(
  thread: Thread,
  call: Extract<Call, { on: "open" }>,
  args: readonly string[],
): Found {
  const { pid } = thread;
  const memory = sys.readMemory(pid, addressOf(args[call.path]), PATH_MAX);
  if (typeof memory === "number") return { kind: functionKind(thread) };
  const [name = ""] = memory.split("\0");
  const folder = call.folder === undefined ? AT_FDCWD : intOf(args[call.folder]);
  const link = folder === AT_FDCWD ? `/proc/${pid}/cwd` : `/proc/${pid}/fd/${folder}`;
  const seen = name.startsWith("/") ? `/proc/${pid}/root${name}` : `${link}/${name}`;
  const base = name.startsWith("/") ? "" : sys.readLink(link);
  const path = typeof base === "string" && base !== "" ? `${base}/${name}` : name;
  return { kind: isFifo(seen) ? "fifo_open" : functionKind(thread), path };
}

/** The child that wait4(2) or waitid(2) names; undefined: any child. */
function waitedFor(pid: number, which: "pid" | "id", args: readonly string[]): number | undefined {
  const [first, second] = [intOf(args[0]), intOf(args[1])];
  if (which === "pid") return first > 0 ? first : undefined;
  if (first === P_PID) return second;
  if (first !== P_PIDFD) return undefined;
  const info = textOf(`/proc/${pid}/fdinfo/${second}`);
  return typeof info === "string" ? pidOfPidfd(info) : undefined;
}

/** Which process waitid(2) waits for. */
const P_PID = 1;
const P_PIDFD = 3;
