import type { WaitKind } from "../spec/process-snapshot.ts";

/** What a system call waits for, and which argument says what it waits on. */
export type Call =
  /** The file of a descriptor: to read, to write, to be connected, for a client. */
  | { readonly on: "read" | "write" | "connect" | "accept" | "lock"; readonly fd: number }
  /** `path`: the argument with the path's address; `folder`: with the folder's descriptor. */
  | { readonly on: "open"; readonly path: number; readonly folder?: number }
  | { readonly on: "wait"; readonly which: "pid" | "id" }
  /** A list of descriptors at an address. */
  | { readonly on: "poll" | "select"; readonly list: number; readonly count: number }
  | { readonly on: "epoll"; readonly fd: number }
  /** Waits that need no other word. */
  | { readonly on: "itself"; readonly kind: WaitKind };

const read: Call = { on: "read", fd: 0 };
const write: Call = { on: "write", fd: 0 };
const poll: Call = { on: "poll", list: 0, count: 1 };
const select: Call = { on: "select", list: 1, count: 0 };
const epoll: Call = { on: "epoll", fd: 0 };
const accept: Call = { on: "accept", fd: 0 };
const lock: Call = { on: "lock", fd: 0 };

function itself(kind: WaitKind): Call {
  return { on: "itself", kind };
}

/** The system calls that people meet when something hangs. Others have a name, and no more. */
const CALLS: Readonly<Record<string, Call>> = {
  read,
  readv: read,
  pread64: read,
  preadv: read,
  preadv2: read,
  recvfrom: read,
  recvmsg: read,
  recvmmsg: read,
  splice: read,
  tee: read,
  copy_file_range: read,
  sendfile: { on: "read", fd: 1 },
  write,
  writev: write,
  pwrite64: write,
  pwritev: write,
  pwritev2: write,
  sendto: write,
  sendmsg: write,
  sendmmsg: write,
  vmsplice: write,
  connect: { on: "connect", fd: 0 },
  accept,
  accept4: accept,
  flock: lock,
  fcntl: lock,
  open: { on: "open", path: 0 },
  creat: { on: "open", path: 0 },
  openat: { on: "open", path: 1, folder: 0 },
  openat2: { on: "open", path: 1, folder: 0 },
  wait4: { on: "wait", which: "pid" },
  waitid: { on: "wait", which: "id" },
  vfork: itself("child"),
  clone: itself("child"),
  clone3: itself("child"),
  poll,
  ppoll: poll,
  select,
  pselect6: select,
  epoll_wait: epoll,
  epoll_pwait: epoll,
  epoll_pwait2: epoll,
  io_uring_enter: itself("poll"),
  io_getevents: itself("disk"),
  io_pgetevents: itself("disk"),
  futex: itself("futex"),
  futex_wait: itself("futex"),
  futex_waitv: itself("futex"),
  semop: itself("futex"),
  semtimedop: itself("futex"),
  nanosleep: itself("sleep"),
  clock_nanosleep: itself("sleep"),
  pause: itself("signal"),
  rt_sigsuspend: itself("signal"),
  rt_sigtimedwait: itself("signal"),
  fsync: itself("disk"),
  fdatasync: itself("disk"),
  sync: itself("disk"),
  syncfs: itself("disk"),
  msync: itself("disk"),
};

export function callOf(name: string | undefined): Call | undefined {
  return name !== undefined && Object.hasOwn(CALLS, name) ? CALLS[name] : undefined;
}

/**
 * The kernel's functions that a blocked thread may be in (/proc/PID/wchan), by a part of their
 * names: for a thread whose system call may not be seen. The names differ between kernels.
 */
const FUNCTIONS: readonly (readonly [part: RegExp, kind: WaitKind])[] = [
  [/^(wait_for_partner|fifo_open)$/, "fifo_open"],
  [/^(pipe|anon_pipe|fifo_pipe)_(read|wait_readable)$/, "pipe_read"],
  [/^(pipe|anon_pipe|fifo_pipe)_(write|wait_writable)$/, "pipe_write"],
  [/^(n_tty_read|wait_woken)$/, "terminal_read"],
  [
    /^(flock_lock_inode_wait|locks_lock_inode_wait|fcntl_setlk|posix_lock_inode_wait)$/,
    "file_lock",
  ],
  [/^futex_/, "futex"],
  [/^(inet_stream_connect|inet_wait_for_connect|unix_wait_for_peer)$/, "connect"],
  [/^(inet_csk_accept|unix_accept|__skb_wait_for_more_packets)$/, "accept"],
  [/^(unix_stream_data_wait|unix_stream_read_generic|sk_wait_data|tcp_recvmsg\w*)$/, "socket_read"],
  [/^(sock_alloc_send_pskb|sk_stream_wait_memory)$/, "socket_write"],
  [/^(do_wait|kernel_wait4|kernel_waitid)$/, "child"],
  [/^(hrtimer_nanosleep|do_nanosleep|common_nsleep\w*)$/, "sleep"],
  [/^(do_sys_poll|do_poll\w*|poll_schedule_timeout\w*|do_select|ep_poll|do_epoll_wait)$/, "poll"],
  [/^(sigsuspend|do_sigtimedwait|pause|sys_pause)$/, "signal"],
];

/** What a thread waits for by the kernel's function; undefined: a function that tells nothing. */
export function waitInFunction(name: string): WaitKind | undefined {
  // A compiler adds parts of its own: `pipe_read.isra.0`.
  const plain = name.replace(/\..*$/, "").replace(/^__(x64|arm64)_/, "");
  return FUNCTIONS.find(([part]) => part.test(plain))?.[1];
}
