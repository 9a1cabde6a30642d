// What a run does that no option says anything about.
import type { Duration } from "../../core/values/duration.ts";
import type { Bytes } from "../../core/values/size.ts";
import type { Options } from "./options.ts";
import type { Condition } from "./ready.ts";
import type { Streams } from "./streams.ts";

/** What is kept of a stream. `isAsked`: what is left out is marked, and is no error. */
export type Keep = { readonly head: Bytes; readonly tail: Bytes; readonly isAsked: boolean };

/** 100M: enough for every output that is meant to be read at once. */
export const DEFAULT_KEEP: Keep = {
  head: (100 * 1024 ** 2) as Bytes,
  tail: 0 as Bytes,
  isAsked: false,
};

/** 500 ms: what a dying process may still need to write its last lines. */
export const DEFAULT_DRAIN: Duration = 500_000 as Duration;

export const DEFAULT_READY_TIMEOUT: Duration = 60_000_000 as Duration;

export const STARTED: Condition = { kind: "started" };

const CAPTURED = { plan: { kind: "bytes" }, targets: [{ kind: "capture" }] } as const;

/** Nothing to read, and both outputs into the result. */
export const DEFAULT_STREAMS: Streams = {
  stdin: { kind: "ignore" },
  source: { kind: "none" },
  stdout: CAPTURED,
  stderr: CAPTURED,
};

/** Whether no option says anything about the streams. */
export function hasDefaultStreams({ stdin, stdout, stderr, stdio, input }: Options): boolean {
  return [stdin, stdout, stderr, stdio, input].every((one) => one === undefined);
}
