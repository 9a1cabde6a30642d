import type { Arrived, FileState, SpawnField, StateAt, Written } from "./answers.ts";
import type { LookingSys } from "./looking.ts";
import type { RelaySys } from "./relaying.ts";

/**
 * The functions of native code. `native/src/window/table.rs` has the same list: a test compares it.
 * A function answers with the kernel's result, or with minus errno. Signals and processes are
 * numbers. Texts carry bytes that are not UTF-8 as U+DC80..U+DCFF. exec closes new descriptors.
 */
type OwnSys = {
  /** Watches a directory for the events of a mask (inotify(7)): the watch, or minus errno. */
  addWatch(watches: number, path: string, mask: number): number;
  /** Has the kernel send curfew a signal when a client comes to a socket; 0: no more. */
  announceClients(descriptor: number, signal: number): number;
  /** The arguments of curfew, its name first. */
  argv(): string[];
  /** Waits until the command has a PID in curfew's PID namespace; 0 as in `commandPid`. */
  awaitCommand(): number;
  /** Has the kernel send curfew a signal when its parent exits. */
  awaitParent(signal: number): number;
  /** Has the kernel make orphans of the tree children of curfew. */
  becomeSubreaper(): number;
  /** Signals the command, if the guardian has not reaped it; 0, or minus errno. */
  commandKill(signal: number): number;
  /**
   * Queues a signal with its value for the command, or for the process group that it leads (group
   * 1): 0, or minus errno; EINVAL: this kernel cannot queue a signal for a group.
   */
  commandQueue(signal: number, queued: readonly number[], group: number): number;
  /** The command's PID in curfew's PID namespace; 0: not started, reaped, or not known. */
  commandPid(): number;
  /** Selects the run that the following calls are about, by its slot: 0 or 1. */
  chooseRun(slot: number): void;
  close(descriptor: number): number;
  /** RLIMIT_NOFILE: descriptors have lower numbers. */
  descriptorLimit(): number;
  /** Dies of a signal, alone (group 0) or with a group. Returns only if that fails. */
  dieBy(signal: number, group: number): void;
  /** Ends the guardian, which has told all that it had to tell, and waits for its exit. */
  endGuardian(): void;
  /** The selected run is over: its slot is free for another run. */
  endRun(): void;
  /**
   * The next entries of an open directory, two values each: name and type (S_IF...); none at its
   * end. Where `state` is not 0, there is a third value: a text that changes with the file and its
   * content. Minus errno.
   */
  entries(directory: number, state: number): readonly (string | number)[] | number;
  /** No process can write to a socket any more; 0 or minus errno. */
  endOutput(descriptor: number): number;
  /** The value of an environment variable. */
  env(name: string): string | undefined;
  /** The file at a path; `follow` not 0: symbolic links are followed. Minus errno. */
  fileState(path: string, follow: number): FileState | number;
  /** Gives the terminal that curfew was started at its settings back, until the next wait. */
  giveTerminalBack(): void;
  /** The process group of a process. */
  groupOf(pid: number): number;
  /** Nonzero if curfew has children, zombies included. */
  hasChildren(): number;
  /** 1 if the kernel enforces RLIMIT_DATA, 0 if not; minus errno. */
  holdsDataLimit(): number;
  /** Whether an input can tell that its writers are gone (stdin.ts); minus errno. */
  inputKind(descriptor: number): number;
  /** 1 if a process is the guardian of a run of this curfew. */
  isGuardian(pid: number): number;
  /** 1 if a process is a child of curfew's that writes a file, or reads, for curfew. */
  isHelper(pid: number): number;
  /** 1 if the signal was ignored when curfew was started. */
  isIgnored(signal: number): number;
  /** Readable when a guardian that cannot signal curfew has news; -1: it can signal curfew. */
  guardianLine(): number;
  /** Has the guardian signal its descendants outside of a process group (0: all descendants). */
  guardianKill(signal: number, group: number): void;
  /**
   * The next news of the guardian, if there is any: a row of numbers, the first of which says which
   * news it is (guardian-news.ts). `margin`: 0; or how soon the guardian's signal has to be due, in
   * microseconds, to be left to the supervisor.
   */
  guardianNews(margin: number): readonly number[] | undefined;
  /** Gives the guardian an order (ORDERS in guardian-news.ts) with a number, and wakes it. */
  guardianOrder(order: number, value: number): void;
  /** The guardian's PID until it was reaped; 0: none. */
  guardianPid(): number;
  /** Readable when the guardian has died; -1: there is none. */
  guardianPidfd(): number;
  /** What the guardian does: 0 there is none, 1 it lives, 2 it sweeps, 3 it has died. */
  guardianState(): number;
  /** Gives the guardian the will: the numbers of `WILL_FIELDS`. 0 or minus errno. */
  guardianWill(will: readonly number[]): number;
  /** Tells which processes need no signal: an index in `RECIPIENTS` of src/core/run/action.ts. */
  guardianRecipients(recipients: number): void;
  /** 1 if two descriptors refer to the same regular file. */
  isSameFile(one: number, other: number): number;
  /** Moves curfew to an existing process group of its session. 0 or minus errno. */
  joinGroup(group: number): number;
  /** Signals a process, or a process group by its negative number. */
  kill(pid: number, signal: number): number;
  // A walk over other processes ends after `time` microseconds: they may fork without a pause.
  /**
   * Signals the descendants of a process that are in a process group, but not the command.
   * `except`: children of the root that are left out with their descendants. 0, or minus errno
   * where a process could not be looked at.
   */
  killGroupMembers(
    root: number,
    except: readonly number[],
    signal: number,
    group: number,
    time: number,
  ): number;
  /**
   * Signals the descendants of a process that have not got this signal yet, but not the members of
   * a process group (-1: none) nor those of `except`. 0, or minus errno where a process could not
   * be looked at.
   */
  killMembers(
    root: number,
    except: readonly number[],
    signal: number,
    group: number,
    time: number,
  ): number;
  /**
   * Signals the processes that the last killMembers has reached; `stopped` 1: only those that are
   * stopped, or may be. How many got the signal.
   */
  killReached(signal: number, time: number, stopped: 0 | 1): number;
  /** Makes curfew the leader of a new process group. 0 or minus errno. */
  leadGroup(): number;
  /** The names in a directory; minus errno. */
  list(path: string): string[] | number;
  /** Sets the queue length of a listening socket. 0 or minus errno. */
  listenAgain(descriptor: number, backlog: number): number;
  /** What a server changes of a listening socket when it takes it, as numbers (acceptance.rs). */
  listenerState(descriptor: number): readonly number[];
  /** Listens on a number of IPv4 or IPv6, on both where `onlyV6` is 0: a descriptor. */
  listenTcp(host: string, port: number, onlyV6: number, backlog: number): number;
  /**
   * Listens on a name in a folder, or on an abstract name behind `@`. A descriptor, or minus errno.
   * The path by which clients find the socket must fit into an address, too.
   */
  listenUnix(folder: number, name: string, path: string, backlog: number): number;
  /** Runs the part of the program that few runs need: the build calls this, no source. */
  loadOnDemand(): void;
  /** Makes a directory; 0 or minus errno. */
  makeDirectory(path: string, mode: number): number;
  /** Nonzero if curfew may signal processes of every user. */
  mayKillAll(): number;
  /**
   * Makes a directory in a folder that only curfew's user may enter, unless it exists, opens and
   * locks it: a descriptor, or minus errno; EAGAIN: another process has the lock.
   */
  makePrivate(folder: number, name: string): number;
  /** The next signal, if there is one. */
  nextSignal(signalFd: number): Arrived | undefined;
  /**
   * Notes that a process gets a signal; positive: it is the first time. Minus errno where the
   * process could not be looked at.
   */
  noteSignal(pid: number, signal: number): number;
  /** Microseconds of the monotonic clock. */
  now(): number;
  /**
   * Writes what a descriptor takes until the deadline, and never blocks. A write that has begun may
   * take `moment` microseconds more. A write to a slower file goes on in the background:
   * EINPROGRESS, and `offered` tells its result. `flags`: see outputs.ts.
   */
  offer(descriptor: number, text: string, deadline: number, moment: number, flags: number): Written;
  /** The result of an offer that was in progress; EINPROGRESS if it still is at the deadline. */
  offered(descriptor: number, deadline: number): Written;
  /** Opens a directory to read its entries; a descriptor, or minus errno. */
  openEntries(path: string, follow: number): number;
  /**
   * Opens or creates a file for writing, and leaves its content as it is; a descriptor, or minus
   * errno. With 1 everything is written behind that content.
   */
  openFile(path: string, appends: number): number;
  /** Opens a directory to look names up in it; a descriptor, or minus errno. */
  openFolder(path: string): number;
  /** Opens a file for reading, without waiting for it; a descriptor, or minus errno. */
  openToRead(path: string): number;
  /** A descriptor by which `wait` notices new mounts, or minus errno. */
  openMounts(): number;
  /**
   * A socket for datagrams, with an abstract name of the kernel's choice. A descriptor, or minus
   * errno.
   */
  openNotify(): number;
  /** A pipe whose reading end does not block; minus errno. */
  openPipe(): readonly [read: number, write: number] | number;
  /** pidfd_open(2): a descriptor of a process, readable when the process has exited. */
  openProcess(pid: number): number;
  /** Blocks signals and opens a signalfd for them. Signal n is bit n - 1. */
  openSignals(signals1to32: number, signals33to64: number, reset: number): number;
  /** Opens curfew's controlling terminal; minus errno where there is none. */
  openTerminal(): number;
  /** An inotify(7) descriptor for `addWatch`, readable when there are events; minus errno. */
  openWatches(): number;
  parentPid(): number;
  pid(): number;
  /** Signals the process of a pidfd. */
  pidfdKill(pidfd: number, signal: number): number;
  /** Queues a signal for the members of a process group below a process, but not the command. */
  queueInGroup(
    root: number,
    except: readonly number[],
    signal: number,
    group: number,
    queued: readonly number[],
    time: number,
  ): number;
  /** Gives curfew and its guardian priority on the processors, where curfew may do that. */
  raisePriority(): void;
  /**
   * Some events of watches, three values each: the watch's number, the mask, the name (empty: the
   * directory itself). Minus errno; EAGAIN: there are none.
   */
  readEvents(watches: number): readonly (string | number)[] | number;
  /** Reads from a descriptor that does not block; empty: the end of the file. Minus errno. */
  readNow(descriptor: number, size: number): string | number;
  /** A file as text, at most `size` bytes of it; minus errno. */
  readText(path: string, size: number): string | number;
  /** The size of the command's own terminal, which stays; 0 or minus errno. */
  resizeTerminal(columns: number, rows: number): number;
  /** The target of a symbolic link; minus errno. */
  readLink(path: string): string | number;
  /** The next datagram and its sender; PID 0: the kernel does not say. Minus errno. */
  receive(
    descriptor: number,
    size: number,
  ): readonly [text: string, pid: number, uid: number] | number;
  /** Reads an input no more, so that its writer learns when the command does not, either. */
  releaseInput(descriptor: number): number;
  /** Gives the terminal up for another session: its foreground group gets HUP and CONT. */
  releaseTerminal(terminal: number): number;
  /** Notes the settings and the foreground group of a terminal. */
  rememberTerminal(terminal: number): void;
  /** Removes a name from a folder, or an empty directory if so asked; 0 or minus errno. */
  removeAt(folder: number, name: string, isDirectory: number): number;
  /** Removes a cgroup and all below it; 0 or minus errno. */
  removeCgroup(path: string): number;
  /** Removes an empty directory; 0 or minus errno. */
  removeDirectory(path: string): number;
  /**
   * The first system call that is refused although curfew needs it, and errno; undefined: none.
   * `forRuns` not 0: the calls that only a run needs are tried, too.
   */
  refusedCall(forRuns: number): readonly [name: string, errno: number] | undefined;
  /** Removes a watch; its unread events are kept. 0 or minus errno. */
  removeWatch(watches: number, watch: number): number;
  /** Reaps an exited child that is no guardian: its PID; 0: there is none. */
  reapStranger(): number;
  /** The columns and rows of a terminal; 0: the descriptor is none, or does not tell. */
  terminalSize(descriptor: number): readonly number[];
  /** Moves a name from one folder to another: renameat2(2). 0 or minus errno. */
  renameAt(from: number, to: number, name: string, flags: number): number;
  /**
   * Restores the foreground group of a terminal, and its settings where `settings` is not 0, as
   * `rememberTerminal` has noted them, unless another process has changed them in its own right.
   */
  restoreTerminal(terminal: number, settings: number): void;
  /** Nonzero if curfew has rights that its caller does not have (set-user-ID). */
  secure(): number;
  /** The session of a process. */
  sessionOf(pid: number): number;
  /** Makes a socket or pipe blocking for all processes that share it. 0 or minus errno. */
  setBlocking(descriptor: number): number;
  /** The address of a socket: HOST:PORT, a path, or an abstract name behind `@`. Minus errno. */
  socketName(descriptor: number): string | number;
  /**
   * Starts the guardian, which starts the command; the guardian's news tell the rest. Takes the
   * fields of `SPAWN_FIELDS`. 0, or minus errno if not even the guardian could be started.
   */
  spawn(...fields: SpawnField[]): number;
  /** A file by its name in a folder, or the folder itself (empty); links are not followed. */
  stateAt(folder: number, name: string): StateAt | number;
  /**
   * Stops curfew by a signal: 1, when curfew was continued; 0, if the kernel has discarded the stop
   * because no process could continue curfew.
   */
  stopSelf(signal: number): number;
  /**
   * Kills curfew's children except some, and their descendants, the guardian first. `group`: the
   * command's (0: none), killed in one call, or, if below 0, one by one: curfew is in it. `stuck`:
   * the time limit where only processes in state D are left. `scope`: one of `SCOPES`.
   */
  sweep(
    group: number,
    sweepLimit: number,
    except: readonly number[],
    cgroup: string,
    stuck: number,
    scope: number,
  ): void;
  /** Makes the second number stand for what the first does; 0 or minus errno. */
  copyDescriptor(from: number, to: number): number;
  /**
   * A descriptor of the caller's for writing, or for reading (1): closed on exec, or a copy of it
   * where the command keeps it. Minus errno.
   */
  takeDescriptor(descriptor: number, forReading: number): number;
  /** Tries a name in a folder: 0: a process has bound it; minus ECONNREFUSED: none has. */
  tryConnect(folder: number, name: string): number;
  /** How many bytes of an input no process has read; minus errno where it does not say. */
  unread(descriptor: number): number;
  /** Effective user and group. */
  user(): readonly [uid: number, gid: number];
  /**
   * Sends SIGCONT to the members of a process group below a process (0: anywhere) that are stopped,
   * or may be, but not to those of `except`. How many got it; minus errno where a process could not
   * be looked at.
   */
  wakeGroup(root: number, except: readonly number[], group: number, time: number): number;
  /** Microseconds since 1970. */
  wallClock(): number;
  /** A descriptor, readable once the other end of an input is gone; minus errno. */
  watchHangUp(descriptor: number): number;
  /** A descriptor, readable when the wall clock was set, until it is read; minus errno. */
  watchWallClock(): number;
  /**
   * Blocks until descriptors are readable (a bit each, the last bit for all beyond 50), or until
   * the deadline has passed (0). The bits of `changing` descriptors follow, each set once for a
   * change. Minus errno, after a moment, if poll(2) fails.
   */
  wait(descriptors: readonly number[], deadline: number, changing?: readonly number[]): number;
  /** Writes to an existing file; 0 or minus errno. */
  writeFile(path: string, text: string): number;
  /** Writes the whole text; 0 or minus errno. */
  /** 1: the key that suspends was passed on to the command's terminal since the last call. */
  wasSuspended(): number;
  write(descriptor: number, text: string): number;
};

export type Sys = OwnSys & LookingSys & RelaySys;

declare const __sys: Sys;

/** The functions themselves. Native code has defined them before TypeScript runs. */
export const sys: Sys = __sys;
