import type { LifecycleEvent } from "./event.ts";
import type { Kind, Row } from "./json-shape.ts";
import { COUNT, EXIT_CODE, ORDINAL, TEXT } from "./json-shape.ts";

/** The key that says which generation a line is about; also on every line of a generation's run. */
export const GENERATION: Row<{ readonly generation: number }> = [
  "generation",
  ORDINAL,
  "which generation of the command, counted from 1",
  ({ generation }) => generation,
];

/** The word and the facts of each lifecycle event, as `EVENTS` has them for the events of a run. */
export const LIFECYCLE_EVENTS: {
  readonly [T in LifecycleEvent["type"]]: Kind<Extract<LifecycleEvent, { type: T }>>;
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
