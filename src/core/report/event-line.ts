import type { Proof } from "../spec/tree.ts";
import type { Duration, Instant } from "../values/duration.ts";
import { jsonText } from "../values/quote.ts";
import type { Event } from "./event.ts";
import type { Row } from "./json-shape.ts";
import { jsonListOf, jsonOf, jsonOrNull, listOf, objectOf, orNull, TEXT } from "./json-shape.ts";
import type { EventLine } from "./report.ts";
import { milliseconds } from "./report.ts";
import {
  CHILD,
  HOLDING,
  LIMITS_ROW,
  PROCESS,
  PROOF,
  SIGNAL,
  SURVIVOR,
  TREE_GONE,
  within,
} from "./report-json.ts";

/** A word of --events: what happened, and the report's words for it. */
type Kind<E> = { readonly means: string; readonly facts: readonly Row<E>[] };

type Exited = Extract<Event, { type: "exited" }>;
type Signalled = Extract<Event, { readonly signal: unknown }>;
const SIGNAL_ROW: Row<Signalled> = ["signal", SIGNAL, "its name", ({ signal }) => signal];

const PROOF_ROW: Row<{ readonly proof: Proof | undefined }> = [
  "proof",
  PROOF,
  "why `tree_gone` may say true; else null",
  ({ proof }) => proof ?? null,
];

/** What lines tell of: the answer to a wake stands in the report. */
export type Told = Exclude<Event, { readonly type: "woken" }>;

/** Every event's word and facts: the lines, their schema and docs/report.md are made from it. */
export const EVENTS: { readonly [T in Told["type"]]: Kind<Extract<Told, { type: T }>> } = {
  spawned: {
    means: "the guardian was started; `spawn-failed` follows where the command was not executed",
    facts: within([...HOLDING, LIMITS_ROW], ({ holding }) => holding),
  },
  "spawn-failed": {
    means: "the command could not be started",
    facts: [["errno", TEXT, "the kernel's word, such as `ENOENT`", ({ error }) => error.errno]],
  },
  exited: {
    means: "the main child ended",
    facts: [
      ...within(CHILD, ({ pid, status }: Exited) => ({ pid, end: status })),
      [
        "tree_gone",
        TREE_GONE,
        "true: proven; false: there are `leftovers`; null: not known",
        ({ proof, leftovers }) =>
          proof !== undefined ? true : leftovers.length > 0 ? false : null,
      ],
      PROOF_ROW,
      [
        "leftovers",
        listOf(objectOf(PROCESS)),
        "members that remain, as far as they can be named",
        ({ leftovers }) => jsonListOf(PROCESS, leftovers),
      ],
    ],
  },
  stopped: { means: "a signal stopped the main child", facts: [SIGNAL_ROW] },
  continued: { means: "the main child was continued", facts: [] },
  signal: { means: "a signal reached curfew", facts: [SIGNAL_ROW] },
  cancelled: { means: "the caller asked for the end, or a generation makes room", facts: [] },
  "caller-gone": { means: "the process that started curfew ended", facts: [] },
  resumed: { means: "curfew, which had stopped with the main child, goes on", facts: [] },
  sweeping: { means: "a sweep that takes its time is under way", facts: [] },
  "guardian-gone": { means: "the guardian was ended from outside", facts: [] },
  "tree-empty": {
    means: "the last member of the tree ended, after the main child",
    facts: [PROOF_ROW],
  },
  looked: {
    means: "curfew has looked again at what is left",
    facts: [
      [
        "leftovers",
        listOf(objectOf(PROCESS)),
        "members that remain, as far as they can be named",
        ({ look }) => jsonListOf(PROCESS, look.members),
      ],
    ],
  },
  swept: {
    means: "every member was sent SIGKILL, and what could end has ended",
    facts: [
      [
        "tree_gone",
        TREE_GONE,
        "true: proven; false: there are `survivors`; null: not known",
        ({ proof, survivors }) =>
          survivors.length > 0 ? false : proof === undefined ? null : true,
      ],
      PROOF_ROW,
      [
        "survivors",
        listOf(objectOf(SURVIVOR)),
        "members that could not be ended",
        ({ survivors }) => jsonListOf(SURVIVOR, survivors),
      ],
      [
        "child",
        orNull(objectOf(CHILD)),
        "the main child, if it ended in the sweep; null if that was known before",
        ({ pid, end }) => jsonOrNull(CHILD, end && { pid, end }),
      ],
    ],
  },
  deadline: { means: "an instant passed that curfew had waited for", facts: [] },
};

/** The line of an event, for whoever reads along. */
export function eventLineOf(event: Told, startedAt: Instant): EventLine {
  const at = Math.max(0, event.at - startedAt) as Duration;
  return { event: event.type, at, facts: factsOf(event) };
}

/** The table's type says that a row fits its event; of a union the compiler cannot see it. */
function factsOf<T extends Told["type"]>(event: Extract<Told, { type: T }>): EventLine["facts"] {
  const { facts }: Kind<Extract<Told, { type: T }>> = EVENTS[event.type as T];
  return jsonOf(facts, event);
}

/** An event as one line of JSON. */
export function formatEvent({ event, at, facts }: EventLine): string {
  return jsonText({ event, at_ms: milliseconds(at), ...facts });
}
