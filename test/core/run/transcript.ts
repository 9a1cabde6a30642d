// Plays events against the core on a clock of the test, and writes down the actions of the core.

import { parseInit, parseRun, parseTimeout } from "../../../src/core/cli/argv.ts";
import { parseDumbInit } from "../../../src/core/cli/drop-in/dumb-init.ts";
import { parseScinit } from "../../../src/core/cli/drop-in/scinit.ts";
import { parseTini } from "../../../src/core/cli/drop-in/tini.ts";
import type { Message } from "../../../src/core/messages/messages.ts";
import { sentence } from "../../../src/core/messages/messages.ts";
import type { Event, Queued } from "../../../src/core/report/event.ts";
import type { RelayedOutput, Report, Sent, StreamTotals } from "../../../src/core/report/report.ts";
import type { Action, Will } from "../../../src/core/run/action.ts";
import { SWEEP_LIMIT, SWEEP_SLACK } from "../../../src/core/run/ladder.ts";
import type { State } from "../../../src/core/run/state.ts";
import { deadlineOf } from "../../../src/core/run/state.ts";
import { start, step } from "../../../src/core/run/step.ts";
import type { SpawnCode } from "../../../src/core/spec/error.ts";
import type { Exit } from "../../../src/core/spec/exit.ts";
import type { LeftoversSnapshot, Member } from "../../../src/core/spec/member.ts";
import { placed } from "../../../src/core/spec/placement.ts";
import type { TreeSnapshot } from "../../../src/core/spec/process-snapshot.ts";
import { hasPty } from "../../../src/core/spec/relay.ts";
import type { Spec } from "../../../src/core/spec/spec.ts";
import { asPid1 } from "../../../src/core/spec/spec.ts";
import type { WaitStatus } from "../../../src/core/spec/status.ts";
import type { AppliedContainment, Mechanism, Usage } from "../../../src/core/spec/tree.ts";
import type { Duration, Instant } from "../../../src/core/values/duration.ts";
import type { Signal } from "../../../src/core/values/signal.ts";
import type { Bytes } from "../../../src/core/values/size.ts";
import type { WallTime } from "../../../src/core/values/wall-time.ts";

type WithoutTime<E> = E extends Event ? Omit<E, "at"> : never;
type Timed = WithoutTime<Event>;
type Ended = Extract<Timed, { type: "exited" }>;
type Swept = Extract<Timed, { type: "swept" }>;

/** An event. `due`: a deadline that the core must have asked for, at exactly this time. */
export type Input<E extends Timed = Timed> = { readonly event: E; readonly due: boolean };

/** An event, its time in seconds since the spawn, and the actions of the core. */
export type TranscriptRow = readonly [seconds: number, input: Input, does: string];

/** A course of a run: its name, the command line, and its events. */
export type Transcript = readonly [name: string, call: string, ...rows: TranscriptRow[]];

function plain<E extends Timed>(event: E): Input<E> {
  return { event, due: false };
}

const PID = 42;
const HELD: AppliedContainment = { mechanism: "subreaper", reasons: ["no_cgroup"], limits: [] };
export const USAGE: Usage = {
  user: 1000 as Duration,
  system: 500 as Duration,
  maxRss: 4096 as Bytes,
  accounting: "lower_bound",
  oomKills: undefined,
};

export const spawned = plain({ type: "spawned", holding: HELD });
export const continued = plain({ type: "continued" });
/** SIGCONT behind a signal was sent to a process. */
export const woke = (target: Sent["target"]) => plain({ type: "woken", target });
/** Which of the processes that are to be told about lived when SIGKILL was sent. */
export const counted = (...living: number[]) => plain({ type: "counted", living, isAll: true });
export const cancelled = plain({ type: "cancelled" });
/** The same, and the caller says why. */
export const cancelledFor = (cause: string) => plain({ type: "cancelled", cause });
/** The caller wants no start any more, for a reason in JSON. */
export const calledOff = (cause?: string) =>
  plain({ type: "called-off", by: { type: "cancelled", at: 0 as Instant, cause } });
/** The process that started curfew ended before the command was started. */
export const orphanedBefore = plain({
  type: "called-off",
  by: { type: "caller-gone", at: 0 as Instant },
});
export const executed = plain({ type: "executed", pid: PID, wall: 0 as WallTime });
/** A control line that sends a signal to the command. */
export const controlKill = (signal: Signal) => plain({ type: "control-kill", signal });
/** A control line that moves the time limit by so many seconds. */
export const controlExtend = (seconds: number) =>
  plain({ type: "control-extend", by: (seconds * 1e6) as Duration });
/** A control line about the size of the command's terminal. */
export const controlResize = plain({ type: "control-resize", size: { columns: 90, rows: 30 } });
export const controlClose = plain({ type: "control-close", stream: "stdout" });
export const controlOutput = plain({ type: "control-output" });
export const controlInspect = plain({ type: "control-inspect" });
export const controlRefused = plain({ type: "control-refused", why: "it is no JSON object" });
/** The process that started curfew has ended. */
export const orphaned = plain({ type: "caller-gone" });
export const guardianGone = plain({ type: "guardian-gone" });
export const guardianKilled = plain({ type: "guardian-gone", killed: true });
/** The answer to a look at the leftovers. */
export function looked(...members: Member[]): Input {
  return plain({ type: "looked", look: lookOf(members) });
}

/** A look that could not see the leftovers. */
export const unlooked: Input = plain({
  type: "looked",
  look: { ...lookOf([]), isComplete: false },
});

/** A process that is left, and reads and writes only what is given. */
export function member(pid: number, command: string, given: Partial<Member> = {}): Member {
  const [age, cpuTime] = [9e6 as Duration, 0 as Duration];
  const whose = { startTime: 7, parent: 9, state: "S", age, cpuTime, commandLine: command };
  return { pid, command, ...whose, reads: [], writersEnded: [], writes: [], ...given };
}

/** The main child's end with a look at the leftovers. */
export function seen({ event }: Input<Ended>, ...members: Member[]): Input<Ended> {
  const leftovers = members.map(({ pid, command }) => ({ pid, command }));
  return plain({ ...event, proof: undefined, leftovers, look: lookOf(members) });
}

/** The main child's end; these are some of those that are left. */
export function crowded({ event }: Input<Ended>, ...members: Member[]): Input<Ended> {
  const look = { ...lookOf(members), isComplete: false, isCut: true };
  return plain({ ...event, proof: undefined, look });
}

function lookOf(members: readonly Member[]): LeftoversSnapshot {
  return { members, ours: ["stdin"], isComplete: true };
}

/** The last member of the tree ended, after the main child. */
export const empty = plain({ type: "tree-empty", usage: USAGE, proof: "echild" });
/** A deadline that the core has asked for. */
export const deadline: Input = { event: { type: "deadline" }, due: true };
/** The same, after a look at the tree. */
export const deadlineOn = (tree: TreeSnapshot): Input => ({
  event: { type: "deadline", tree },
  due: true,
});
/** A deadline that the core has not asked for. */
export const woken = plain({ type: "deadline" });

/** A start whose tree is held by the given mechanism. */
export function spawnedIn(mechanism: Mechanism): Input {
  return plain({ type: "spawned", holding: { ...HELD, mechanism } });
}

/** How far the wall clock is ahead of the monotonic one. */
const AHEAD = 1_800_000_000e6 as Duration;
const instantOf = (seconds: number | undefined) =>
  seconds === undefined ? undefined : ((ZERO + seconds * 1e6) as Instant);

/** A start with limits by the time of day, in seconds since the spawn. */
export function spawnedUntil(untilAt: number | undefined, inheritedAt?: number): Input {
  const limits = {
    untilAt: instantOf(untilAt),
    inheritedAt: instantOf(inheritedAt),
    ahead: AHEAD,
  };
  return plain({ type: "spawned", holding: HELD, limits });
}

/** The wall clock was set so many seconds on, in all, as it is seen at a time since the spawn. */
export function clockSet(seconds: number, forward: number): Input {
  return plain({
    type: "clock-set",
    wall: (ZERO + AHEAD + (seconds + forward) * 1e6) as WallTime,
  });
}

/** The process that handed a deadline down is gone. */
export const deadlineVoid = plain({ type: "deadline-void" });
/** A limit had passed before the start. */
export const limitPassed = plain({
  type: "called-off",
  by: { type: "limit-passed", at: 0 as Instant, until: 5e6 as WallTime },
});
/** The last writer of stdin is gone, and so many bytes are unread. */
export const stdinClosed = (unread: number) => plain({ type: "stdin-closed", unread });
/** How the run stands: so many processes. */
export const heartbeat = (processes: number) =>
  plain({ type: "heartbeat", processes, leaf: { pid: 9, command: "job" }, waitsFor: "sleep" });

export function spawnFailed(code: SpawnCode, errno: string): Input {
  return plain({ type: "spawn-failed", error: { kind: "spawn", code, command: "cmd", errno } });
}

/** The main child's exit. `left`: the processes that are left. */
export function exited(code: number, ...left: string[]): Input<Ended> {
  return endedBy({ kind: "exited", code }, left);
}

/** The main child's death. `left`: the processes that are left. */
export function died(signal: Signal, ...left: string[]): Input<Ended> {
  return endedBy(deathOf(signal), left);
}

export function dumped(signal: Signal): Input<Ended> {
  return endedBy({ kind: "signaled", signal, coreDumped: true }, []);
}

function deathOf(signal: Signal): WaitStatus {
  return { kind: "signaled", signal, coreDumped: false };
}

function endedBy(status: WaitStatus, left: readonly string[]): Input<Ended> {
  const leftovers = left.map((command, index) => ({ pid: 100 + index, command }));
  const proof = left.length === 0 ? "echild" : undefined;
  const tree = { usage: USAGE, proof, leftovers } as const;
  return plain({ type: "exited", pid: PID, status, ...tree });
}

/** Processes are left that cannot be named. */
export function unseen({ event }: Input<Ended>): Input<Ended> {
  return plain({ ...event, proof: undefined, leftovers: [] });
}

/** The guardian has sent the first signal in our place, so many seconds before we learn of it. */
export function backstop(ago: number = 0, target: "tree" | "child" = "tree"): Input {
  return plain({ type: "backstop", ago: (ago * 1e6) as Duration, target });
}

/** A sweep is over. `end`: how the main child ended in it. */
export function swept(end?: Signal | number, ...left: string[]): Input<Swept> {
  const status = typeof end === "number" ? ({ kind: "exited", code: end } as const) : undefined;
  const survivors = left.map((command, index) => {
    const whose = { startTime: 7, uid: 0, state: "D", why: "unkillable" } as const;
    return { pid: 100 + index, command, ...whose };
  });
  return plain({
    type: "swept",
    proof: left.length === 0 ? "echild" : undefined,
    survivors,
    pid: PID,
    end: status ?? (typeof end === "string" ? deathOf(end) : undefined),
    usage: USAGE,
  });
}

/** `terminal`: the terminal sent the signal. `shell`: a shell can continue curfew. */
export function stopped(signal: Signal, ...how: ("terminal" | "shell")[]): Input {
  const [terminal, shell] = [how.includes("terminal"), how.includes("shell")];
  return plain({ type: "stopped", signal, terminal, shell });
}

/** curfew runs again after it had stopped itself. */
export const resumed: Input = plain({ type: "resumed" });
/** The guardian has begun a sweep. */
export const sweeping: Input = plain({ type: "sweeping" });

/** The host tells when the command wrote last, in seconds since the spawn. */
export function wrote(seconds: number): Input {
  return plain({ type: "wrote", last: (ZERO + seconds * 1e6) as Instant });
}

/** A deadline that has come while the tree used the processor. */
export const busy: Input = { event: { type: "deadline", isBusy: true }, due: true };

/** The command has written more than it may. */
export const excess: Input = plain({ type: "output-limit" });

/** What was relayed, where nothing was omitted. */
export const RELAYED: RelayedOutput = {
  stdout: { bytes: 10 as Bytes, omitted: 0 as Bytes, failure: undefined },
  stderr: undefined,
  isPipeHeld: false,
  isOverLimit: false,
};

/** The output was delivered. */
export function drained(given: Partial<RelayedOutput> = {}): Input {
  return plain({ type: "drained", output: { ...RELAYED, ...given } });
}

export function signal(signal: Signal): Input {
  return plain({ type: "signal", signal });
}

/** A signal with a value, as sigqueue(3) sends it. */
export function queued(signal: Signal, ...queued: Queued): Input {
  return plain({ type: "signal", signal, queued });
}

/** A signal that the terminal sent to curfew and the command. */
export function delivered(signal: Signal): Input {
  return plain({ type: "signal", signal, delivered: true });
}

/** A signal to the guardian, which passed it on. */
export function relayed(signal: Signal): Input {
  return plain({ type: "signal", signal, relayed: true });
}

/** A signal from the curfew that started this one. */
export function above(signal: Signal): Input {
  return plain({ type: "signal", signal, above: true });
}

/** The terminal is gone, and the kernel has told only curfew. */
export const hungUp: Input = plain({ type: "signal", signal: "SIGHUP", hangup: true });

/** The request where curfew is PID 1. */
function asOne(request: ReturnType<typeof parseRun>): ReturnType<typeof parseRun> {
  return request.kind === "run" ? { ...request, spec: asPid1(request.spec) } : request;
}

const NOWHERE = { isInit: false, hasTerminal: false, leadsSession: false };

const SUBCOMMANDS: Readonly<Record<string, typeof parseRun>> = {
  run: parseRun,
  init: parseInit,
  "init-as-1": (words, env) => asOne(parseInit(words, env)),
  tini: parseTini,
  "dumb-init": parseDumbInit,
  scinit: parseScinit,
};

/**
 * The spec of a command line: `[TIMEOUT_METRICS=] [OPTION]... DURATION COMMAND [ARG]...`, or a
 * subcommand and its words, such as `run [OPTION]... COMMAND [ARG]...`.
 */
export function specOf(call: string): Spec {
  const [first, ...others] = call.split(" ");
  const metrics = first === "TIMEOUT_METRICS=" ? "" : undefined;
  const words = metrics === undefined ? call.split(" ") : others;
  const env = (name: string) => (name === "TIMEOUT_METRICS" ? metrics : undefined);
  const [subcommand = ""] = words;
  const parse = SUBCOMMANDS[subcommand];
  const request = parse === undefined ? parseTimeout(words, env) : parse(words.slice(1), env);
  if (request.kind !== "run") throw new Error(`not a command line: ${call}`);
  if (hasPty(request.spec)) return placed(request.spec, NOWHERE);
  // As at a terminal, unless an option says otherwise.
  return request.spec.group === "job" ? { ...request.spec, group: "caller" } : request.spec;
}

/** Plays a course: the actions of the core at each row, or what was wrong with the row. */
export function play([, call, ...rows]: Transcript, shows: Shows = "acts"): string[] {
  const spec = specOf(call);
  let state = frozen(start(spec).state);
  let now = 0;
  const happen = (event: Timed, at: number) => {
    now = at;
    const next = step(spec, state, { ...event, at: at as Instant });
    state = frozen(next.state);
    return textOf(next.actions, shows);
  };
  return rows.map(([seconds, { event, due }]) => {
    const at = Math.max(now, ZERO + Math.round(seconds * 1e6));
    if (!due) return happen(event, at);
    const asked = deadlineOf(state);
    if (asked === undefined) return "not asked for";
    // Limits are strict, so each one that passed has made the clock a microsecond late.
    if (asked < at || asked > at + LATE) return `due at ${since(asked)}`;
    const early = step(spec, state, { ...withoutTree(event), at: asked });
    const isIdle = early.actions.every(({ type }) => type === "emit");
    if (early.state !== state || !isIdle) return "acts before the limit has passed";
    return happen(event, asked + 1);
  });
}

/** The event before a limit has passed: the host has not looked at the tree yet. */
function withoutTree(event: Timed): Timed {
  if (event.type !== "deadline") return event;
  const { tree, ...others } = event;
  return others;
}

/** No row has more deadlines before it than this. */
const LATE = 5;

/** When the spawn happens. The clock of a real machine is not zero either. */
export const ZERO = 7_000_000_123;

function since(at: Instant): number {
  return (at - ZERO) / 1e6;
}

/** The state, frozen: a step that changes it throws. */
function frozen(state: State): State {
  if ("run" in state) {
    Object.freeze(state.run.sent);
    Object.freeze(state.run.stops);
    Object.freeze(state.run);
  }
  return Object.freeze(state);
}

/**
 * Which actions a transcript shows: without wills, with wills, or with recipients too. `tells`:
 * what run and init say of an end, word for word, and the count that goes before SIGKILL.
 */
export type Shows = "acts" | "wills" | "recipients" | "tells";

/** What only `tells` shows. */
const OF_ENDS: readonly Message["kind"][] = [
  "ending",
  "ended",
  "ended-leftovers",
  "memory-limit",
  "cpu-limit",
];

/** Actions as a transcript shows them. */
export function textOf(actions: readonly Action[], shows: Shows = "acts"): string {
  const isShown = (action: Action) => {
    const { type } = action;
    const isOfEnd = type === "count" || (type === "say" && OF_ENDS.includes(action.message.kind));
    if (isOfEnd) return shows === "tells";
    return (
      shows === "recipients" || (type !== "recipients" && (shows === "wills" || type !== "will"))
    );
  };
  return actions.filter(isShown).map(actionText).join(", ");
}

/** A message that a person reads, and whether a drawing of the tree goes with it. */
function sayText({ message, tree }: Extract<Action, { type: "say" }>): string {
  if (!OF_ENDS.includes(message.kind)) return `say ${messageText(message)}`;
  return `say "${sentence(message, true)}"${tree === undefined ? "" : " and the tree"}`;
}

function actionText(action: Action): string {
  switch (action.type) {
    case "spawn":
      return `${action.type} ${willText(action.will, 0)}`;
    case "will":
      return `${action.type} ${willText(action.will, ZERO)}`;
    case "recipients":
      return `${action.type} ${action.recipients}`;
    case "sweep": {
      // Rows that come a little after their instant need not say how much shorter the sweep is.
      const isUsual = action.limit > SWEEP_LIMIT - SWEEP_SLACK;
      return isUsual ? "sweep" : `sweep ${secondsOf(action.limit)}`;
    }
    case "take-over":
      return action.limit === SWEEP_LIMIT
        ? action.type
        : `${action.type} ${secondsOf(action.limit)}`;
    case "leave-tree":
    case "look":
    case "cut-output":
    case "look-at-stdin":
      return action.type;
    case "look-around":
      return `${action.type} since@${secondsOf(action.since - ZERO)}`;
    case "drain":
      return `${action.type} held@${secondsOf(action.heldUntil - ZERO)}`;
    case "wake":
      return `wake ${action.target}`;
    case "resize":
      return `resize ${action.size.columns}x${action.size.rows}`;
    case "close-output":
      return `${action.type} ${action.stream}`;
    case "mirror-stop":
      return `${action.type} ${action.signal}`;
    case "kill": {
      const { target, signal, queued, except } = action;
      const words = [`kill ${target} ${signal}`, queued, except && `but ${except}`];
      return words.filter((word) => word !== undefined).join(" ");
    }
    case "say":
      return sayText(action);
    case "count":
      return `count ${action.processes.map(({ pid }) => pid).join("+")}`;
    case "emit":
      return `emit ${action.event.type}@${secondsOf(action.at)}`;
    case "report":
      return `report ${reportText(action.report)}`;
    case "exit":
      return exitText(action.exit);
  }
}

/**
 * Signal, grace period, the instants of the signal and the sweep, and whether the guardian stays.
 */
function willText(will: Will, zero: number): string {
  const { signal, grace, sweepLimit, signalAt, sweepAt, staysForLeftovers } = will;
  const words = [signal, `sweep ${secondsOf(grace)}`];
  if (sweepLimit !== SWEEP_LIMIT - SWEEP_SLACK) words.push(`limit ${secondsOf(sweepLimit)}`);
  if (signalAt !== undefined) words.push(`signal@${secondsOf(signalAt - zero)}`);
  if (sweepAt !== undefined) words.push(`sweep@${secondsOf(sweepAt - zero)}`);
  if (staysForLeftovers) words.push("stays");
  return words.join(" ");
}

function messageText(message: Message): string {
  if (message.kind === "heartbeat") {
    const { elapsed, left, processes } = message;
    const time = `${secondsOf(elapsed)}s+${left === undefined ? "inf" : secondsOf(left)}`;
    return `${message.kind} ${time} ${processes}`;
  }
  if ("signal" in message) return `${message.kind} ${message.signal}`;
  if ("processes" in message) return `${message.kind} ${namesOf(message.processes)}`;
  if ("survivors" in message) return `${message.kind} ${namesOf(message.survivors)}`;
  if ("mechanism" in message) return `${message.kind} ${message.mechanism}`;
  if ("step" in message) return `${message.kind} ${message.generation} ${message.step}`;
  if ("generation" in message) return `${message.kind} ${message.generation}`;
  return message.kind;
}

function namesOf(processes: readonly { readonly command: string }[]): string {
  return processes.map(({ command }) => command).join("+") || "none";
}

/** Outcome, exit code, time, signals, then what became of the tree. */
function reportText(report: Report): string {
  const sent = report.signalsSent.map(({ signal, target, at, count }) => {
    return `${target}:${signal}@${secondsOf(since(at) * 1e6)}${count > 1 ? `x${count}` : ""}`;
  });
  const words = [report.outcome, report.exitCode, `${secondsOf(report.elapsed)}s`, ...sent];
  if (report.escalated) words.push("escalated");
  for (const stop of report.stops)
    words.push(`stop:${stop.signal}@${secondsOf(since(stop.at) * 1e6)}`);
  if (report.leftovers.length > 0) words.push(`leftovers:${namesOf(report.leftovers)}`);
  if (report.waitedFor.length > 0) words.push(`waited:${namesOf(report.waitedFor)}`);
  if (report.spared.length > 0) words.push(`spared:${namesOf(report.spared)}`);
  if (report.survivors.length > 0) words.push(`survivors:${namesOf(report.survivors)}`);
  const { output } = report;
  if (output !== undefined) {
    words.push(`output:${[output.stdout, output.stderr].map(totalsText).join("+")}`);
    if (output.isPipeHeld) words.push("held");
  }
  if (report.child !== undefined || report.error !== undefined)
    words.push(report.treeGone === undefined ? "unknown" : report.treeGone ? "gone" : "left");
  if (report.cause !== undefined) words.push(`because ${report.cause}`);
  return words.join(" ");
}

function totalsText(totals: StreamTotals | undefined): string {
  return totals === undefined ? "none" : `${totals.bytes}-${totals.omitted}`;
}

function secondsOf(microseconds: number): number {
  return Math.round(microseconds / 1e3) / 1e3;
}

/** How curfew exits: with a code or by a signal, and what a shell shows for it. */
export function exitText(exit: Exit): string {
  return exit.kind === "code" ? `exit ${exit.code}` : `die ${exit.signal} ${exit.code}`;
}
