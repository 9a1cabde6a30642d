// The functions of the window over a model kernel, as far as the host can see what they do.

import assert from "node:assert/strict";
import type { Sys } from "../../../src/linux/kernel/window.ts";
import { FIELD, SPAWN_FIELDS, SPAWN_SETTINGS, WILL_FIELDS } from "../../../src/linux/run/fields.ts";
import * as descriptors from "./descriptors.ts";
import { open } from "./descriptors.ts";
import { folders } from "./folders.ts";
import * as guardian from "./guardian.ts";
import { here } from "./guardian.ts";
import { below, childrenOf, living } from "./kernel.ts";
import * as files from "./proc.ts";
import { deliver, kill, SIGCONT } from "./signals.ts";
import { sockets } from "./sockets.ts";
import type { Kernel, Process } from "./types.ts";

const EPERM = 1;
const ESRCH = 3;
const EBADF = 9;
const EMFILE = 24;
const EAGAIN = 11;
const ENXIO = 6;

export type Window = Partial<Sys>;

/** A list that crosses the window has a value for each of its names. */
function assertFilled(list: readonly unknown[], names: readonly string[]): void {
  const filled = list.filter((value) => value !== undefined).length;
  assert.deepEqual([list.length, filled], [names.length, names.length], names.join(" "));
}

/** Calls about processes and signals. */
function processes(kernel: Kernel): Window {
  const { own } = kernel;
  const groupOf = (pid: number) => (pid === 0 ? own : kernel.processes.get(pid));
  const once = (process: Process, signal: number) => {
    const key = `${signal} ${process.pid} ${process.startTime}`;
    const isNew = !kernel.noted.has(key);
    kernel.noted.add(key);
    return isNew;
  };
  const inGroup = (root: number, except: readonly number[], group: number) =>
    below(kernel, root, except).filter(
      (process) => process.group === group && process.pid !== here(kernel)?.command,
    );
  return {
    awaitParent: () => 0,
    becomeSubreaper: () => {
      kernel.isSubreaper = true;
      return 0;
    },
    groupOf: (pid) => groupOf(pid)?.group ?? -ESRCH,
    raisePriority: () => {},
    hasChildren: () => childrenOf(kernel, own.pid).length,
    holdsDataLimit: () => 1,
    refusedCall: () => undefined,
    isIgnored: (signal) => (kernel.ignored.has(signal) ? 1 : 0),
    joinGroup: (group) => {
      if (own.session === own.pid) return -EPERM;
      const isThere = [...kernel.processes.values()].some((other) => other.group === group);
      if (group <= 0 || (!isThere && group !== 40)) return -EPERM;
      own.group = group;
      return 0;
    },
    leadGroup: () => {
      if (own.session === own.pid) return -EPERM;
      own.group = own.pid;
      return 0;
    },
    mayKillAll: () => (own.uid === 0 ? 1 : 0),
    kill: (pid, signal) => kill(kernel, pid, signal),
    killGroupMembers: (root, except, signal, group) => {
      for (const process of inGroup(root, except, group)) {
        deliver(kernel, process, signal, own.pid);
      }
      return 0;
    },
    killMembers: (root, except, signal, group) => {
      kernel.reached.length = 0;
      for (const process of below(kernel, root, except)) {
        if (group !== -1 && process.group === group) continue;
        if (!once(process, signal)) continue;
        deliver(kernel, process, signal, own.pid);
        kernel.reached.push(process.pid);
      }
      return 0;
    },
    killReached: (signal, _time, stopped) => {
      const all = kernel.reached.flatMap((pid) => kernel.processes.get(pid) ?? []);
      const meant = all.filter(({ state }) => stopped === 0 || state === "T");
      for (const process of meant) deliver(kernel, process, signal, own.pid);
      return meant.length;
    },
    wakeGroup: (root, except, group) => {
      if (kernel.isFull) return -EMFILE;
      const stopped = below(kernel, root, except).filter(
        (process) => process.group === group && process.state === "T",
      );
      for (const process of stopped) deliver(kernel, process, SIGCONT, own.pid);
      return stopped.length;
    },
    channels: (pid) => (kernel.isFull ? -EMFILE : (kernel.channels.get(pid) ?? [])),
    members: (root, except, _time, most) => {
      if (kernel.isFull) return [0];
      const found = below(kernel, root, except).map(({ pid }) => pid);
      if (kernel.isWalkCut) return [...found, -1];
      return most === 0 ? found : found.slice(0, most);
    },
    processes: (root, except) => {
      const rows = below(kernel, root, except).map(({ pid, parent }) => {
        return [String(files.readText(kernel, `/proc/${pid}/stat`, 4096)), pid, parent, 1, 0];
      });
      return [...rows.flat(), 0, 0];
    },
    noteSignal: (pid, signal) => {
      const process = kernel.processes.get(pid);
      return process !== undefined && once(process, signal) ? 1 : 0;
    },
    parentPid: () => own.parent,
    pid: () => own.pid,
    pidfdKill: (fd, signal) => {
      const descriptor = kernel.descriptors.get(fd);
      return descriptor?.kind === "process" ? kill(kernel, descriptor.pid, signal) : -EBADF;
    },
    queueInGroup: (root, except, signal, group) => {
      for (const process of inGroup(root, except, group)) {
        deliver(kernel, process, signal, own.pid);
      }
      return 0;
    },
    reapStranger: () => {
      const guardians = kernel.runs.map((run) => run?.pid);
      const dead = childrenOf(kernel, own.pid).find(
        (child) => !living(child) && !guardians.includes(child.pid),
      );
      if (dead === undefined) return 0;
      kernel.processes.delete(dead.pid);
      return dead.pid;
    },
    sawForeign: () => (kernel.sawForeign ? 1 : 0),
    sessionOf: (pid) => groupOf(pid)?.session ?? -ESRCH,
    stopSelf: () => (kernel.isOrphaned ? 0 : 1),
    user: () => [own.uid, own.uid],
    dieBy: () => {},
    sweep: (group, _, except) => sweepAlone(kernel, group, except),
  };
}

/** `group`: its members count as well, even if they are no children of curfew. */
function sweepAlone(kernel: Kernel, group: number, except: readonly number[]): void {
  const run = here(kernel);
  if (run === undefined) return;
  guardian.endGuardian(kernel);
  run.rows.length = 0;
  run.isDeaf = false;
  if (group > 0) kill(kernel, -group, 9);
  guardian.sweepFor(kernel, run, kernel.own.pid, except);
}

/** Calls about the selected run. */
function run(kernel: Kernel): Window {
  const commandPid = () => {
    const run = here(kernel);
    if (run === undefined || run.isReaped || run.namespaces !== 0) return 0;
    return run.command;
  };
  const toCommand = (signal: number) => {
    const run = here(kernel);
    const command = run && !run.isReaped ? kernel.processes.get(run.command) : undefined;
    if (command === undefined) return -ESRCH;
    deliver(kernel, command, signal, kernel.own.pid);
    return 0;
  };
  return {
    awaitCommand: commandPid,
    commandKill: toCommand,
    commandQueue: (signal, _, group) =>
      group === 0 ? toCommand(signal) : kill(kernel, -commandPid(), signal),
    commandPid,
    chooseRun: (place) => {
      kernel.chosen = place;
    },
    endRun: () => {
      guardian.endGuardian(kernel);
      kernel.runs[kernel.chosen === 0 ? 0 : 1] = undefined;
    },
    endGuardian: () => guardian.endGuardian(kernel),
    isGuardian: (pid) => (kernel.runs.some((run) => run?.pid === pid) ? 1 : 0),
    isHelper: (pid) => (kernel.processes.get(pid)?.command === "helper" ? 1 : 0),
    guardianLine: () => -1,
    guardianNews: (margin) => guardian.news(kernel, margin),
    guardianOrder: (order) => guardian.obey(kernel, order),
    guardianKill: () => {},
    guardianPid: () => here(kernel)?.pid ?? 0,
    guardianPidfd: () => {
      const run = here(kernel);
      if (run === undefined || run.pid === 0) return -1;
      if (run.pidfd < 0) run.pidfd = open(kernel, { kind: "process", pid: run.pid });
      return run.pidfd;
    },
    guardianState: () => {
      const run = here(kernel);
      if (run === undefined || run.pid === 0) return 0;
      const process = kernel.processes.get(run.pid);
      if (process === undefined || !living(process)) return 3;
      return run.isSweeping ? 2 : 1;
    },
    guardianWill: (will) => {
      assertFilled(will, WILL_FIELDS);
      return 0;
    },
    guardianRecipients: () => {},
    spawn: (...fields) => {
      const settings = fields[FIELD.settings] as readonly number[];
      assertFilled(fields, SPAWN_FIELDS);
      assertFilled(settings, SPAWN_SETTINGS);
      guardian.begin(kernel, settings);
      return 0;
    },
  };
}

/** Calls about descriptors, files and time. */
function rest(kernel: Kernel): Window {
  return {
    argv: () => kernel.argv,
    close: (fd) => (kernel.descriptors.delete(fd) ? 0 : -EBADF),
    env: (name) => kernel.env.get(name),
    list: (path) => files.list(kernel, path),
    makeDirectory: (path) => files.makeDirectory(kernel, path),
    nextSignal: () => kernel.arrived.shift(),
    now: () => kernel.now,
    // No second process reads for curfew here: what is slow is not seen.
    beginReader: () => -EAGAIN,
    takeReader: () => "",
    hurry: () => {},
    isSameFile: (one, other) => {
      const [a, b] = [one, other].map((fd) => kernel.descriptors.get(fd));
      return a?.kind === "sink" && b?.kind === "sink" && a.path !== undefined && a.path === b.path
        ? 1
        : 0;
    },
    offer: (...given) => descriptors.offer(kernel, ...given),
    offered: (fd, deadline) => descriptors.offered(kernel, fd, deadline),
    openFile: (path) =>
      open(kernel, { kind: "sink", text: "", room: Number.POSITIVE_INFINITY, path }),
    openProcess: (pid) =>
      kernel.processes.has(pid) ? open(kernel, { kind: "process", pid }) : -ESRCH,
    openSignals: (low, high) => {
      kernel.held = BigInt(low) | (BigInt(high) << 32n);
      return open(kernel, { kind: "signals" });
    },
    openTerminal: () => (kernel.hasTerminal ? open(kernel, { kind: "terminal" }) : -ENXIO),
    readLink: (path) => files.readLink(kernel, path),
    readText: (path, size) => files.readText(kernel, path, size),
    refusedCall: (forRuns) =>
      kernel.refused.always ?? (forRuns === 0 ? undefined : kernel.refused.runs),
    endOutput: () => 0,
    releaseInput: () => 0,
    releaseTerminal: () => 0,
    rememberTerminal: () => {},
    removeCgroup: (path) => files.removeDirectory(kernel, path),
    removeDirectory: (path) => files.removeDirectory(kernel, path),
    descriptorLimit: () => kernel.descriptorLimit,
    restoreTerminal: () => {},
    secure: () => (kernel.isSecure ? 1 : 0),
    copyDescriptor: () => 0,
    takeDescriptor: (fd) => {
      const sink = kernel.descriptors.get(fd);
      return sink === undefined ? -EBADF : open(kernel, sink);
    },
    inputKind: () => kernel.stdin.kind,
    unread: () => kernel.stdin.unread,
    watchHangUp: () => open(kernel, { kind: "hang-up" }),
    watchWallClock: () => open(kernel, { kind: "wall clock", epoch: kernel.epoch }),
    wallClock: () => kernel.epoch + kernel.now,
    wait: (list, deadline) => descriptors.wait(kernel, list, deadline),
    writeFile: (path, text) => files.writeFile(kernel, path, text),
    write: (fd, text) => -descriptors.offer(kernel, fd, text, kernel.now, 0, 0)[1],
    addWatch: (fd, path) => {
      const watches = kernel.descriptors.get(fd);
      if (watches?.kind !== "watches") return -EBADF;
      if (!watches.paths.includes(path)) watches.paths.push(path);
      return watches.paths.indexOf(path) + 1;
    },
    openWatches: () => open(kernel, { kind: "watches", events: [], paths: [] }),
    readEvents: (fd) => {
      const watches = kernel.descriptors.get(fd);
      return (watches?.kind === "watches" && watches.events.shift()) || -EAGAIN;
    },
    removeWatch: () => 0,
    openMounts: () => -1,
    openEntries: (path) => {
      const rows = [files.entries(kernel, path, false), files.entries(kernel, path, true)];
      const [plain, withState] = rows;
      if (typeof plain !== "object" || typeof withState !== "object") return -2;
      let fd = ENTRIES;
      while (kernel.descriptors.has(fd)) fd += 1;
      kernel.descriptors.set(fd, { kind: "entries", parts: [plain, withState] });
      return fd;
    },
    terminalSize: () => [0, 0],
    openToRead: () => -NO_ENTRY,
    entries: (fd, state) => {
      const directory = kernel.descriptors.get(fd);
      if (directory?.kind !== "entries") return -EBADF;
      const [plain, withState] = directory.parts.splice(0);
      return (state === 0 ? plain : withState) ?? [];
    },
  };
}

/** ENOENT: there is no configuration file. */
const NO_ENTRY = 2;

/** Descriptors of directories have numbers from here on: no row wants to see them. */
const ENTRIES = 1000;

/** Calls that change nothing: no row wants to see them. */
const LOOKS: ReadonlySet<keyof Sys> = new Set<keyof Sys>([
  "descriptorLimit",
  ...([
    "addWatch",
    "argv",
    "beginReader",
    "takeReader",
    "sawForeign",
    "hurry",
    "processes",
    "channels",
    "awaitCommand",
    "chooseRun",
    "commandPid",
    "entries",
    "openEntries",
    "openMounts",
    "openToRead",
    "terminalSize",
    "env",
    "fileState",
  ] as const),
  // The queues of sockets are asked about for a message alone.
  ...(["announceClients", "listenerState"] as const),
  ...(["groupOf", "guardianLine", "guardianNews", "guardianPid", "guardianPidfd"] as const),
  ...(["guardianState", "holdsDataLimit", "isSameFile"] as const),
  ...([
    "hasChildren",
    "mayKillAll",
    "isGuardian",
    "isHelper",
    "isIgnored",
    "list",
    "members",
    "nextSignal",
    "now",
  ] as const),
  ...(["parentPid", "pid", "readEvents", "readLink", "readNow", "readText", "receive"] as const),
  ...(["secure", "sessionOf", "socketName", "stateAt", "user", "refusedCall"] as const),
  ...(["wait", "wallClock", "inputKind", "unread"] as const),
]);

/** The window: it counts calls, lets some fail, and logs those that do something. */
export function windowOf(kernel: Kernel): Sys {
  kernel.noticed = (process, how) => guardian.noticed(kernel, process, how);
  const calls: Window = {
    ...processes(kernel),
    ...run(kernel),
    ...rest(kernel),
    ...sockets(kernel),
    ...folders(kernel),
  };
  return new Proxy(calls, {
    get: (all, name: keyof Sys) => {
      const call = all[name] as ((...args: unknown[]) => unknown) | undefined;
      return (...args: unknown[]) => {
        if (call === undefined) throw new Error(`the model has no ${name}`);
        const result = refused(kernel, name) ?? call(...args);
        const failed = typeof result === "number" && result < 0 ? ` = ${result}` : "";
        const isLook = LOOKS.has(name) || (name === "close" && Number(args[0]) >= ENTRIES);
        if (!isLook) kernel.log.push(`${[name, ...args.map(shown)].join(" ")}${failed}`);
        return result;
      };
    },
  }) as Sys;
}

function refused(kernel: Kernel, name: string): number | undefined {
  const count = (kernel.counts.get(name) ?? 0) + 1;
  kernel.counts.set(name, count);
  const next = kernel.meanwhile.findIndex((one) => one.name === name);
  if (next >= 0) kernel.meanwhile.splice(next, 1)[0]?.act();
  const fault = kernel.faults.find(([of, nth]) => of === name && (nth === 0 || nth === count));
  return fault && -fault[2];
}

function shown(argument: unknown): string {
  if (typeof argument === "string") return JSON.stringify(argument);
  return Array.isArray(argument) ? `[${argument.map(shown)}]` : String(argument);
}
