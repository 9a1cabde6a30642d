/** What a descriptor is, by its link in /proc/PID/fd: proc_pid_fd(5). */
export type FileKind =
  | "pipe"
  | "socket"
  | "terminal"
  | "epoll"
  /** A descriptor of the kernel's without a file: an event counter, a timer, signals. */
  | "inner"
  /** Anything with a path. */
  | "path";

const PREFIXES: readonly (readonly [prefix: RegExp, kind: FileKind])[] = [
  [/^pipe:\[\d+\]$/, "pipe"],
  [/^socket:\[\d+\]$/, "socket"],
  [/^anon_inode:\[eventpoll\]$/, "epoll"],
  [/^anon_inode:/, "inner"],
  [/^pidfd:\[\d+\]$/, "inner"],
];
const TERMINAL = /^\/dev\/(pts\/\d+|tty[^/]*|console|hvc\d+|vc\/\d+)( \(deleted\))?$/;

export function fileKindOf(target: string): FileKind {
  if (target.startsWith("/")) return TERMINAL.test(target) ? "terminal" : "path";
  return PREFIXES.find(([prefix]) => prefix.test(target))?.[1] ?? "path";
}

/** The number in `pipe:[N]` and `socket:[N]`. */
export function inodeOf(target: string): number | undefined {
  const [, number] = /^(?:pipe|socket):\[(\d+)\]$/.exec(target) ?? [];
  return number === undefined ? undefined : Number(number);
}

/** The process of a pidfd, by its /proc/PID/fdinfo: pidfd_open(2). */
export function pidOfPidfd(text: string): number | undefined {
  const [, pid] = /^Pid:\s*(\d+)$/m.exec(text) ?? [];
  return pid === undefined ? undefined : Number(pid);
}

/** Descriptors that an epoll instance waits for to be readable, by its /proc/PID/fdinfo. */
export function readableInEpoll(text: string): readonly number[] {
  const found = text.matchAll(/^tfd:\s*(\d+)\s+events:\s*([0-9a-f]+)/gm);
  return [...found]
    .filter(([, , events = "0"]) => (Number.parseInt(events, 16) & POLLIN) !== 0)
    .map(([, fd]) => Number(fd));
}

/** A bit of poll(2) and epoll(7). */
const POLLIN = 1;
const BYTES_OF_POLLFD = 8;

/** Descriptors of an array of `struct pollfd` that are waited for to be readable. */
export function readableInPoll(bytes: readonly number[]): readonly number[] {
  const found: number[] = [];
  for (let at = 0; at + BYTES_OF_POLLFD <= bytes.length; at += BYTES_OF_POLLFD) {
    const fd = intAt(bytes, at);
    if (fd >= 0 && ((bytes[at + 4] ?? 0) & POLLIN) !== 0) found.push(fd);
  }
  return found;
}

/** Descriptors in an `fd_set` of select(2). */
export function readableInSelect(bytes: readonly number[], count: number): readonly number[] {
  const isIn = (fd: number) => ((bytes[fd >> 3] ?? 0) & (1 << (fd & 7))) !== 0;
  return Array.from({ length: Math.min(count, bytes.length * 8) }, (_, fd) => fd).filter(isIn);
}

function intAt(bytes: readonly number[], at: number): number {
  const byte = (offset: number) => bytes[at + offset] ?? 0;
  return byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24);
}
