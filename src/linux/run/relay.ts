import type { Event } from "../../core/report/event.ts";
import type { RelayedOutput, StreamTotals } from "../../core/report/report.ts";
import type { StreamSoFar, Written } from "../../core/report/written-json.ts";
import type { Action } from "../../core/run/action.ts";
import type { OutputName, TerminalSize } from "../../core/spec/relay.ts";
import { isRelayed } from "../../core/spec/relay.ts";
import type { Duration, Instant } from "../../core/values/duration.ts";
import { NO_LIMIT } from "../../core/values/duration.ts";
import { errnoName } from "../../core/values/errno.ts";
import type { Bytes } from "../../core/values/size.ts";
import { NO_SIZE_LIMIT } from "../../core/values/size.ts";
import { isSeen } from "../../core/values/unseen.ts";
import { CLOCK_TICK, STDERR, STDOUT } from "../kernel/abi.ts";
import { hasOwnProc, statOf } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import type { HostContext, Relay, RunContext } from "./context.ts";
import { RELAY } from "./fields.ts";
import { rootOf } from "./members.ts";
import type { Spawner } from "./spawn.ts";
import { inherited, spawn } from "./spawn.ts";

/** A size that limits nothing, for native code. */
const WITHOUT_END = -1;
/** Gives up what was not passed on. */
const CUT = -1;

/** For native code: the command gets no terminal, or one of the size of curfew's. */
const NO_PTY: TerminalSize = { columns: -1, rows: 0 };
const AS_OURS: TerminalSize = { columns: 0, rows: 0 };

/** Opens the pipes or the terminal where the spec asks for them; minus errno. */
export function openRelay({ spec, terminal }: HostContext): Relay | undefined | number {
  if (!isRelayed(spec)) return undefined;
  const { maxOutput, keepOutput, pty } = spec;
  const { columns, rows } = typeof pty === "object" ? pty : pty ? AS_OURS : NO_PTY;
  const numbers: number[] = [];
  numbers[RELAY.total] = maxOutput === NO_SIZE_LIMIT ? WITHOUT_END : maxOutput;
  numbers[RELAY.head] = keepOutput?.head ?? WITHOUT_END;
  numbers[RELAY.tail] = keepOutput?.tail ?? 0;
  numbers[RELAY.terminal] = terminal;
  numbers[RELAY.columns] = columns;
  numbers[RELAY.rows] = rows;
  const descriptors = sys.openRelay(numbers);
  if (typeof descriptors === "number") return descriptors;
  return { descriptors, toldLast: sys.now(), usedThen: 0, isExcessTold: false, isDraining: false };
}

/** Starts a command that writes to the pipes. After that it alone has their writing ends. */
export const spawnRelayed: Spawner = (run, at) => {
  const { relay } = run;
  const given = inherited();
  if (relay === undefined) return spawn(run, at, given);
  relay.toldLast = at;
  const answer = spawn(run, at, { ...given, descriptors: relay.descriptors });
  for (const [index, descriptor] of relay.descriptors.entries()) {
    if (index % 2 === 0) sys.close(descriptor);
  }
  return answer;
};

/**
 * What the relay has to tell. `isLate`: a deadline has passed. Then the core learns when the
 * command wrote last, if the deadline could be that of the idle limit.
 */
export function relayNews(run: RunContext, at: Instant, isLate: boolean): Event | undefined {
  const { relay, spec } = run;
  if (relay === undefined) return undefined;
  const row = sys.lookAtRelay();
  const [last = 0, isExceeded, isOver] = row;
  if (isOver === 1 && relay.isDraining) {
    relay.isDraining = false;
    return { type: "drained", at, output: outputOf(row) };
  }
  if (isExceeded === 1 && !relay.isExcessTold) {
    relay.isExcessTold = true;
    return { type: "output-limit", at };
  }
  const isIdleDue = spec.idleTimeout !== NO_LIMIT && at > relay.toldLast + spec.idleTimeout;
  if (!isLate || !isIdleDue) return undefined;
  const used = processorTime(run);
  const written = writtenNews(relay, at, last);
  if (written === undefined) {
    const isBusy = used - relay.usedThen > Math.max(LEAST_USE, spec.idleTimeout * BUSY_SHARE);
    return isBusy ? { type: "deadline", at, isBusy } : undefined;
  }
  relay.usedThen = used;
  return written;
}

/** A tree that has used less of the processor than this does nothing, in microseconds, */
const LEAST_USE = 20_000;
/** or than this share of the idle limit. */
const BUSY_SHARE = 0.01;
/** So many processes are looked at, and no longer than so many microseconds. */
const MOST_LOOKS = 16;
const LOOK_LIMIT = 2_000;

/** How long the first members of the tree have used the processor, in microseconds. */
function processorTime(run: RunContext): number {
  if (!hasOwnProc()) return 0;
  const pids = sys.members(...rootOf(run), LOOK_LIMIT, MOST_LOOKS);
  const ticksOf = (pid: number) => {
    const stat = pid > 0 ? statOf(pid) : undefined;
    return stat !== undefined && isSeen(stat) ? stat.ticks : 0;
  };
  return pids.reduce((sum, pid) => sum + ticksOf(pid), 0) * CLOCK_TICK;
}

/** When the command wrote last, as far as curfew passes its output on. */
export function lastWritten({ relay }: RunContext): Instant | undefined {
  return relay && (sys.lookAtRelay()[0] as Instant | undefined);
}

/** The same as news, for a core that is about to pause its clocks. */
export function writtenSince(run: RunContext, at: Instant): Event | undefined {
  return run.relay && writtenNews(run.relay, at, lastWritten(run) ?? 0);
}

function writtenNews(relay: Relay, at: Instant, last: number): Event | undefined {
  if (last <= relay.toldLast) return undefined;
  relay.toldLast = last;
  return { type: "wrote", at, last: last as Instant };
}

/** Passes on what is left. A pipe that a process still holds is read until an instant. */
function drainRelay({ relay }: RunContext, heldUntil: Instant): void {
  if (relay === undefined) return;
  relay.isDraining = true;
  sys.drainRelay(heldUntil);
}

/** Changes where the command's output goes while it runs, or gives up what was not passed on. */
export function changeOutput(
  run: RunContext,
  action: Extract<Action, { type: "drain" | "cut-output" | "resize" | "close-output" }>,
): void {
  switch (action.type) {
    case "drain":
      drainRelay(run, action.heldUntil);
      break;
    case "cut-output":
      sys.drainRelay(CUT);
      break;
    case "resize":
      sys.resizeTerminal(action.size.columns, action.size.rows);
      break;
    case "close-output":
      closeOutput(run, action.stream);
  }
}

/**
 * What is written to an output fails with EPIPE from now on, where that is a socket: the command
 * and the relay write to the same one as this process.
 */
function closeOutput({ state }: HostContext, stream: OutputName): void {
  // Its own stdout curfew may have closed, to have a descriptor for something else.
  if (stream === "stdout" && state.spares?.length === 0) return;
  sys.endOutput(stream === "stdout" ? STDOUT : STDERR);
}

/** Where the row of `lookAtRelay` has the first stream, and how many numbers it has for each. */
const STREAMS = 3;
const WIDTH = 5;

function outputOf(row: readonly number[]): RelayedOutput {
  const [stdout, stderr] = [row.slice(STREAMS), row.slice(STREAMS + WIDTH)];
  return {
    stdout: totalsOf(stdout),
    stderr: totalsOf(stderr),
    isPipeHeld: stdout[3] === 1 || stderr[3] === 1,
    isOverLimit: row[1] === 1,
  };
}

/** As much of what is kept of each output is shown while the command runs, in bytes. */
const SHOWN = 32_768;
const OUTPUTS = [0, 1] as const;

/** The answer to a caller that asks what the command has written so far. */
export function writtenSoFar({ relay }: RunContext, at: Instant): Written {
  if (relay === undefined) return { stdout: undefined, stderr: undefined, idle: undefined };
  const row = sys.lookAtRelay();
  const [last = 0] = row;
  const [stdout, stderr] = OUTPUTS.map((index) => soFarOf(row, index));
  return { stdout, stderr, idle: Math.max(0, at - last) as Duration };
}

function soFarOf(row: readonly number[], index: number): StreamSoFar | undefined {
  const [isThere, bytes = 0, omitted = 0] = row.slice(STREAMS + WIDTH * index);
  const kept = sys.keptOutput(index, SHOWN);
  if (isThere !== 1 || kept === undefined) return undefined;
  const [tail, held] = kept;
  const shown = Math.min(held, SHOWN);
  return {
    bytes: bytes as Bytes,
    passed: (bytes - omitted - held) as Bytes,
    omitted: (omitted + held - shown) as Bytes,
    tail,
  };
}

function totalsOf([isThere, bytes = 0, omitted = 0, , errno = 0]: readonly number[]):
  | StreamTotals
  | undefined {
  if (isThere !== 1) return undefined;
  const failure = errno === 0 ? undefined : errnoName(errno);
  return { bytes: bytes as Bytes, omitted: omitted as Bytes, failure };
}
