import type { Duration, Instant } from "../values/duration.ts";
import type { Row } from "./json-shape.ts";
import { COUNT, EXIT_CODE, jsonOf, ORDINAL, TEXT } from "./json-shape.ts";
import type { EventLine } from "./report.ts";

/** What happens around the generations of a command that is replaced. */
export type ServingEvent =
  | {
      readonly type: "listening";
      readonly at: Instant;
      readonly name: string;
      readonly address: string;
      readonly descriptor: number;
    }
  | { readonly type: "changed"; readonly at: Instant; readonly path: string }
  | { readonly type: "ready"; readonly at: Instant; readonly generation: number }
  | { readonly type: "not-ready"; readonly at: Instant; readonly generation: number }
  | {
      readonly type: "ended";
      readonly at: Instant;
      readonly generation: number;
      readonly exitCode: number;
    };

type Kind<E> = { readonly means: string; readonly facts: readonly Row<E>[] };

/** Also on every line of a run that is one of several. */
export const GENERATION: Row<{ readonly generation: number }> = [
  "generation",
  ORDINAL,
  "which generation of the command, counted from 1",
  ({ generation }) => generation,
];

/** Their words and facts; lines, schema and document are made from it. Not Unicode is U+FFFD. */
export const SERVING_EVENTS: {
  readonly [T in ServingEvent["type"]]: Kind<Extract<ServingEvent, { type: T }>>;
} = {
  listening: {
    means: "an address was bound, and is held as long as curfew lives",
    facts: [
      ["name", TEXT, "its name in LISTEN_FDNAMES", ({ name }) => name.toWellFormed()],
      [
        "address",
        TEXT,
        "where it listens, with the port that was given",
        ({ address }) => address.toWellFormed(),
      ],
      ["descriptor", COUNT, "its number in the command", ({ descriptor }) => descriptor],
    ],
  },
  changed: {
    means: "something changed that is watched",
    facts: [["path", TEXT, "where, or one of several places", ({ path }) => path.toWellFormed()]],
  },
  ready: { means: "a generation says that it serves", facts: [GENERATION] },
  "not-ready": {
    means: "a generation did not become ready in time, and is ended",
    facts: [GENERATION],
  },
  ended: {
    means: "a generation is over, with everything that it had started",
    facts: [
      GENERATION,
      ["exit_code", EXIT_CODE, "what curfew would exit with", ({ exitCode }) => exitCode],
    ],
  },
};

/** The line of an event. */
export function servingLineOf(event: ServingEvent, startedAt: Instant): EventLine {
  const at = Math.max(0, event.at - startedAt) as Duration;
  return { event: event.type, at, facts: factsOf(event) };
}

/** The table's type says that a row fits its event; of a union the compiler cannot see it. */
function factsOf<T extends ServingEvent["type"]>(
  event: Extract<ServingEvent, { type: T }>,
): EventLine["facts"] {
  const { facts }: Kind<Extract<ServingEvent, { type: T }>> = SERVING_EVENTS[event.type as T];
  return jsonOf(facts, event);
}
