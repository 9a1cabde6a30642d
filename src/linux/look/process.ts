import { MOST_BYTES } from "../../core/look/command-line.ts";
import { inodeOf } from "../../core/look/files.ts";
import { holdersOf } from "../../core/look/locks.ts";
import type { Part } from "../../core/look/parts.ts";
import type { Sockets } from "../../core/look/sockets.ts";
import { stateIn } from "../../core/look/stat.ts";
import type { Unread, UnreadPart, Wait, WaitKind } from "../../core/spec/process-snapshot.ts";
import type { Process } from "../../core/spec/tree.ts";
import { errnoName } from "../../core/values/errno.ts";
import { sys } from "../kernel/window.ts";
import { othersWith } from "./peers.ts";
import { type Inodes, socketsOf } from "./sockets.ts";
import type { Descriptors, Seen, View } from "./view.ts";
import { childrenIn, descriptorsOf, fixedText, processOf, textOf, WIDTH } from "./view.ts";
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
export function foundOf(view: View, { pid, stat, threads }: Seen): Found {
  const first = waitOf(view, { pid, tid: pid, state: stateIn(stat) });
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
  return typeof text === "string" ? waitOf(view, { pid, tid, state: stateIn(text) }) : undefined;
}

/** What says most of why a process hangs comes first. Threads of a pool wait in a futex. */
const RANKS: readonly WaitKind[] = [
  "running",
  "frozen",
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

const NOTHING: readonly Unread[] = [];

/** What a process waits for, as far as it alone tells that. */
export function waitPartOf(view: View, pid: number, found: Found): Part {
  const { systemCall, errno, isInput = false } = found;
  const wait = waitIn(found);
  const peers = peersOf(view, pid, found);
  const waitsFor = wait === undefined || peers === undefined ? wait : { ...wait, peers };
  const what: readonly UnreadPart[] =
    waitsFor === undefined ? ["syscall", "waits_for"] : ["syscall"];
  const missed = errno === undefined ? NOTHING : what.flatMap((one) => unread(one, errno));
  return { part: "wait", systemCall, waitsFor, isWaitingForInput: isInput, unread: missed };
}

function waitIn({ kind, path, address }: Found): Wait | undefined {
  return kind === undefined ? undefined : { kind, path, address };
}

/** The user of a process. */
export function userPartOf({ pid, owner }: Seen): Part {
  if (owner > 0) return { part: "user", uid: owner, unread: NOTHING };
  const status = textOf(`/proc/${pid}/status`);
  if (typeof status === "number") return { part: "user", unread: unread("uid", -status) };
  const [, user] = /^Uid:\t\d+\t(\d+)/m.exec(status) ?? [];
  return { part: "user", uid: user === undefined ? undefined : Number(user), unread: NOTHING };
}

/**
 * What the descriptors of a process tell: which addresses it listens on, and for a wait the address
 * of the socket, or the processes at the other end of the pipe. Undefined: that would be slow, and
 * the caller does not want that yet.
 */
export function filesPartOf(
  view: View,
  pid: number,
  found: Found,
  mayBeSlow: boolean,
): Part | undefined {
  // A process that has ended has none.
  const row = found.kind === "zombie" ? [] : descriptorsOf(view, pid);
  if (typeof row === "number") {
    return { part: "files", listening: [], unread: unread("listening", -row) };
  }
  const inodes = socketsIn(row);
  const inode = found.fd === undefined ? undefined : inodes.get(found.fd);
  const sockets = socketsOf(view, pid, inodes, inode, mayBeSlow);
  if (sockets === undefined) return undefined;
  const part = { part: "files", listening: listeningIn(sockets), unread: NOTHING } as const;
  const { kind, path } = found;
  const wait = waitIn(found);
  if (wait === undefined || found.fd === undefined) return part;
  if (kind === "pipe_read" || kind === "pipe_write") {
    const peers = othersWith(view, pid, path, kind === "pipe_read" ? "writes" : "reads");
    return peers === undefined ? part : { ...part, waitsFor: { ...wait, peers } };
  }
  const socket = inode === undefined ? undefined : sockets.get(inode);
  if (socket === undefined) return part;
  // A poll(2) of one socket is taken for a read of it, but a socket that listens has only clients.
  if (socket.isListening && (kind === "accept" || kind === "socket_read")) {
    return { ...part, waitsFor: { ...wait, kind: "accept", address: socket.local } };
  }
  return { ...part, waitsFor: { ...wait, address: found.address ?? socket.remote } };
}

/** The inodes of sockets, by their descriptors. */
function socketsIn(row: Descriptors): Inodes {
  const found = new Map<number, number>();
  for (let at = 0; at < row.length; at += WIDTH) {
    const target = String(row[at + 2]);
    const inode = target.startsWith("socket:") ? inodeOf(target) : undefined;
    if (inode !== undefined) found.set(Number(row[at]), inode);
  }
  return found;
}

function listeningIn(sockets: Sockets): readonly string[] {
  const found = [...sockets.values()].flatMap(({ local, isListening }) =>
    isListening ? (local ?? []) : [],
  );
  return [...new Set(found)];
}

/** The processes that a wait is about, where descriptors need not be searched for them. */
function peersOf(view: View, pid: number, found: Found): readonly Process[] | undefined {
  switch (found.kind) {
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
