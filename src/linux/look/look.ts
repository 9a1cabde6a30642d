import type { Clock } from "../../core/look/parts.ts";
import { formatPart, snapshotsOf } from "../../core/look/parts.ts";
import { parseStat } from "../../core/look/stat.ts";
import { systemCallName } from "../../core/look/system-calls.ts";
import type { ProcessSnapshot, TreeSnapshot } from "../../core/spec/process-snapshot.ts";
import { errnoName } from "../../core/values/errno.ts";
import { CLOCK_TICK, NO_DESCRIPTOR, S_IFREG } from "../kernel/abi.ts";
import { now } from "../kernel/clock.ts";
import { hasOwnProc } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import { filesPartOf, foundOf, userPartOf, waitPartOf, wordsOf } from "./process.ts";
import { readApart } from "./reader.ts";
import { tellWaitTimes } from "./sleep.ts";
import { listenersOnce } from "./sockets.ts";
import type { Seen, View } from "./view.ts";
import type { Found } from "./waits.ts";

/** How much a look may take, and what it is about. */
export type Scope = {
  /** The process whose descendants are looked at, and children of it that are left out. */
  readonly root: number;
  readonly except: readonly number[];
  /** Whether the root is looked at, too. */
  readonly isRootShown?: boolean;
  /** The process whose standard input counts as the tree's. */
  readonly inputOf: number;
  /** How long the look may take, in microseconds, and how many processes it shows. */
  readonly time: number;
  readonly most: number;
  /** Whether curfew and the reader get turns on the processors before other processes. */
  readonly isUrgent?: boolean;
  /** Other processes that may have the other end of a pipe. */
  readonly others: readonly number[];
};

/** How long a look before a signal may take, in microseconds, and how many processes it shows. */
const BEFORE_SIGNAL = 4_300;
const MOST_PROCESSES = 256;

/**
 * The processes of a run, before they are sent a signal, which the look delays by less than 5 ms;
 * undefined: they cannot be seen.
 */
export function lookAtTree(root: number, except: readonly number[]): TreeSnapshot | undefined {
  const own = sys.pid();
  const others = [own, sys.parentPid()];
  const limits = { time: BEFORE_SIGNAL, most: MOST_PROCESSES };
  return lookAt({ root, except, inputOf: own, others, isUrgent: true, ...limits });
}

/**
 * The processes below a root, as they are now. Which processes there are is read here, because that
 * never blocks; a reader tells the rest. What it has told is interpreted when it is asked for: that
 * takes longer than to read it.
 */
export function lookAt(scope: Scope): TreeSnapshot | undefined {
  if (!hasOwnProc()) return undefined;
  if (scope.isUrgent === true) sys.hurry();
  const at = now();
  const { found, omitted } = walk(scope);
  if (found.length === 0) {
    sys.takeReader(NO_DESCRIPTOR, 0);
    return undefined;
  }
  // On a busy machine the walk may have waited for a processor for longer than it may take.
  const until = Math.max(at + scope.time, sys.now() + scope.time * LEAST_SHARE);
  const clock: Clock = { sinceBoot: bootTime(), tick: CLOCK_TICK };
  const { text, errno } = readApart(until, (tell) => {
    read(scope, found, at, until - READER_MARGIN, tell);
  });
  const why = errno === 0 ? "slow" : errnoName(errno);
  let known: readonly ProcessSnapshot[] | undefined;
  return {
    at,
    omitted,
    get processes() {
      known ??= snapshotsOf(
        found.map(({ stat }) => stat),
        text,
        clock,
        why,
      );
      return known;
    },
  };
}

/** A reader begins nothing new so shortly before the end, in microseconds. */
const READER_MARGIN = 200;
/** The share of the time in which the processes are found. */
const WALK_SHARE = 0.4;

/** The share of it that the reader has, however long the walk took. */
const LEAST_SHARE = 0.5;

type Walk = { readonly found: readonly Seen[]; readonly omitted: number };

function walk({ root, except, isRootShown, time, most }: Scope): Walk {
  const row = sys.processes(root, except, time * WALK_SHARE, most);
  const [left = 0, isPartial = 0] = row.slice(-2).map(Number);
  const found = isRootShown === true ? rootOf(root) : [];
  for (let at = 0; at + SEEN <= row.length; at += SEEN) {
    const numberAt = (offset: number) => Number(row[at + offset]);
    const [pid, parent, threads] = [numberAt(1), numberAt(2), numberAt(3)];
    found.push({ stat: String(row[at]), pid, parent, threads, owner: numberAt(4) });
  }
  return { found, omitted: Math.max(left, isPartial) };
}

/** The values that a process has in the answer to `processes`. */
const SEEN = 5;

function rootOf(pid: number): Seen[] {
  const stat = sys.readText(`/proc/${pid}/stat`, STAT);
  const known = typeof stat === "string" ? parseStat(stat) : undefined;
  return known === undefined ? [] : [{ ...known, stat: String(stat), owner: 0 }];
}

const STAT = 4096;

/** What a reader does: the cheapest first, and the leaves of the tree before their parents. */
function read(
  scope: Scope,
  found: readonly Seen[],
  at: number,
  until: number,
  tell: (text: string) => void,
): void {
  const isOver = () => sys.now() >= until;
  for (const { pid } of found) {
    if (isOver()) return;
    tell(formatPart(pid, wordsOf(pid)));
  }
  const view: View = {
    processes: new Map(found.map((seen) => [seen.pid, seen])),
    others: scope.others,
    nameOf: systemCallNames(sys.machine()),
    listeners: listenersOnce(),
    input: inputIdentity(scope.inputOf),
    until,
    descriptors: new Map(),
    texts: new Map(),
  };
  const leavesFirst = found.toReversed();
  const waits: Found[] = [];
  for (const seen of leavesFirst) {
    if (isOver()) return;
    const wait = foundOf(view, seen);
    waits.push(wait);
    tell(formatPart(seen.pid, waitPartOf(view, seen.pid, wait)));
  }
  const files = leavesFirst.map(({ pid }, index) => [pid, waits[index] ?? {}] as const);
  const tellFiles = (some: typeof files, mayBeSlow: boolean) => {
    return some.filter(([pid, wait]) => {
      const part = isOver() ? undefined : filesPartOf(view, pid, wait, mayBeSlow);
      if (part !== undefined) tell(formatPart(pid, part));
      return part === undefined;
    });
  };
  const others = tellFiles(files, false);
  tellFiles(others, true);
  tellWaitTimes(files, at, isOver, (pid, waitTime) => {
    tell(formatPart(pid, { part: "time", waitTime, unread: [] }));
  });
  // No drawing shows it.
  for (const seen of found) {
    if (isOver()) return;
    tell(formatPart(seen.pid, userPartOf(seen)));
  }
}

/** The names of system calls, of which a tree has few. */
function systemCallNames(machine: number): (number: number) => string | undefined {
  const known = new Map<number, string | undefined>();
  return (number) => {
    if (!known.has(number)) known.set(number, systemCallName(machine, number));
    return known.get(number);
  };
}

/** The standard input of a process, where another process may still write to it. */
function inputIdentity(pid: number): string | undefined {
  const [state, nothing] = [`/proc/${pid}/fd/0`, "/dev/null"].map((path) => sys.fileState(path, 1));
  if (typeof state !== "object" || state[0] === S_IFREG) return undefined;
  return typeof nothing === "object" && nothing[2] === state[2] ? undefined : state[2];
}

/** Microseconds since boot. */
function bootTime(): number {
  const text = sys.readText("/proc/uptime", STAT);
  return typeof text === "string" ? Number(text.split(" ")[0]) * 1e6 : 0;
}
