import { MOST_BYTES } from "../../core/look/command-line.ts";
import { inodeOf } from "../../core/look/files.ts";
import { holdersOf } from "../../core/look/locks.ts";
import type { Part } from "../../core/look/parts.ts";
import type { Stat } from "../../core/look/stat.ts";
import { parseStat } from "../../core/look/stat.ts";
import type { Unread, UnreadPart, Wait, WaitKind } from "../../core/spec/process-snapshot.ts";
import type { Process } from "../../core/spec/tree.ts";
import { errnoName } from "../../core/values/errno.ts";
import { sys } from "../kernel/window.ts";
import { othersWith } from "./peers.ts";
import type { View } from "./view.ts";
import { childrenIn, descriptorsOf, fixedText, processOf, socketsOf, textOf } from "./view.ts";
import type { Found } from "./waits.ts";
import { waitOf } from "./waits.ts";

function unread(what: UnreadPart, errno: number): readonly Unread[] {
  return [{ what, why: errnoName(errno) }];
}

/** The command line of a process. */
export function wordsOf(pid: number): Part {
  const text = textOf(`/proc/${pid}/cmdline`, MOST_BYTES + 1);
  if (typeof text === "string") return { part: "words", cmdline: text, unread: [] };
  return { part: "words", unread: unread("command_line", -text) };
}

/** What a process waits for, by the thread of it that tells most. */
export function foundOf(view: View, stat: Stat): Found {
  const { pid, state, threads } = stat;
  const first = waitOf(view, { pid, tid: pid, state });
  if (threads <= 1 || !IDLE.includes(first.kind)) return first;
  const names = sys.list(`/proc/${pid}/task`);
  if (typeof names === "number") return first;
  const tids = names.map(Number).filter((tid) => tid !== pid);
  const others = tids.slice(0, MOST_THREADS).flatMap((tid) => threadOf(view, pid, tid) ?? []);
  const all = first.kind === "zombie" ? others : [first, ...others];
  return all.reduce((best, one) => (rankOf(one) < rankOf(best) ? one : best), all[0] ?? first);
}

/** The first thread of many programs only waits for the others. */
const IDLE: readonly (WaitKind | undefined)[] = ["futex", "zombie"];
const MOST_THREADS = 32;

function threadOf(view: View, pid: number, tid: number): Found | undefined {
  if (sys.now() >= view.until) return undefined;
  const text = textOf(`/proc/${pid}/task/${tid}/stat`);
  const stat = typeof text === "string" ? parseStat(text) : undefined;
  return stat && waitOf(view, { pid, tid, state: stat.state });
}

/** What says most of why a process goes on or does not, first. Threads of a pool wait in a futex. */
const RANKS: readonly WaitKind[] = [
  "running",
  "disk",
  "fifo_open",
  "terminal_read",
  "file_lock",
  "connect",
  "child",
  "pipe_write",
  "socket_write",
  "terminal_write",
  "pipe_read",
  "socket_read",
  "accept",
  "poll",
  "sleep",
  "signal",
];

function rankOf({ kind }: Found): number {
  const rank = kind === undefined ? -1 : RANKS.indexOf(kind);
  return rank < 0 ? RANKS.length : rank;
}

/** What a process waits for, as far as it alone tells that. */
export function waitPartOf(pid: number, found: Found): Part {
  const status = textOf(`/proc/${pid}/status`);
  const uid = typeof status === "string" ? userIn(status) : undefined;
  const errno = found.errno ?? 0;
  return {
    part: "wait",
    uid,
    systemCall: found.systemCall,
    waitsFor: waitIn(found),
    isWaitingForInput: found.isInput === true,
    unread: [
      ...(typeof status === "number" ? unread("uid", -status) : []),
      ...(errno === 0 ? [] : unread("syscall", errno)),
      ...(errno === 0 || found.kind !== undefined ? [] : unread("waits_for", errno)),
    ],
  };
}

function userIn(status: string): number | undefined {
  const [, user] = /^Uid:\t\d+\t(\d+)/m.exec(status) ?? [];
  return user === undefined ? undefined : Number(user);
}

function waitIn({ kind, path, address }: Found): Wait | undefined {
  return kind === undefined ? undefined : { kind, path, address };
}

/** What the descriptors of a process tell, and the other processes that its wait is about. */
export function filesPartOf(view: View, pid: number, found: Found): Part {
  const descriptors = descriptorsOf(view, pid);
  if (typeof descriptors === "number") {
    return { part: "files", listening: [], unread: unread("listening", -descriptors) };
  }
  const inodes = descriptors.flatMap(({ target }) => inodeOfSocket(target) ?? []);
  const sockets = inodes.length === 0 ? undefined : socketsOf(view, pid);
  const listening = inodes.flatMap((inode) => {
    const socket = sockets?.get(inode);
    return socket?.isListening === true ? (socket.local ?? []) : [];
  });
  const part = { part: "files", listening: [...new Set(listening)], unread: [] } as const;
  const wait = waitIn(found);
  if (wait === undefined) return part;
  const own = descriptors.find(({ fd }) => fd === found.fd);
  const inode = own === undefined ? undefined : inodeOfSocket(own.target);
  const socket = inode === undefined ? undefined : sockets?.get(inode);
  const address =
    found.address ?? (wait.kind === "accept" ? socket?.local : (socket?.remote ?? socket?.local));
  const path = wait.path ?? own?.target;
  return { ...part, waitsFor: { ...wait, path, address, peers: peersOf(view, pid, found) } };
}

function inodeOfSocket(target: string): number | undefined {
  return target.startsWith("socket:") ? inodeOf(target) : undefined;
}

function peersOf(view: View, pid: number, found: Found): readonly Process[] | undefined {
  switch (found.kind) {
    case "pipe_read":
    case "pipe_write":
      return othersWith(view, pid, found.path, found.kind === "pipe_read" ? "writes" : "reads");
    case "child": {
      if (found.pid === undefined) return childrenIn(view, pid);
      const child = processOf(view, found.pid);
      return child && [child];
    }
    case "file_lock": {
      const holders = holdersOf(fixedText(view, "/proc/locks"), pid);
      const known = holders.flatMap((holder) => processOf(view, holder) ?? []);
      return known.length === 0 ? undefined : known;
    }
    case "traced": {
      const status = fixedText(view, `/proc/${pid}/status`);
      const tracer = processOf(view, Number(/^TracerPid:\t(\d+)$/m.exec(status)?.[1] ?? 0));
      return tracer && [tracer];
    }
    default:
      return undefined;
  }
}
