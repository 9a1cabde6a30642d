import { parseStat } from "../../core/look/stat.ts";
import type { Process } from "../../core/spec/tree.ts";
import { sys } from "../kernel/window.ts";

/** A process as it was found: what its /proc/PID/stat says, and some of that as numbers. */
export type Seen = {
  readonly pid: number;
  readonly stat: string;
  readonly parent: number;
  readonly threads: number;
  /** The owner of its files in /proc; 0 may stand for another user. */
  readonly owner: number;
};

/** Three values for each descriptor of a process: see `descriptors` of the window. */
export type Descriptors = readonly (string | number)[];
export const WIDTH = 3;
/** What a descriptor was opened for. */
export const READS = 1;
export const WRITES = 2;

/** What a look has seen so far. */
export type View = {
  /** The processes that are looked at. */
  readonly processes: ReadonlyMap<number, Seen>;
  /** Other processes that may have the other end of a pipe. */
  readonly others: readonly number[];
  /** The name of a system call. */
  readonly nameOf: (number: number) => string | undefined;
  /** The addresses that sockets of curfew's network namespace listen on; undefined: not known. */
  readonly listeners: () => ReadonlyMap<number, string> | undefined;
  /** The file that counts as the input of the tree, by its identity; undefined: none does. */
  readonly input: string | undefined;
  /** When the look is over. */
  readonly until: number;
  readonly descriptors: Map<number, Descriptors | number>;
  readonly texts: Map<string, string>;
};

/** So much is read of a file that tells of one process, and of one that tells of many things. */
const SMALL = 4096;
export const LARGE: number = 1 << 20;
const MOST_DESCRIPTORS = 1024;

export function textOf(path: string, size: number = SMALL): string | number {
  return sys.readText(path, size);
}

/** The descriptors of a process; minus errno. */
export function descriptorsOf({ descriptors }: View, pid: number): Descriptors | number {
  const known = descriptors.get(pid);
  if (known !== undefined) return known;
  const found = sys.descriptors(pid, MOST_DESCRIPTORS);
  descriptors.set(pid, found);
  return found;
}

/** What the link of one descriptor says; undefined: there is none, or it may not be seen. */
export function targetOf(pid: number, fd: number): string | undefined {
  const target = sys.readLink(`/proc/${pid}/fd/${fd}`);
  return typeof target === "string" ? target : undefined;
}

/** A file that does not change during a look; empty: it cannot be read. */
export function fixedText({ texts }: View, path: string): string {
  const known = texts.get(path);
  if (known !== undefined) return known;
  const text = textOf(path, LARGE);
  const found = typeof text === "string" ? text : "";
  texts.set(path, found);
  return found;
}

/** A process by its number, with its name; undefined: it is gone. */
export function processOf({ processes }: View, pid: number): Process | undefined {
  const text = processes.get(pid)?.stat ?? textOf(`/proc/${pid}/stat`);
  const stat = typeof text === "string" ? parseStat(text) : undefined;
  return stat && { pid, command: stat.command };
}

/** The children of a process that are looked at. */
export function childrenIn(view: View, pid: number): readonly Process[] {
  const children: Process[] = [];
  for (const seen of view.processes.values()) {
    const child = seen.parent === pid ? processOf(view, seen.pid) : undefined;
    if (child !== undefined) children.push(child);
  }
  return children;
}

/** The identity of an open file; undefined: it cannot be seen. */
export function identityOf(pid: number, fd: number): string | undefined {
  const state = sys.fileState(`/proc/${pid}/fd/${fd}`, 1);
  return typeof state === "number" ? undefined : state[2];
}
