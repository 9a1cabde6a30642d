// How much of the captured output stays in memory, and how long a held pipe is listened to, where
// a caller says it.
import { DURATION, SIZE } from "../../core/cli/options/values.ts";
import { type Duration, NO_LIMIT } from "../../core/values/duration.ts";
import type { Bytes } from "../../core/values/size.ts";
import { CurfewError } from "../result/result.ts";
import { badOption } from "./check.ts";
import type { Keep } from "./defaults.ts";
import { refused } from "./misuse.ts";
import type { Options } from "./options.ts";
import { durationText, isRecord, shown, sizeText } from "./values.ts";

/** V8 has no longer strings (2^29 - 24 characters), and the marker must fit. */
const MOST_TEXT = 500 * 1024 ** 2;

/** What `keepOutput` asks for. */
export function keepOf({ keepOutput, encoding }: Options): Keep {
  const keep = isRecord(keepOutput) ? bothOf(keepOutput) : halvesOf(bytesOf(keepOutput));
  const total = keep.head + keep.tail;
  if (total === 0) throw bad('it keeps nothing; that is stdout: "ignore"');
  if (total > MOST_TEXT && encoding !== "buffer") {
    throw bad('more than 500M is too long for a string; encoding: "buffer" can have more');
  }
  return keep;
}

function halvesOf(size: number): Keep {
  const head = Math.ceil(size / 2);
  return { head: head as Bytes, tail: (size - head) as Bytes, isAsked: true };
}

function bothOf(value: Readonly<Record<string, unknown>>): Keep {
  const other = Object.keys(value).find((key) => key !== "head" && key !== "tail");
  if (other !== undefined) throw badOption("keepOutput", `it has no ${shown(other)}`);
  return { head: bytesOf(value.head), tail: bytesOf(value.tail), isAsked: true };
}

function bytesOf(value: unknown): Bytes {
  const text = sizeText(value);
  const bytes = text === undefined ? undefined : SIZE.parse(text, () => undefined);
  if (bytes === undefined) throw refused("keepOutput", value);
  return bytes;
}

function bad(text: string): CurfewError {
  return new CurfewError("bad_size", `keepOutput: ${text}`, { option: "keepOutput" });
}

/** An option that is a duration of the library's own. `NO_LIMIT` for 0 and "inf". */
function durationOf(option: "pipeDrain" | "readyTimeout", value: unknown): Duration {
  const text = durationText(value);
  const duration = text === undefined ? undefined : DURATION.parse(text, () => undefined);
  if (duration === undefined) throw refused(option, value);
  return duration;
}

/** How long a held pipe is listened to. 0 means "not at all" here, and `inf` has no meaning. */
export function pipeDrainOf({ pipeDrain }: Options): Duration {
  const drain = durationOf("pipeDrain", pipeDrain);
  if (drain === NO_LIMIT && pipeDrain !== 0 && !/^[0.]/.test(String(pipeDrain))) {
    throw refused("pipeDrain", pipeDrain);
  }
  return drain;
}

export function readyTimeoutOf({ readyTimeout }: Options): Duration {
  return durationOf("readyTimeout", readyTimeout);
}
