import { COUNT, FLAG, jsonOrNull, objectOf, orNull, type Row } from "./json-shape.ts";
import type { RelayedOutput, StreamTotals } from "./report.ts";

const STREAM: readonly Row<StreamTotals>[] = [
  ["bytes", COUNT, "what was written to it", ({ bytes }) => bytes],
  ["omitted", COUNT, "how much of that was not passed on", ({ omitted }) => omitted],
];

export const OUTPUT: readonly Row<RelayedOutput>[] = [
  [
    "stdout",
    orNull(objectOf(STREAM)),
    "null if it was closed",
    ({ stdout }) => jsonOrNull(STREAM, stdout),
  ],
  [
    "stderr",
    orNull(objectOf(STREAM)),
    "null if it was closed, or went to the same file as stdout and is counted there",
    ({ stderr }) => jsonOrNull(STREAM, stderr),
  ],
  [
    "pipe_held",
    FLAG,
    "whether a process still had a pipe open when curfew stopped reading",
    ({ isPipeHeld }) => isPipeHeld,
  ],
];
