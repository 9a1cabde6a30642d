import { isSide, LONGEST_SIDE } from "../spec/relay.ts";
import type { Duration, Instant } from "../values/duration.ts";
import { parseSignal } from "../values/signal.ts";
import type { ControlEvent, Event } from "./event.ts";
import type { Json } from "./json-shape.ts";

/** The longest control line, in characters. */
export const LONGEST_CONTROL = 65_536;

/** What a control line can mean. */
export type ControlNews = ControlEvent | Extract<Event, { type: "cancelled" }>;

/** An event without its time. */
type Meaning = ControlNews extends infer E
  ? E extends ControlNews
    ? Omit<E, "at">
    : never
  : never;

type Line = { readonly [key: string]: Json };

/** What each word of a control line means, and what else the line must have. */
const WORDS: Readonly<Record<string, (line: Line, text: string) => Meaning>> = {
  cancel: ({ reason }, text) => ({
    type: "cancelled",
    ...(reason !== undefined && { cause: causeOf(reason, text) }),
  }),
  kill: ({ signal }) => {
    const isText = typeof signal === "string" || typeof signal === "number";
    const known = isText ? parseSignal(String(signal)) : undefined;
    return known === undefined || known === "SIG0"
      ? refused("`signal` must be a name such as TERM or a number from 1 to 64")
      : { type: "control-kill", signal: known };
  },
  extend: ({ ms }) =>
    typeof ms === "number" && ms > 0 && ms <= LONGEST
      ? { type: "control-extend", by: Math.ceil(ms * 1000) as Duration }
      : refused(`\`ms\` must be a number above 0, at most ${LONGEST}`),
  output: () => ({ type: "control-output" }),
  inspect: () => ({ type: "control-inspect" }),
  resize: ({ columns, rows }) =>
    isSide(columns) && isSide(rows)
      ? { type: "control-resize", size: { columns, rows } }
      : refused(`\`columns\` and \`rows\` must be whole numbers from 1 to ${LONGEST_SIDE}`),
  close: ({ stream }) =>
    stream === "stdout" || stream === "stderr"
      ? { type: "control-close", stream }
      : refused("`stream` must be stdout or stderr"),
};

/** A century, in milliseconds: what is added to an instant must leave it exact. */
const LONGEST = 3_155_760_000_000;

/** Parses a control line, without its newline. One that means nothing is an event, too. */
export function parseControl(text: string, at: Instant): ControlNews {
  return { ...meaningOf(text), at };
}

function meaningOf(text: string): Meaning {
  if (text.length > LONGEST_CONTROL) {
    return refused(`it is longer than ${LONGEST_CONTROL} characters`);
  }
  const line = parseObject(text);
  if (line === undefined) return refused("it is no JSON object");
  const word = typeof line.control === "string" ? line.control : "";
  const read = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  if (read === undefined) return refused(`\`control\` must be ${Object.keys(WORDS).join(" or ")}`);
  return read(line, text);
}

/** A reason that is nested more deeply is kept as a text: no engine writes it as JSON for sure. */
export const DEEPEST = 100;

/** The reason of a cancel as JSON. `text`: the line that it stands in. */
function causeOf(reason: Json, text: string): string {
  return JSON.stringify(nestingOf(text) > DEEPEST ? text : reason);
}

/** How deeply the values of a JSON text are nested, at most. Brackets in strings count as well. */
export function nestingOf(text: string): number {
  let [depth, most] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "[" || character === "{") most = Math.max(most, ++depth);
    else if (character === "]" || character === "}") depth -= 1;
  }
  return most;
}

function refused(why: string): Meaning {
  return { type: "control-refused", why };
}

function parseObject(text: string): Line | undefined {
  try {
    const value: Json = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Line) : undefined;
  } catch {
    return undefined;
  }
}
