import type { ProcessSnapshot, Unread } from "../spec/process-snapshot.ts";
import type { Duration } from "../values/duration.ts";
import { parseCommandLine } from "./command-line.ts";
import type { Stat } from "./stat.ts";
import { parseStat } from "./stat.ts";

/**
 * What a look tells of a process besides its stat, in parts, the cheapest first: there may be no
 * time for the last.
 */
export type Part =
  /** The text of its command line. */
  | { readonly part: "words"; readonly cmdline?: string; readonly unread: readonly Unread[] }
  /** What it waits for. */
  | ({ readonly part: "wait"; readonly unread: readonly Unread[] } & Waiting)
  /** What it listens on, and what is to be added to its wait. */
  | ({ readonly part: "files"; readonly unread: readonly Unread[] } & Partial<Waiting> & Listening)
  | {
      readonly part: "user";
      readonly uid?: number | undefined;
      readonly unread: readonly Unread[];
    }
  /** For how long it has waited, where the kernel tells that. */
  | {
      readonly part: "time";
      readonly waitTime: Duration;
      readonly unread: readonly Unread[];
    };

type Waiting = Pick<ProcessSnapshot, "systemCall" | "waitsFor" | "isWaitingForInput">;
type Listening = Pick<ProcessSnapshot, "listening">;

/**
 * A part, as a line of text. Short parts are put together by hand, in an eighth of the time: a
 * reader has a few milliseconds for all processes.
 */
export function formatPart(pid: number, part: Part): string {
  if (part.unread.length === 0) {
    const short = shortPart(part);
    if (short !== undefined) return `[${pid},{"part":"${part.part}",${short},"unread":[]}]\n`;
  }
  return `${JSON.stringify([pid, part])}\n`;
}

function shortPart(part: Part): string | undefined {
  switch (part.part) {
    case "words":
      return part.cmdline === undefined ? undefined : `"cmdline":${JSON.stringify(part.cmdline)}`;
    case "user":
      return part.uid === undefined ? undefined : `"uid":${part.uid}`;
    case "time":
      return `"waitTime":${part.waitTime}`;
    default:
      return undefined;
  }
}

/** The parts of each process. A line that was cut off is none. */
export function parseParts(text: string): ReadonlyMap<number, readonly Part[]> {
  const parts = new Map<number, Part[]>();
  for (const line of text.slice(0, text.lastIndexOf("\n") + 1).split("\n")) {
    if (line === "") continue;
    const [pid, part]: [number, Part] = JSON.parse(line);
    const known = parts.get(pid);
    if (known === undefined) parts.set(pid, [part]);
    else known.push(part);
  }
  return parts;
}

/** When a look was made: since boot, and the length of a clock tick, both in microseconds. */
export type Clock = { readonly sinceBoot: number; readonly tick: number };

/**
 * The snapshots of processes, from their lines of /proc/PID/stat and their parts. `why`: the reason
 * where a part is missing.
 */
export function snapshotsOf(
  stats: readonly string[],
  told: string,
  clock: Clock,
  why: string,
): readonly ProcessSnapshot[] {
  const parts = parseParts(told);
  return stats.flatMap((text) => {
    const stat = parseStat(text);
    return stat === undefined ? [] : [snapshotOf(stat, parts.get(stat.pid) ?? [], clock, why)];
  });
}

/** No kernel has to tell for how long a process waits, so that is not missed. */
const MISSING: Readonly<Record<Exclude<Part["part"], "time">, readonly Unread["what"][]>> = {
  words: ["command_line"],
  wait: ["syscall", "waits_for"],
  files: ["listening"],
  user: ["uid"],
};

function snapshotOf(
  { pid, command, parent, startTime, state, threads, ticks }: Stat,
  parts: readonly Part[],
  { sinceBoot, tick }: Clock,
  why: string,
): ProcessSnapshot {
  const missing = (Object.keys(MISSING) as (keyof typeof MISSING)[])
    .filter((name) => !parts.some(({ part }) => part === name))
    .flatMap((name) => MISSING[name].map((what) => ({ what, why })));
  const words = parts.find((part) => part.part === "words");
  const known: Partial<
    Waiting & Listening & { readonly uid: number; readonly waitTime: Duration }
  > = Object.assign({}, ...parts);
  const age = Math.max(0, sinceBoot - startTime * tick) as Duration;
  return {
    pid,
    command,
    parent,
    startTime,
    uid: known.uid,
    ...parseCommandLine(words?.cmdline ?? ""),
    state,
    ...(state === "Z" && threads > 1 && { isThreadLeft: true }),
    cpuTime: (ticks * tick) as Duration,
    age,
    waitTime: waitTimeIn(known.waitTime, age),
    systemCall: known.systemCall,
    waitsFor: known.waitsFor,
    isWaitingForInput: known.isWaitingForInput === true,
    listening: known.listening ?? [],
    unread: [...parts.flatMap(({ unread }) => unread), ...missing],
  };
}

/** No process has waited for longer than it has existed. The two are measured by two clocks. */
function waitTimeIn(waitTime: Duration | undefined, age: Duration): Duration | undefined {
  if (waitTime === undefined || waitTime > age + CLOCKS_DIFFER) return undefined;
  return Math.min(waitTime, age) as Duration;
}

/** So many microseconds at most. */
const CLOCKS_DIFFER = 100_000;
