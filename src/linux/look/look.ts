import type { ProcessSnapshot, TreeSnapshot } from "../../core/spec/process-snapshot.ts";
import type { Duration } from "../../core/values/duration.ts";
import { isSeen } from "../../core/values/unseen.ts";
import { CLOCK_TICK } from "../kernel/abi.ts";
import { now } from "../kernel/clock.ts";
import { hasOwnProc, statOf } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";

/** How long a look may delay the first signal, in microseconds, and how many processes it shows. */
const LOOK_LIMIT = 5_000;
const MOST_PROCESSES = 256;
const LONGEST = 4096;

/** The processes below a root, as they are now; undefined: they cannot be seen. */
export function lookAtTree(root: number, except: readonly number[]): TreeSnapshot | undefined {
  if (!hasOwnProc()) return undefined;
  const at = now();
  const found = sys.members(root, except, LOOK_LIMIT, MOST_PROCESSES + 1);
  const pids = found.filter((pid) => pid > 0).slice(0, MOST_PROCESSES);
  const since = bootTime();
  const processes = pids.flatMap((pid) => processOf(pid, since) ?? []);
  return { at, processes, omitted: found.length - pids.length };
}

function processOf(pid: number, since: number): ProcessSnapshot | undefined {
  const stat = statOf(pid);
  if (!isSeen(stat)) return undefined;
  const { command, parent, startTime, state, ticks } = stat;
  const text = sys.readText(`/proc/${pid}/cmdline`, LONGEST + 1);
  const words = typeof text === "string" ? text.replace(/\0+$/, "").split("\0") : [];
  return {
    pid,
    command,
    parent,
    startTime,
    uid: undefined,
    commandLine: words,
    isCommandLineCut: false,
    state,
    cpuTime: (ticks * CLOCK_TICK) as Duration,
    age: Math.max(0, since - startTime * CLOCK_TICK) as Duration,
    systemCall: undefined,
    waitsFor: undefined,
    isWaitingForInput: false,
    listening: [],
    unread: [],
  };
}

/** Microseconds since boot. */
function bootTime(): number {
  const text = sys.readText("/proc/uptime", LONGEST);
  return typeof text === "string" ? Number(text.split(" ")[0]) * 1e6 : 0;
}
