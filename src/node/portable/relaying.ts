import type { RelayedOutput, StreamTotals } from "../../core/report/report.ts";
import { isRelayed } from "../../core/spec/relay.ts";
import type { Duration, Instant } from "../../core/values/duration.ts";
import type { Bytes } from "../../core/values/size.ts";
import { NO_SIZE_LIMIT } from "../../core/values/size.ts";
import type { JsonObject, StreamName } from "../way/way.ts";
import { now } from "./clock.ts";
import type { PortableRun } from "./context.ts";
import { drain } from "./streams/drain.ts";

/** Notes what has come. The answer is what is passed on of it now. */
export function passOn(run: PortableRun, stream: StreamName, chunk: Uint8Array): Uint8Array {
  const allowed = withinLimit(run, stream, chunk);
  return run.relay.keeping[stream]?.add(allowed) ?? allowed;
}

/** `maxOutput` bytes of both streams at most. */
function withinLimit(run: PortableRun, stream: StreamName, chunk: Uint8Array): Uint8Array {
  const { relay, spec } = run;
  const { maxOutput } = spec;
  relay.last = now();
  const before = relay.total;
  relay.total += chunk.length;
  if (maxOutput === NO_SIZE_LIMIT || relay.total <= maxOutput) return chunk;
  const passed = chunk.subarray(0, Math.max(0, maxOutput - before));
  relay.omitted[stream] += chunk.length - passed.length;
  if (before <= maxOutput) run.tell({ type: "output-limit", at: relay.last });
  return passed;
}

/** A stream has ended: the end of what the library keeps of it goes to the library. */
export function passOnTail({ relay, listener }: PortableRun, stream: StreamName): void {
  for (const chunk of relay.keeping[stream]?.tail() ?? []) listener.output(stream, chunk);
}

/**
 * Tells the core when the command wrote last, before a deadline by which it must have written. A
 * command that waits for a slow reader is not idle.
 */
export function tellWritten(run: PortableRun, at: Instant): void {
  if (!isRelayed(run.spec)) return;
  const isWaiting = [...run.sources.values()].some((source) => source.isPaused());
  run.tell({ type: "wrote", at, last: isWaiting ? at : run.relay.last });
}

/** Delivers what was written, and tells the core. */
export function deliver(run: PortableRun, heldUntil: Instant): void {
  const time = Math.max(0, heldUntil - now()) as Duration;
  run.draining = drain([...run.sources.values()], run.timers, time, (isPipeHeld) => {
    run.isPipeHeld = isPipeHeld;
    run.tell({ type: "drained", at: now(), output: outputOf(run, isPipeHeld) });
  });
}

function outputOf(run: PortableRun, isPipeHeld: boolean): RelayedOutput {
  const { relay, spec } = run;
  const totals = (stream: StreamName): StreamTotals | undefined => {
    const source = run.sources.get(stream);
    return (
      source && {
        bytes: source.count() as Bytes,
        omitted: (relay.omitted[stream] + (relay.keeping[stream]?.omitted() ?? 0)) as Bytes,
        failure: source.failure(),
      }
    );
  };
  const isOverLimit = spec.maxOutput !== NO_SIZE_LIMIT && relay.total > spec.maxOutput;
  return { stdout: totals("stdout"), stderr: totals("stderr"), isPipeHeld, isOverLimit };
}

/** As much of what is kept of each stream is shown while the command runs, in bytes. */
const SHOWN = 32_768;

/** The answer to a caller that asks what was written so far, as the program gives it. */
export function outputEvent(run: PortableRun): JsonObject {
  const { relay } = run;
  const soFar = (stream: StreamName) => {
    const source = run.sources.get(stream);
    if (source === undefined) return null;
    const keeping = relay.keeping[stream];
    const [tail, kept] = keeping?.newest(SHOWN) ?? [new Uint8Array(0), 0];
    const omitted = relay.omitted[stream] + (keeping?.omitted() ?? 0);
    const bytes = source.count();
    return {
      bytes,
      passed: bytes - omitted - kept,
      omitted: omitted + kept - tail.length,
      tail: Buffer.from(tail).toString("base64"),
    };
  };
  const idle_ms = (now() - relay.last) / 1000;
  return { event: "control-output", stdout: soFar("stdout"), stderr: soFar("stderr"), idle_ms };
}
