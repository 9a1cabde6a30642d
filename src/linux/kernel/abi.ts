// Numbers of the Linux kernel's interface, as x86-64 and arm64 have them, and those of the window.

/** errno(3). The window answers with minus errno. */
export const EPERM = 1;
export const ENOENT = 2;
export const ESRCH = 3;
export const EINTR = 4;
export const EBADF = 9;
export const EAGAIN = 11;
export const EACCES = 13;
export const EEXIST = 17;
export const ENOTDIR = 20;
export const EINVAL = 22;
export const ENFILE = 23;
export const EMFILE = 24;
export const ENAMETOOLONG = 36;
export const ENOSYS = 38;
export const ELOOP = 40;
export const EAFNOSUPPORT = 97;
export const EADDRINUSE = 98;
export const EADDRNOTAVAIL = 99;
export const ECONNREFUSED = 111;
export const EINPROGRESS = 115;

/** Standard descriptors. */
export const STDIN = 0;
export const STDOUT = 1;
export const STDERR = 2;
/** Stands for "there is no descriptor"; the kernel leaves such an entry out of a wait: poll(2). */
export const NO_DESCRIPTOR = -1;
/** No deadline, for `wait` of the window. */
export const FOREVER = -1;

/** Types of files, and the bits of a mode that tell them: inode(7). */
export const S_IFMT = 0o170000;
export const S_IFDIR = 0o040000;
export const S_IFREG = 0o100000;
export const S_IFLNK = 0o120000;
export const S_IFIFO = 0o010000;
export const S_IFSOCK = 0o140000;
/** Permissions: inode(7). */
export const S_ISVTX = 0o1000;
export const S_IWGRP = 0o020;
export const S_IWOTH = 0o002;
export const S_IRWXG_IRWXO = 0o077;
/** Stands for the working directory where a call wants the descriptor of one: open(2). */
export const AT_FDCWD = -100;
/** Flags of renameat2(2). */
export const RENAME_NOREPLACE = 1;
export const RENAME_EXCHANGE = 2;

/** Namespaces that clone(2) makes. */
export const CLONE_NEWNS = 0x2_0000;
export const CLONE_NEWUSER = 0x1000_0000;
export const CLONE_NEWPID = 0x2000_0000;
/** Resources of getrlimit(2). */
export const RLIMIT_CPU = 0;
export const RLIMIT_DATA = 2;

/** si_code of sigaction(2): the kernel has sent the signal, or because something was written. */
export const SI_KERNEL = 0x80;
export const POLL_IN = 1;
/** si_code of waitid(2): a child was stopped by its tracer, or was continued. */
export const CLD_TRAPPED = 4;
export const CLD_CONTINUED = 6;
/** A thread of the kernel, which has no program; in the flags that proc_pid_stat(5) shows. */
export const PF_KTHREAD = 0x20_0000;
/** Microseconds of a clock tick. USER_HZ is 100 on every machine: proc_pid_stat(5) counts in it. */
export const CLOCK_TICK = 10_000;

/** Bits of inotify(7). */
export const IN = {
  attributes: 0x4,
  closeWrite: 0x8,
  movedFrom: 0x40,
  movedTo: 0x80,
  create: 0x100,
  delete: 0x200,
  deleteSelf: 0x400,
  moveSelf: 0x800,
  unmounted: 0x2000,
  overflow: 0x4000,
  ignored: 0x8000,
  onlyDirectory: 0x100_0000,
  dontFollow: 0x200_0000,
  notUnlinked: 0x400_0000,
  add: 0x2000_0000,
  isDirectory: 0x4000_0000,
} as const;
