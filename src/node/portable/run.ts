import type { Tell } from "../../core/drive.ts";
import { driveBy } from "../../core/drive.ts";
import type { Event } from "../../core/report/event.ts";
import { isPrivileged } from "../way/binary.ts";
import { PRIVILEGED } from "../way/failures.ts";
import type { Ending, Handle, Listener, Order, StreamName } from "../way/way.ts";
import { now, wallClock } from "./clock.ts";
import type { PortableRun } from "./context.ts";
import { control } from "./control.ts";
import { specOf } from "./holding.ts";
import { hostOf } from "./host.ts";
import { owns } from "./ownership.ts";
import type { View } from "./processes/view.ts";
import { viewHere } from "./processes/view.ts";
import { setRef } from "./refs.ts";
import { drain } from "./streams/drain.ts";
import { newInput } from "./streams/input.ts";
import { newRelay } from "./streams/relay.ts";
import type { Source } from "./streams/source.ts";
import { BadFile, openStreams } from "./streams/streams.ts";
import { newTimers } from "./timers.ts";

/** Starts a run. Nothing is told before this has returned. */
export function startRun(order: Order, listener: Listener, view: View = viewHere()): Handle {
  const run = newRun(order, listener, view);
  // Not yet: the caller has no handle, and may still cancel.
  queueMicrotask(() => void begin(run));
  const onSource = (stream: StreamName, act: (source: Source) => void) => {
    const source = run.sources.get(stream);
    if (source !== undefined) act(source);
  };
  return {
    control: (request) => control(run, request),
    write: run.input.write,
    end: run.input.end,
    pause: (stream) => {
      run.paused.add(stream);
      onSource(stream, (source) => source.pause());
    },
    resume: (stream) => {
      run.paused.delete(stream);
      onSource(stream, (source) => source.resume());
    },
    close: (stream) => {
      run.closed.add(stream);
      onSource(stream, (source) => source.stop());
    },
    ref: () => setRef(run, true),
    unref: () => setRef(run, false),
    owns: (pid) => owns(run, pid),
  };
}

function newRun(order: Order, listener: Listener, view: View): PortableRun {
  return {
    order,
    spec: specOf(order),
    listener,
    view,
    timers: newTimers(),
    input: newInput(),
    tell: () => undefined,
    startedAt: { at: now(), wall: wallClock() },
    streams: undefined,
    sources: new Map(),
    relay: newRelay(order),
    draining: undefined,
    isPipeHeld: false,
    paused: new Set(),
    closed: new Set(),
    isRef: true,
    asked: [],
    command: undefined,
    looking: undefined,
    had: new Map(),
    reached: [],
    sweep: undefined,
    alarm: undefined,
    deadline: undefined,
    report: undefined,
    isEnding: false,
    isOver: false,
  };
}

async function begin(run: PortableRun): Promise<void> {
  if (isPrivileged()) {
    endStreams(run);
    finish(run, PRIVILEGED);
    return;
  }
  try {
    run.streams = await openStreams(run.order, run.listener);
  } catch (error) {
    endStreams(run);
    finish(run, failureOf(error));
    return;
  }
  driveBy(run.spec, (tell) => {
    run.tell = tellingOf(run, tell);
    return hostOf(run, () => settle(run));
  });
}

/** Keeps what happens while the end of the command is still being looked at. */
function tellingOf(run: PortableRun, tell: Tell): Tell {
  const held: Event[] = [];
  return (event) => {
    if (run.isOver) return;
    if (run.isEnding) {
      held.push(event);
      return;
    }
    tell(event);
    for (const later of held.splice(0)) run.tell(later);
  };
}

/** The core is done. Where it has not had the output delivered, that is done now. */
function settle(run: PortableRun): void {
  run.input.attach(undefined);
  const { sources, draining } = run;
  if (sources.size === 0) endStreams(run);
  if (draining !== undefined) {
    conclude(run);
    return;
  }
  const { pipeDrain } = run.order.relay;
  run.draining = drain([...sources.values()], run.timers, pipeDrain, (isPipeHeld) => {
    run.isPipeHeld = isPipeHeld;
    conclude(run);
  });
}

function conclude(run: PortableRun): void {
  const { report, isPipeHeld } = run;
  const lost = { kind: "lost", text: "the run ended without a report" } as const;
  finish(run, report === undefined ? lost : { kind: "report", report, isPipeHeld });
}

function finish(run: PortableRun, ending: Ending): void {
  run.isOver = true;
  run.timers.stop();
  run.streams?.closeTheirs();
  run.streams?.closeOurs();
  run.input.attach(undefined);
  run.listener.finished(ending);
}

/** Where no command was started its streams end, too. */
function endStreams({ order, listener }: PortableRun): void {
  for (const name of ["stdout", "stderr"] as const) {
    if (order[name].kind === "bytes") listener.outputEnded(name);
  }
}

function failureOf(error: unknown): Ending {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof BadFile) {
    return { kind: "failed", code: "bad_file", text, errno: error.errno };
  }
  return { kind: "failed", code: "resource", text, errno: (error as NodeJS.ErrnoException).code };
}
