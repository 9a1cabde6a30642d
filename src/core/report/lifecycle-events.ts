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
    means: "curfew has bound an address, and holds it until it exits",
    facts: [
      ["name", TEXT, "its name in LISTEN_FDNAMES", ({ name }) => name.toWellFormed()],
      [
        "address",
        TEXT,
        "the address, with the port that the kernel has chosen for port 0",
        ({ address }) => address.toWellFormed(),
      ],
      ["descriptor", COUNT, "its descriptor in the command", ({ descriptor }) => descriptor],
    ],
  },
  changed: {
    means: "a watched path has changed",
    facts: [["path", TEXT, "the path, or one of several", ({ path }) => path.toWellFormed()]],
  },
  ready: { means: "a generation is ready", facts: [GENERATION] },
  "not-ready": {
    means: "a generation did not become ready in time, and curfew ends it",
    facts: [GENERATION],
  },
  ended: {
    means: "a generation has ended, with every process that it had started",
    facts: [
      GENERATION,
      ["exit_code", EXIT_CODE, "the code that curfew would exit with", ({ exitCode }) => exitCode],
    ],
  },
};
