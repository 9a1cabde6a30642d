/**
 * The window onto the kernel; `native/src/window/table.rs` has the same list, a test compares them.
 * Functions answer with the kernel's result, or with minus errno. Signals and processes are
 * numbers; texts carry bytes that are not UTF-8 as U+DC80..U+DCFF.
 */
export type Sys = {
  /** Watches a directory for what a mask says: inotify(7). The watch's number, or minus errno. */
  addWatch(watches: number, path: string, mask: number): number;
  /** Our arguments, the name we were called by first. */
  argv(): string[];
  /** The command's number, as soon as it has one in our PID namespace; 0 as in `commandPid`. */
  awaitCommand(): number;
  /** The kernel sends us a signal when our parent ends. */
  awaitParent(signal: number): number;
  /** Orphans of the tree become our children. */
  becomeSubreaper(): number;
  /** Sends a signal to the command, which the guardian has not reaped; 0, or minus errno. */
  commandKill(signal: number): number;
  /**
   * A queued signal with what came with it, to the command or to the process group that it leads
   * (group 1): 0, or minus errno; EINVAL where the kernel knows no groups here.
   */
  commandQueue(signal: number, queued: readonly number[], group: number): number;
  /** The command's number, in our PID namespace where we know it; 0: not started, or reaped. */
  commandPid(): number;
  /**
   * The pipes that a process has, and its pairs of sockets whose other end is closed; three numbers
   * each: device and number of the file, and what the process does there (leftovers.ts). Minus
   * errno.
   */
  channels(pid: number, time: number): readonly number[] | number;
  /** Which run the calls are about from now on: 0, or 1 where two overlap. */
  chooseRun(slot: number): void;
  /** Gives a descriptor back. */
  close(descriptor: number): number;
  /** The first number that no descriptor can have: RLIMIT_NOFILE. */
  descriptorLimit(): number;
  /** Dies of a signal, alone (group 0) or with a group. Returns only where that cannot be. */
  dieBy(signal: number, group: number): void;
  /** The run that was chosen is over: its place is free for another. */
  endRun(): void;
  /**
   * The next entries of an open directory, two values each: name and type (S_IF...); none at its
   * end. Where `state` is not 0 a third: a text that is another one when another file, or other
   * content, came under that name. Minus errno.
   */
  entries(directory: number, state: number): readonly (string | number)[] | number;
  /** The value of an environment variable. */
  env(name: string): string | undefined;
  /** What is at a path, or behind a symbolic link at it where `follow` is not 0; minus errno. */
  fileState(path: string, follow: number): FileState | number;
  /** Waits for the guardian's end, and hastens it: what it had to say is said. */
  farewell(): void;
  /** The process group of a process. */
  groupOf(pid: number): number;
  /** Nonzero if we have children, dead ones that were not reaped included. */
  hasChildren(): number;
  /** 1 if memory beyond RLIMIT_DATA is refused here, 0 if not; minus errno. */
  holdsDataLimit(): number;
  /** 1 if a process is the guardian of one of our runs. */
  isGuardian(pid: number): number;
  /** 1 if the signal was ignored when we were started. */
  isIgnored(signal: number): number;
  /** Readable when a guardian that cannot signal us has news; -1: it can. */
  guardianLine(): number;
  /**
   * Sends a signal to those below the guardian that are not in a process group (0: none), where
   * only the guardian can find them.
   */
  guardianKill(signal: number, group: number): void;
  /**
   * What the guardian tells next, if anything: a row of numbers whose first says which (NEWS in
   * guardian-news.ts). `margin`: 0; or how soon the guardian's signal has to be due, in
   * microseconds, that it is left to us.
   */
  guardianNews(margin: number): readonly number[] | undefined;
  /** Gives the guardian an order (ORDERS in guardian-news.ts) with a number, and wakes it. */
  guardianOrder(order: number, value: number): void;
  /** The guardian's number until it was reaped; 0: none. */
  guardianPid(): number;
  /** Readable when the guardian has died; -1: there is none. */
  guardianPidfd(): number;
  /** What the guardian is doing: 0 there is none, 1 it lives, 2 it sweeps, 3 it has died. */
  guardianState(): number;
  /** What it does without us: the numbers of `WILL_FIELDS`. 0 or minus errno. */
  guardianWill(will: readonly number[]): number;
  /** Which processes it need not signal: an index in `RECIPIENTS` of src/core/run/action.ts. */
  guardianTold(told: number): void;
  /**
   * We, and a guardian that is there, take turns before all others, as far as we may, until the run
   * is over.
   */
  hurry(): void;
  /** 1 where two descriptors are of one file, and that is a regular one. */
  isSameFile(one: number, other: number): number;
  /** Moves us to a process group of our session, one that is there. 0 or minus errno. */
  joinGroup(group: number): number;
  /** Sends a signal to a process, or to a group if negative. */
  kill(pid: number, signal: number): number;
  // A walk over other processes ends after `time` microseconds: they may keep it busy.
  /**
   * Sends a signal to those below a process who are in a process group, but not to the command, to
   * some of its children, and to who is below these. 0, or minus errno where somebody could not be
   * looked at.
   */
  killGroupMembers(
    root: number,
    except: readonly number[],
    signal: number,
    group: number,
    time: number,
  ): number;
  /**
   * Sends a signal to everybody below a process who has not had it, but for some of its children,
   * who is below these, and the members of a process group (-1: none). 0, or minus errno where
   * somebody could not be looked at.
   */
  killMembers(
    root: number,
    except: readonly number[],
    signal: number,
    group: number,
    time: number,
  ): number;
  /**
   * Sends a signal to those whom the last killMembers has reached; 1: to those of them who are
   * stopped, or may be. How many got it.
   */
  killReached(signal: number, time: number, stopped: 0 | 1): number;
  /** Makes us leader of a process group. 0 or minus errno. */
  leadGroup(): number;
  /** The names in a directory; minus errno. */
  list(path: string): string[] | number;
  /** A socket that listens gets another length of its queue. 0 or minus errno. */
  listenAgain(descriptor: number, backlog: number): number;
  /**
   * Listens on numbers of IPv4 or IPv6; on IPv6 for IPv4 as well where `onlyV6` is 0. A descriptor
   * that exec closes, or minus errno.
   */
  listenTcp(host: string, port: number, onlyV6: number, backlog: number): number;
  /**
   * Listens on a name in a folder, or on an abstract name behind `@`, in the same way. The path
   * that others know it by must fit into an address, too.
   */
  listenUnix(folder: number, name: string, path: string, backlog: number): number;
  /** Makes a directory; 0 or minus errno. */
  makeDirectory(path: string, mode: number): number;
  /** Nonzero where we may signal processes of every user. */
  mayKillAll(): number;
  /**
   * Makes a directory in a folder that only we may enter, unless there is one, opens and locks
   * it: a descriptor that exec closes, or minus errno; EAGAIN: somebody else has the lock.
   */
  makePrivate(folder: number, name: string): number;
  /**
   * Everybody below a process, but for some of its children and who is below these; so many of them
   * at most (0: all). A 0 at the end stands for those who could not be looked at.
   */
  members(root: number, except: readonly number[], time: number, most: number): number[];
  /** The next signal, if there is one. */
  nextSignal(signalFd: number): Arrived | undefined;
  /**
   * Positive the first time that a process gets a signal: it is written down as done. Minus errno
   * where it could not be looked at.
   */
  noteSignal(pid: number, signal: number): number;
  /** Microseconds of the monotonic clock. */
  now(): number;
  /**
   * Writes what a descriptor takes until the deadline, and never blocks. What has begun may go on
   * for some microseconds more (`moment`). A file that takes longer is written to without us:
   * EINPROGRESS, and `offered` tells what became of it. `flags`: see outputs.ts.
   */
  offer(descriptor: number, text: string, deadline: number, moment: number, flags: number): Written;
  /** What became of an offer that was in progress; EINPROGRESS if it still is at the deadline. */
  offered(descriptor: number, deadline: number): Written;
  /** A directory to read entries of; a descriptor that exec closes, or minus errno. */
  openEntries(path: string, follow: number): number;
  /**
   * Opens or creates a file for writing, and leaves what is in it; a descriptor that exec closes,
   * or minus errno.
   */
  openFile(path: string): number;
  /** A directory, to look names up in; a descriptor that exec closes, or minus errno. */
  openFolder(path: string): number;
  /** For `wait`: what is mounted. A descriptor that exec closes, or minus errno. */
  openMounts(): number;
  /**
   * A socket for datagrams, with an abstract name of the kernel's choice. Exec closes it; minus
   * errno.
   */
  openNotify(): number;
  /** A pipe that exec closes, whose reading end does not block; minus errno. */
  openPipe(): readonly [read: number, write: number] | number;
  /** `pidfd_open(pid)`: a descriptor that stands for a process, readable when it has ended. */
  openProcess(pid: number): number;
  /** Blocks signals and opens a descriptor that tells of them. Signal n is bit n - 1. */
  openSignals(signals1to32: number, signals33to64: number, reset: number): number;
  /** Our controlling terminal; minus errno where there is none. */
  openTerminal(): number;
  /** For `addWatch`: readable when there are events. A descriptor that exec closes; minus errno. */
  openWatches(): number;
  parentPid(): number;
  pid(): number;
  /** Sends a signal to the process that a descriptor stands for. */
  pidfdKill(pidfd: number, signal: number): number;
  /** The same to all of a process group below a process, but to the command. */
  queueInGroup(
    root: number,
    except: readonly number[],
    signal: number,
    group: number,
    queued: readonly number[],
    time: number,
  ): number;
  /**
   * Some events of watches, three values each: the watch's number, the mask, the name (empty: the
   * directory itself). Minus errno, EAGAIN where there are none.
   */
  readEvents(watches: number): readonly (string | number)[] | number;
  /** What there is to read from a descriptor that does not block; empty at its end; minus errno. */
  readNow(descriptor: number, size: number): string | number;
  /** A file as text, at most so many bytes of it; minus errno. */
  readText(path: string, size: number): string | number;
  /** The target of a symbolic link; minus errno. */
  readLink(path: string): string | number;
  /** The next datagram and who sent it; process 0 where the kernel does not say. Minus errno. */
  receive(
    descriptor: number,
    size: number,
  ): readonly [text: string, pid: number, uid: number] | number;
  /** Gives our terminal up, for another session: HUP and CONT reach its foreground group. */
  releaseTerminal(terminal: number): number;
  /** How a terminal is now. */
  rememberTerminal(terminal: number): void;
  /** Removes a name from a folder, that of an empty directory if asked; 0 or minus errno. */
  removeAt(folder: number, name: string, isDirectory: number): number;
  /** Removes a control group and all below it; 0 or minus errno. */
  removeCgroup(path: string): number;
  /** Removes an empty directory; 0 or minus errno. */
  removeDirectory(path: string): number;
  /**
   * The first call of the kernel's that is refused though nothing can stand in for it, and errno;
   * undefined where none is. `forRuns`: nonzero where the calls of a run are asked for, too.
   */
  refusedCall(forRuns: number): readonly [name: string, errno: number] | undefined;
  /** Ends a watch; what is still to be read of it is told. 0 or minus errno. */
  removeWatch(watches: number, watch: number): number;
  /** Reaps an ended child that is no guardian; 0 when there is none. */
  reapStranger(): number;
  /** Moves a name from one folder to another by `renameat2`; 0 or minus errno. */
  renameAt(from: number, to: number, name: string, flags: number): number;
  /**
   * A terminal's foreground group, and its settings where `settings` is not 0, are as they were
   * when we remembered it, as far as that is ours to say.
   */
  restoreTerminal(terminal: number, settings: number): void;
  /**
   * Nonzero where a look for members has met somebody whose children are born into another PID
   * namespace than ours.
   */
  sawForeign(): number;
  /** Nonzero where we run with rights our caller does not have. */
  secure(): number;
  /** The session of a process. */
  sessionOf(pid: number): number;
  /** Reading and writing wait again, for all who share the socket or pipe. 0 or minus errno. */
  setBlocking(descriptor: number): number;
  /** What a socket is bound to: HOST:PORT, a path, or an abstract name behind `@`. Minus errno. */
  socketName(descriptor: number): string | number;
  /**
   * Starts the command through a guardian; what becomes of it is the guardian's news. Takes the
   * fields of `SPAWN_FIELDS`. 0, or minus errno where not even the guardian could be made.
   */
  spawn(...fields: SpawnField[]): number;
  /** What has a name in a folder, or the folder itself (empty); links are not followed. */
  stateAt(folder: number, name: string): StateAt | number;
  /**
   * Stops us by a signal that means this; comes back when we are continued: 1. 0 where the kernel
   * threw the stop away, because nobody could continue us.
   */
  stopSelf(signal: number): number;
  /**
   * SIGKILL by ourselves to all our children but some, and to theirs; the guardian goes first.
   * `group`: the command's (0: none), killed at once, or below 0, where we are in it, one by one.
   * `stuck`: the patience where nothing but processes in state D is left. `scope`: one of `SCOPES`.
   */
  sweep(
    group: number,
    patience: number,
    except: readonly number[],
    cgroup: string,
    stuck: number,
    scope: number,
  ): void;
  /** A descriptor that writes where a given one does; exec closes it. Minus errno. */
  takeDescriptor(descriptor: number): number;
  /** Whether a socket is bound to a name in a folder: ECONNREFUSED: none is. 0 or minus errno. */
  tryConnect(folder: number, name: string): number;
  /** Effective user and group. */
  user(): readonly [uid: number, gid: number];
  /**
   * SIGCONT to the members of a process group below a process (0: wherever they are) who are
   * stopped, or may be, but for some of its children. How many got it; minus errno where somebody
   * could not be looked at.
   */
  wakeGroup(root: number, except: readonly number[], group: number, time: number): number;
  /** Microseconds since 1970. */
  wallClock(): number;
  /**
   * Blocks until descriptors are readable (a bit each, the last bit for all beyond 50), or the
   * deadline has passed (0). Behind these come those that have changed, each told of once. Minus
   * errno where the kernel does not tell, a moment later.
   */
  wait(descriptors: readonly number[], deadline: number, changing?: readonly number[]): number;
  /** Writes to a file that exists; 0 or minus errno. */
  writeFile(path: string, text: string): number;
  /** Writes the whole text; 0 or minus errno. */
  write(descriptor: number, text: string): number;
};

/** What `spawn` takes by one of its names. */
export type SpawnField = string | readonly string[] | readonly number[];

/** How many bytes were written, and errno: 0 where it was all. */
export type Written = readonly [count: number, errno: number];

/** A signal: number, si_code, sender; the sender's user and the value's halves if it was queued. */
export type Arrived = readonly [signal: number, code: number, sender: number, ...queue: number[]];

/** A file: its type (S_IF...), its links, which one it is, and what changes with its content. */
export type FileState = readonly [type: number, links: number, identity: string, content: string];

/** A file in a folder: its mode, type included, which one it is, its user and group. */
export type StateAt = readonly [mode: number, identity: string, user: number, group: number];

declare const __sys: Sys;

/** The window itself, there from before the first line of TypeScript ran. */
export const sys: Sys = __sys;
