// The answer to a caller that asks what the command has written so far.
import { base64Of } from "../values/base64.ts";
import type { Duration } from "../values/duration.ts";
import type { Bytes } from "../values/size.ts";
import type { Row } from "./json-shape.ts";
import {
  COUNT,
  jsonOrNull,
  MILLISECONDS,
  milliseconds,
  objectOf,
  orNull,
  TEXT,
} from "./json-shape.ts";

/** What the command has written so far. A stream that curfew does not pass on is not known. */
export type Written = {
  readonly stdout: StreamSoFar | undefined;
  readonly stderr: StreamSoFar | undefined;
  /** How long ago the last byte came; undefined: curfew passes nothing on. */
  readonly idle: Duration | undefined;
};

export type StreamSoFar = {
  readonly bytes: Bytes;
  /** What the reader has already, or will get next. */
  readonly passed: Bytes;
  /** What stands between that and `tail`. */
  readonly omitted: Bytes;
  /** The last bytes of what is kept back until the end; one that is not UTF-8 is escaped. */
  readonly tail: string;
};

const STREAM: readonly Row<StreamSoFar>[] = [
  ["bytes", COUNT, "what was written to it", ({ bytes }) => bytes],
  ["passed", COUNT, "how much of the beginning was passed on", ({ passed }) => passed],
  ["omitted", COUNT, "how much was written between that and `tail`", ({ omitted }) => omitted],
  ["tail", TEXT, "the last bytes that are kept, in base64", ({ tail }) => base64Of(tail)],
];

/** The keys of the answer. */
export const WRITTEN: readonly Row<{ readonly written?: Written }>[] = [
  [
    "stdout",
    orNull(objectOf(STREAM)),
    "null if curfew does not pass it on",
    ({ written }) => jsonOrNull(STREAM, written?.stdout),
  ],
  [
    "stderr",
    orNull(objectOf(STREAM)),
    "the same of stderr; null also if it goes where stdout goes",
    ({ written }) => jsonOrNull(STREAM, written?.stderr),
  ],
  [
    "idle_ms",
    orNull(MILLISECONDS),
    "how long ago the last byte came",
    ({ written }) => (written?.idle === undefined ? null : milliseconds(written.idle)),
  ],
];
