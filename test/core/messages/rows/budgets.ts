import type { BudgetMessage } from "../../../../src/core/messages/budget-sentence.ts";
import type { Duration } from "../../../../src/core/values/duration.ts";
import type { WallTime } from "../../../../src/core/values/wall-time.ts";

const seconds = (count: number) => (count * 1e6) as Duration;
const beat = {
  kind: "heartbeat",
  elapsed: seconds(90),
  left: seconds(3600),
  processes: 3,
  leaf: { pid: 7, command: "sl\neep" },
  waitsFor: "sleep",
} as const;
const stdin = { kind: "no-stdin-end", errno: undefined } as const;

/** A message, and its sentence. */
export const BUDGET_SENTENCES: readonly (readonly [BudgetMessage, string])[] = [
  [
    { kind: "limit-passed", until: 1e15 as WallTime },
    "nothing was started: the time limit passed at 2001-09-09T01:46:40.000Z",
  ],
  [beat, "running for 1m30s, 1h left; 3 processes: 7 'sl\\neep' sleeps"],
  [
    { ...beat, elapsed: seconds(7384.9), left: undefined, processes: 1, waitsFor: undefined },
    "running for 2h3m4s; 1 process: 7 'sl\\neep'",
  ],
  [
    { ...beat, left: seconds(0.4), processes: 0, leaf: undefined },
    "running for 1m30s, 0s left; 0 processes",
  ],
  [
    { ...beat, processes: 105, isPartial: true, leaf: undefined },
    "running for 1m30s, 1h left; at least 105 processes",
  ],
  [{ ...beat, processes: undefined, leaf: undefined }, "running for 1m30s, 1h left"],
  [
    { ...stdin, stdin: "file" },
    "--end-with-stdin: standard input is a file, so it has no writer that can exit",
  ],
  [
    { ...stdin, stdin: "device" },
    "--end-with-stdin: standard input is a device that does not report when its other end is closed",
  ],
  [
    { ...stdin, stdin: "writable" },
    "--end-with-stdin: standard input is open for writing, so it always has a writer",
  ],
  [
    { ...stdin, stdin: "listening" },
    "--end-with-stdin: standard input is a socket that has no other end",
  ],
  [{ ...stdin, stdin: "closed" }, "--end-with-stdin: standard input is closed"],
  [
    { ...stdin, stdin: "unwatched", errno: "EMFILE" },
    "--end-with-stdin: standard input cannot be watched: too many open files",
  ],
];
