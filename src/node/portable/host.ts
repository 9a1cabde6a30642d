import type { ChildProcess } from "node:child_process";
import type { Leaving, TellingHost } from "../../core/drive.ts";
import { formatEvent } from "../../core/report/event-line.ts";
import type { Report } from "../../core/report/report.ts";
import { formatReport } from "../../core/report/report-json.ts";
import type { Action } from "../../core/run/action.ts";
import type { WaitStatus } from "../../core/spec/status.ts";
import type { Instant } from "../../core/values/duration.ts";
import type { Signal } from "../../core/values/signal.ts";
import type { WallTime } from "../../core/values/wall-time.ts";
import type { JsonObject } from "../way/way.ts";
import { now, wallClock } from "./clock.ts";
import type { PortableRun } from "./context.ts";
import { guard, startGuardian, unguard } from "./guardian/guardian.ts";
import { holdingOf, staysInGroup } from "./holding.ts";
import { lookAgain, mayBeLeft, namesOf, snapshotOf, watchLeftovers } from "./leftovers.ts";
import { withLook } from "./looking.ts";
import { processOf } from "./processes/proc.ts";
import { newTree } from "./processes/tree.ts";
import { groupOf, kill, wake } from "./signals.ts";
import { setRef } from "./refs.ts";
import { cwdErrno, errnoOf, spawnCommand, spawnErrorOf } from "./spawning.ts";
import { attach } from "./streams/streams.ts";
import { sweep, sweepRound } from "./sweeping.ts";

/** The host of a run, for `driveBy`. `onLeft`: the core is done; the streams may still be open. */
export function hostOf(run: PortableRun, onLeft: (leaving: Leaving) => void): TellingHost {
  return {
    perform: (action) => perform(run, action),
    wakeAfter: (deadline) => wakeAfter(run, deadline),
    leave: (leaving) => {
      run.isOver = true;
      const { tree } = run.command ?? {};
      if (tree?.group !== undefined) unguard(tree.group);
      onLeft(leaving);
    },
  };
}

function perform(run: PortableRun, action: Exclude<Action, { type: "exit" }>): void {
  switch (action.type) {
    case "spawn":
      return start(run);
    case "kill":
      return kill(run, action);
    case "wake":
      return wake(run, action.target);
    case "look":
      return lookAgain(run);
    case "sweep":
    case "take-over":
      return sweep(run, action.limit);
    case "emit":
      return run.listener.event(JSON.parse(formatEvent(action)) as JsonObject);
    case "report":
      run.report = reportOf(run, action.report);
      return;
    case "mirror-stop":
      // Node does not tell that a command was stopped, so the core never asks for it.
      return run.tell({ type: "resumed", at: now() });
    case "will":
    case "recipients":
      // The guardian was told what to do when Node dies. It does nothing while Node lives.
      return;
    case "leave-tree":
    case "say":
      return;
  }
}

/** The report, as the program writes it. */
export function reportOf({ startedAt }: PortableRun, report: Report): JsonObject {
  const wall = (startedAt.wall + report.startedAt - startedAt.at) as WallTime;
  return JSON.parse(formatReport(report, wall)) as JsonObject;
}

/**
 * A deadline counts only after one poll: where Node was busy, the command's end may have come before
 * it, and a command that ended by itself has no other reason.
 */
function wakeAfter(run: PortableRun, deadline: Instant | undefined): void {
  run.alarm?.cancel();
  run.alarm = undefined;
  if (deadline === undefined) return;
  const look = () => {
    const at = now();
    if (run.isOver) return;
    if (at <= deadline) set();
    else run.tell({ type: "deadline", at });
  };
  const set = () => {
    const time = (deadline - now()) / 1000;
    const alarm = run.timers.after(time, () => {
      setImmediate(() => {
        if (run.alarm === alarm) look();
      });
    });
    run.alarm = alarm;
  };
  set();
}

function start(run: PortableRun): void {
  const { order, spec, streams } = run;
  const early = run.asked.findIndex(({ type }) => type === "cancelled");
  const [cancel] = early < 0 ? [] : run.asked.splice(0, early + 1).slice(-1);
  if (cancel !== undefined) return run.tell({ ...cancel, at: now() });
  const failed = (errno: string) => {
    run.tell({ type: "spawn-failed", at: now(), error: spawnErrorOf(order, errno) });
  };
  const badCwd = cwdErrno(order.cwd);
  if (badCwd !== undefined) return failed(badCwd);
  const leads = !staysInGroup(order);
  const isGuarded = leads && startGuardian();
  const at = now();
  run.startedAt = { at, wall: wallClock() };
  const spawning = spawnCommand(order, streams?.stdio ?? "ignore", leads);
  if (spawning.kind === "failed") return failed(spawning.errno);
  const { process: child } = spawning;
  if (spawning.kind === "failing") {
    child.once("error", (error) => failed(errnoOf(error)));
    return;
  }
  const { pid } = spawning;
  if (isGuarded) guard(pid, spec);
  const tree = newTree(pid, leads ? pid : undefined);
  tree.startTime = processOf(pid)?.startTime;
  run.command = { process: child, tree };
  child.once("exit", (code, signal) => onExit(run, statusOf(code, signal)));
  openSources(run, child);
  run.listener.started(pid);
  run.tell({ type: "spawned", at, holding: holdingOf(order, isGuarded) });
  for (const event of run.asked.splice(0)) run.tell({ ...event, at: now() });
}

/** Begins to read what the command writes. */
function openSources(run: PortableRun, child: ChildProcess): void {
  const { streams, listener, order } = run;
  run.input.attach(child.stdin ?? undefined);
  if (streams === undefined) return;
  run.sources = attach(streams, child, {
    onBytes: (_, chunk) => chunk,
    onResumed: () => undefined,
    onEnded: (name) => {
      if (order[name].kind === "bytes") listener.outputEnded(name);
      run.onStreamEnded();
    },
  });
  for (const name of run.paused) run.sources.get(name)?.pause();
  for (const name of run.closed) run.sources.get(name)?.stop();
  if (!run.isRef) setRef(run, false);
}

function statusOf(code: number | null, signal: NodeJS.Signals | null): WaitStatus {
  if (signal === null) return { kind: "exited", code: code ?? 0 };
  return { kind: "signaled", signal: signal as Signal, coreDumped: false };
}

/** The command has ended. What is left of its tree is looked up before the core is told. */
function onExit(run: PortableRun, status: WaitStatus): void {
  const { command } = run;
  if (command === undefined) return;
  command.tree.isReaped = true;
  const main = { type: "exited", pid: command.tree.pid, status } as const;
  const nothing = { usage: undefined, proof: undefined, leftovers: [] } as const;
  if (run.sweep !== undefined) {
    run.tell({ ...main, ...nothing, at: now() });
    sweepRound(run);
    return;
  }
  const tellAlone = () => run.tell({ ...main, ...nothing, at: now(), seemsAlone: true });
  // Mostly nothing is left, and that costs two calls of the kernel to see.
  if (run.looking === undefined && groupOf(run) === undefined && !mayBeLeft(run)) {
    return tellAlone();
  }
  run.isEnding = true;
  withLook(run, (members) => {
    run.isEnding = false;
    const isLeft = members === undefined ? groupOf(run) !== undefined : members.length > 0;
    if (!isLeft) return tellAlone();
    const look = snapshotOf(run, members);
    run.tell({ ...main, ...nothing, at: now(), leftovers: namesOf(members ?? []), look });
    if (!run.isOver) watchLeftovers(run);
  });
}
