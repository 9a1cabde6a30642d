import type { Socket, Sockets } from "../../core/look/sockets.ts";
import { parseInet, parseUnix } from "../../core/look/sockets.ts";
import { sys } from "../kernel/window.ts";
import type { View } from "./view.ts";
import { LARGE, textOf } from "./view.ts";

/** The inodes of sockets of one process, by their descriptors. */
export type Inodes = ReadonlyMap<number, number>;

const NONE: Sockets = new Map();

/**
 * Sockets of a process by their inodes. `wanted`: the one whose other end matters; of all others
 * it matters only whether they listen. Undefined: they are only in lists that are slow to read, and
 * the caller does not want that yet.
 */
export function socketsOf(
  view: View,
  pid: number,
  inodes: Inodes,
  wanted: number | undefined,
  mayBeSlow: boolean,
): Sockets | undefined {
  if (inodes.size === 0) return NONE;
  return copiesOf(pid, inodes) ?? listedOf(view, pid, [...inodes.values()], wanted, mayBeSlow);
}

/** What the sockets themselves tell; undefined: this process may not ask them. */
function copiesOf(pid: number, inodes: Inodes): Sockets | undefined {
  const row = sys.socketsOf(pid, [...inodes.keys()]);
  if (typeof row === "number") return undefined;
  const found = new Map<number, Socket>();
  for (let at = 0; at + WIDTH <= row.length; at += WIDTH) {
    const inode = inodes.get(Number(row[at]));
    const text = String(row[at + 3]);
    const name = row[at + 1] === AF_UNIX ? `unix:${text}` : text;
    const known = text === "" ? undefined : name;
    const isListening = row[at + 2] === 1;
    const [local, remote] = isListening ? [known, undefined] : [undefined, known];
    if (inode !== undefined) found.set(inode, { local, remote, isListening });
  }
  return found;
}

const WIDTH = 4;
const AF_UNIX = 1;

/**
 * The same by lists of all sockets of a network namespace. A machine may have many thousands, so
 * only the lines of the wanted ones are parsed. The lists of TCP take the kernel more than a
 * millisecond each, because it goes through a large table: the sockets that listen are asked for
 * first, which it does not do for another namespace.
 */
function listedOf(
  view: View,
  pid: number,
  inodes: readonly number[],
  wanted: number | undefined,
  mayBeSlow: boolean,
): Sockets | undefined {
  const found = new Map<number, Socket>();
  const namespace = namespaceOf(view, pid);
  const missing = () => inodes.filter((inode) => !found.has(inode));
  const add = ([name, parse]: List, size: number) => {
    if (missing().length === 0) return;
    const text = listOf(view, `${namespace} ${name} ${size}`, `/proc/${pid}/net/${name}`, size);
    for (const [inode, socket] of parse(`\n${sys.linesWith(text, missing())}`)) {
      // A number may be a word of another meaning.
      if (inodes.includes(inode)) found.set(inode, socket);
    }
  };
  add(UNIX, LARGE);
  const listeners = namespace === namespaceOf(view, "self") ? view.listeners() : undefined;
  for (const inode of missing()) {
    const local = listeners?.get(inode);
    if (local !== undefined) found.set(inode, { local, remote: undefined, isListening: true });
  }
  const isWanted = wanted !== undefined && !found.has(wanted);
  if (missing().length === 0 || (listeners !== undefined && !isWanted)) return found;
  if (!mayBeSlow) return undefined;
  for (const list of TCP) add(list, isWanted ? LARGE : LISTENERS);
  if (isWanted) for (const list of UDP) add(list, LARGE);
  return found;
}

/** So much of a list is read where only sockets that listen matter: the kernel lists them first. */
const LISTENERS = 1 << 14;

type List = readonly [name: string, parse: (text: string) => Sockets];

const UNIX: List = ["unix", parseUnix];
const TCP: readonly List[] = [
  ["tcp", parseInet],
  ["tcp6", parseInet],
];
const UDP: readonly List[] = [
  ["udp", parseInet],
  ["udp6", parseInet],
];

function namespaceOf({ texts }: View, pid: number | "self"): string {
  const key = `namespace ${pid}`;
  const known = texts.get(key) ?? String(sys.readLink(`/proc/${pid}/ns/net`));
  texts.set(key, known);
  return known;
}

function listOf({ texts }: View, key: string, path: string, size: number): string {
  const known = texts.get(key);
  if (known !== undefined) return known;
  const text = textOf(path, size);
  const found = typeof text === "string" ? text : "";
  texts.set(key, found);
  return found;
}

/** The sockets of TCP that listen, by their inodes; undefined: the kernel does not tell. */
export function listenersOnce(): () => ReadonlyMap<number, string> | undefined {
  let known: ReadonlyMap<number, string> | undefined;
  let isAsked = false;
  return () => {
    if (isAsked) return known;
    isAsked = true;
    const row = sys.listeners();
    if (typeof row === "number") return undefined;
    const found = new Map<number, string>();
    for (let at = 0; at + 1 < row.length; at += 2) found.set(Number(row[at]), String(row[at + 1]));
    known = found;
    return known;
  };
}
