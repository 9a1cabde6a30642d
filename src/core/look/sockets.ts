import { bytesOf } from "../values/utf8.ts";

/** A socket of a network namespace. */
export type Socket = {
  /** Its own address: `127.0.0.1:80`, `[::1]:80`, `unix:/run/x`, `unix:@name`. */
  readonly local: string | undefined;
  /** The address of the other end; undefined: there is none, or it has none. */
  readonly remote: string | undefined;
  readonly isListening: boolean;
};

/** Sockets by their inode numbers, as `socket:[N]` has them. */
export type Sockets = ReadonlyMap<number, Socket>;

/** States of TCP in /proc/net/tcp: proc_pid_net(5). */
const LISTEN = "0A";
/** A socket that was asked to listen, in the flags of /proc/net/unix. */
const ACCEPTS = 0x10000;

/**
 * Reads /proc/PID/net/tcp, tcp6, udp or udp6. Of UDP, which has no such state, no socket counts as
 * listening.
 */
export function parseInet(text: string): Sockets {
  const sockets = new Map<number, Socket>();
  for (const line of text.split("\n").slice(1)) {
    const words = line.trim().split(/\s+/, INODE + 1);
    const [local, remote] = [words[1], words[2]].map((word) => addressOf(word ?? ""));
    const inode = Number(words[INODE]);
    if (local === undefined || !(inode > 0)) continue;
    const isListening = words[3] === LISTEN;
    const isNobody = remote === undefined || remote.endsWith(":0");
    sockets.set(inode, { local, remote: isNobody ? undefined : remote, isListening });
  }
  return sockets;
}

const INODE = 9;

/** The address that a word of hexadecimal numbers means, on a machine with the low byte first. */
function addressOf(word: string): string | undefined {
  const [, host, port] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(word) ?? [];
  if (host === undefined || port === undefined) return undefined;
  const bytes = (host.match(/.{8}/g) ?? []).flatMap((part) =>
    (part.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)),
  );
  return inetAddress(bytes, Number.parseInt(port, 16));
}

/** An address of 4 or 16 bytes, with a port. */
export function inetAddress(bytes: readonly number[], port: number): string {
  if (bytes.length === 4) return `${bytes.join(".")}:${port}`;
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255;
  if (isMapped) return `[::ffff:${bytes.slice(12).join(".")}]:${port}`;
  const groups = Array.from({ length: 8 }, (_, at) => {
    return (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16);
  });
  return `[${shortened(groups)}]:${port}`;
}

/** The longest run of zero groups is left out: RFC 5952. */
function shortened(groups: readonly string[]): string {
  let best = { at: 0, length: 1 };
  for (let at = 0; at < groups.length; at += 1) {
    let length = 0;
    while (groups[at + length] === "0") length += 1;
    if (length > best.length) best = { at, length };
  }
  if (best.length < 2) return groups.join(":");
  return `${groups.slice(0, best.at).join(":")}::${groups.slice(best.at + best.length).join(":")}`;
}

/** Reads /proc/PID/net/unix. The path of a socket may have blanks. */
export function parseUnix(text: string): Sockets {
  const sockets = new Map<number, Socket>();
  for (const line of text.split("\n").slice(1)) {
    const [, flags, inode, path] = UNIX.exec(line) ?? [];
    if (flags === undefined) continue;
    const local = path === undefined ? undefined : `unix:${path}`;
    const isListening = (Number.parseInt(flags, 16) & ACCEPTS) !== 0;
    sockets.set(Number(inode), { local, remote: undefined, isListening });
  }
  return sockets;
}

const UNIX = /^[0-9a-f]+: [0-9A-F]+ [0-9A-F]+ ([0-9A-F]+) [0-9A-F]+ [0-9A-F]+ +(\d+)(?: (.+))?$/;

const [AF_UNIX, AF_INET, AF_INET6] = [1, 2, 10];

/** The address in the memory of a `struct sockaddr`, as connect(2) takes it. */
export function addressIn(memory: string): string | undefined {
  const bytes = bytesOf(memory);
  const family = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8);
  const port = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
  if (family === AF_INET && bytes.length >= 8) return inetAddress(bytes.slice(4, 8), port);
  if (family === AF_INET6 && bytes.length >= 24) return inetAddress(bytes.slice(8, 24), port);
  if (family !== AF_UNIX) return undefined;
  // A name in the abstract namespace begins with a zero: unix(7).
  const isAbstract = memory[2] === "\0";
  const [name = ""] = memory.slice(isAbstract ? 3 : 2).split("\0");
  return `unix:${isAbstract ? "@" : ""}${name}`;
}
