import type { RelayedOutput, StreamTotals } from "../../core/report/report.ts";
import { isRelayed } from "../../core/spec/relay.ts";
import type { Duration, Instant } from "../../core/values/duration.ts";
import type { Bytes } from "../../core/values/size.ts";
import { NO_SIZE_LIMIT } from "../../core/values/size.ts";
import type { StreamName } from "../way/way.ts";
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
