import type { ProcessSnapshot, UnreadPart, Wait, WaitKind } from "../spec/process-snapshot.ts";
import type { Process } from "../spec/tree.ts";
import { pathWithin, plainWithin, quoteWithin, widthOf } from "./columns.ts";

/** How many columns a path has, unless a line is short of them. */
export const PATH_COLUMNS = 44;
const NAME_COLUMNS = 20;
const ADDRESS_COLUMNS = 48;
/** More peers or addresses than these are counted. */
const MOST_NAMED = 2;

/** What a process waits for, in words that follow its name: "waits for its child 4712 'node'". */
export function waitWords(
  process: ProcessSnapshot,
  utf8: boolean,
  pathColumns: number = PATH_COLUMNS,
): string {
  const { waitsFor, systemCall, state } = process;
  const words = waitsFor && WORDS[waitsFor.kind](shown(waitsFor, utf8, pathColumns));
  if (words !== undefined) return process.isWaitingForInput ? inputWords(process, words) : words;
  if (systemCall !== undefined) return `is in the system call ${plainWithin(systemCall, 24, utf8)}`;
  return STATES[state] ?? "";
}

/** How many columns the path has in these words; 0: there is none. */
export function pathWidthOf({ waitsFor }: ProcessSnapshot, utf8: boolean): number {
  const path = waitsFor?.path;
  return path === undefined ? 0 : widthOf(pathWithin(path, PATH_COLUMNS, utf8));
}

/** Names of the peers and of what is waited for, ready to be printed; empty where not known. */
type Shown = {
  readonly path: string;
  readonly peers: string;
  readonly isSeveral: boolean;
  readonly address: string;
};

function shown({ path, peers = [], address }: Wait, utf8: boolean, pathColumns: number): Shown {
  return {
    path: path === undefined ? "" : pathWithin(path, pathColumns, utf8),
    peers: peersOf(peers, utf8),
    isSeveral: peers.length > 1,
    address: address === undefined ? "" : plainWithin(address, ADDRESS_COLUMNS, utf8),
  };
}

function peersOf(peers: readonly Process[], utf8: boolean): string {
  const names = peers.slice(0, MOST_NAMED).map(({ pid, command }) => {
    return `${pid} ${quoteWithin(command, NAME_COLUMNS, utf8)}`;
  });
  return listOf(names, peers.length);
}

/** The named ones, and how many there are besides. */
function listOf(names: readonly string[], count: number): string {
  const more = count - names.length;
  return more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
}

const WORDS: { readonly [K in WaitKind]: (what: Shown) => string } = {
  fifo_open: ({ path, peers }) => {
    const other = peers === "" ? "its other end is not open" : `${peers} has the other end`;
    return `waits to open the FIFO${after(" ", path)} (${other})`;
  },
  pipe_read: ({ path, peers }) => {
    const pipe = pipeOf(path);
    return peers === ""
      ? `waits for data from ${pipe}`
      : `reads ${pipe} that ${peers} can write to`;
  },
  pipe_write: ({ path, peers }) => {
    const pipe = pipeOf(path, "full ");
    return peers === "" ? `writes to ${pipe}` : `writes to ${pipe} that ${peers} does not read`;
  },
  terminal_read: ({ path }) => `waits for input from the terminal${after(" ", path)}`,
  terminal_write: ({ path }) => `writes to the terminal${after(" ", path)}, which takes nothing`,
  file_lock: ({ path, peers }) => {
    const file = path === "" ? "a file" : `the file ${path}`;
    return `waits for a lock of ${file}${after(", held by ", peers)}`;
  },
  futex: ({ peers }) => `waits for ${peers || "another thread or process"} (futex)`,
  connect: ({ address }) => `waits for the connection to ${address || "a socket"}`,
  accept: ({ address }) => `listens on ${address || "a socket"} and waits for a client`,
  socket_read: ({ address, peers }) => `waits for data from ${otherEnd(address, peers)}`,
  socket_write: ({ address, peers }) => {
    return `writes to ${otherEnd(address, peers)}, which takes nothing`;
  },
  child: ({ peers, isSeveral }) => {
    if (peers === "") return "waits for a child";
    return `waits for its ${isSeveral ? "children" : "child"} ${peers}`;
  },
  sleep: () => "sleeps",
  poll: () => "waits for events (poll)",
  disk: ({ path }) => `waits for a disk or a file system${after(" at ", path)}`,
  frozen: () => "is frozen by its cgroup",
  stopped: () => "is stopped by a signal",
  traced: ({ peers }) => `is stopped by a debugger${after(", ", peers)}`,
  zombie: () => "has exited; its parent has not waited for it",
  signal: () => "waits for a signal",
  running: () => "runs",
};

/** What the state letter of /proc/PID/stat says where nothing else is known: proc_pid_stat(5). */
const STATES: Readonly<Record<string, string>> = {
  R: "runs",
  D: "waits for a disk or a file system",
  T: "is stopped by a signal",
  t: "is stopped by a debugger",
  Z: "has exited; its parent has not waited for it",
  X: "has ended",
};

/** It reads standard input of the run, which a person may have forgotten to give. */
function inputWords({ waitsFor }: ProcessSnapshot, words: string): string {
  return waitsFor?.kind === "terminal_read" ? words : `${words} (standard input of the run)`;
}

/** A FIFO has a name; a pipe has only a number, which helps no reader. */
function pipeOf(path: string, how = ""): string {
  return path === "" || path.startsWith("'pipe:[") ? `a ${how}pipe` : `the ${how}FIFO ${path}`;
}

function otherEnd(address: string, peers: string): string {
  if (address === "") return peers || "a socket";
  return peers === "" ? address : `${address}, ${peers}`;
}

function after(words: string, text: string): string {
  return text === "" ? "" : `${words}${text}`;
}

/** What a process listens on: "listens on 127.0.0.1:3000". Empty: nothing that is known. */
export function listeningWords({ listening, waitsFor }: ProcessSnapshot, utf8: boolean): string {
  // What it waits for has said the same.
  const isSaid = waitsFor?.kind === "accept" && waitsFor.address === listening[0];
  if (listening.length === 0 || (isSaid && listening.length === 1)) return "";
  const shownOnes = listening.slice(0, MOST_NAMED);
  const names = shownOnes.map((address) => plainWithin(address, ADDRESS_COLUMNS, utf8));
  return `listens on ${listOf(names, listening.length)}`;
}

/** What a reader misses, in words. The drawing has neither the user nor the system call. */
const PARTS: Readonly<Partial<Record<UnreadPart, string>>> = {
  command_line: "its command line",
  waits_for: "what it waits for",
  listening: "what it listens on",
};

/** What could not be read: "not known (EACCES): what it waits for". Empty: all was read. */
export function unreadWords({ unread }: ProcessSnapshot, utf8: boolean): string {
  const missing = unread.filter(({ what }) => PARTS[what] !== undefined);
  const [first] = missing;
  if (first === undefined) return "";
  const parts = new Set(missing.map(({ what }) => PARTS[what]));
  return `not known (${plainWithin(first.why, 16, utf8)}): ${[...parts].join(", ")}`;
}
