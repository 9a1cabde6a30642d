import type { ChildProcess } from "node:child_process";
import type { SpawnError } from "../../core/spec/error.ts";
import { now, wallClock } from "./clock.ts";
import type { PortableRun } from "./context.ts";
import { onExit, statusOf } from "./exit.ts";
import { guard, startGuardian } from "./guardian/guardian.ts";
import { holdingOf, staysInGroup } from "./holding.ts";
import { newTree } from "./processes/tree.ts";
import { setRef } from "./refs.ts";
import { passOn, passOnTail } from "./relaying.ts";
import { cwdErrno, cwdErrorOf, errnoOf, spawnCommand, spawnErrorOf } from "./spawning.ts";
import { attach } from "./streams/streams.ts";

/** Starts the command, unless its end was asked for before. The core is told how that went. */
export function start(run: PortableRun): void {
  const by = run.asked.find((event) => event.type === "cancelled");
  const badCwd = cwdErrno(run.order.cwd);
  if (by !== undefined) run.tell({ type: "called-off", at: now(), by });
  else if (badCwd !== undefined) fail(run, cwdErrorOf(run.order, badCwd));
  else spawn(run);
}

function fail(run: PortableRun, error: SpawnError): void {
  run.tell({ type: "spawn-failed", at: now(), error });
}

function spawn(run: PortableRun): void {
  const { order, streams } = run;
  const leads = !staysInGroup(order);
  const isGuarded = leads && startGuardian();
  run.startedAt = { at: now(), wall: wallClock() };
  const spawning = spawnCommand(order, streams?.stdio ?? "ignore", leads);
  switch (spawning.kind) {
    case "failed":
      fail(run, spawnErrorOf(order, spawning.errno));
      return;
    case "failing":
      spawning.process.once("error", (error) => {
        fail(run, spawnErrorOf(order, errnoOf(error)));
      });
      return;
    case "started":
      begin(run, spawning.process, spawning.pid, { leads, isGuarded });
  }
}

type Place = { readonly leads: boolean; readonly isGuarded: boolean };

/** The command was executed. */
function begin(
  run: PortableRun,
  child: ChildProcess,
  pid: number,
  { leads, isGuarded }: Place,
): void {
  // First: if Node dies now, the command must not live on.
  if (isGuarded) guard(pid, run.spec);
  const tree = newTree(pid, leads ? pid : undefined);
  tree.startTime = run.view.one?.(pid)?.startTime;
  run.command = { process: child, tree };
  child.once("exit", (code, signal) => onExit(run, statusOf(code, signal)));
  openSources(run, child);
  run.listener.started(pid);
  const holding = holdingOf(run.order, isGuarded);
  const { at, wall } = run.startedAt;
  run.tell({ type: "spawned", at, holding });
  run.tell({ type: "executed", at, pid, wall });
  for (const event of run.asked.splice(0)) run.tell({ ...event, at: now() });
}

/** Begins to read what the command writes. */
function openSources(run: PortableRun, child: ChildProcess): void {
  const { streams, listener, order } = run;
  run.input.attach(child.stdin ?? undefined);
  if (streams === undefined) return;
  run.sources = attach(streams, child, {
    onBytes: (name, chunk) => passOn(run, name, chunk),
    onResumed: () => {
      run.relay.last = now();
    },
    onEnded: (name) => {
      passOnTail(run, name);
      if (order[name].kind === "bytes") listener.outputEnded(name);
      run.draining?.onEnded();
    },
  });
  for (const name of run.paused) run.sources.get(name)?.pause();
  for (const name of run.closed) run.sources.get(name)?.stop();
  if (!run.isRef) setRef(run, false);
}
