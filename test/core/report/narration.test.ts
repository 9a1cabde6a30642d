import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event } from "../../../src/core/report/event.ts";
import { isNarrated, narrationOf } from "../../../src/core/report/narration.ts";
import { INIT_DEFAULTS } from "../../../src/core/spec/defaults.ts";
import type { Spec } from "../../../src/core/spec/spec.ts";
import type { Usage } from "../../../src/core/spec/tree.ts";
import type { Instant } from "../../../src/core/values/duration.ts";

const SPEC: Spec = {
  ...INIT_DEFAULTS,
  command: ["sh", "-c", "true"],
  rewrite: new Map([["SIGTERM", "SIGINT"]]),
};
const AT = 5 as Instant;
const USAGE = {} as Usage;
const HOLDING = { mechanism: "subreaper", reliability: "best_effort", reasons: [] } as never;
const EXITED = { kind: "exited", code: 3 } as const;
const SWEPT = {
  type: "swept" as const,
  at: AT,
  proof: undefined,
  survivors: [],
  pid: 9,
  usage: USAGE,
};

const STARTED = { kind: "command-started", pid: 9, command: "sh", isAlone: false };
const ENDED = { kind: "command-ended", pid: 9, status: EXITED };
const END = {
  type: "exited" as const,
  at: AT,
  pid: 9,
  status: EXITED,
  usage: USAGE,
  proof: "echild" as const,
  leftovers: [],
};

/** An event, the command's PID, whether its start was said, and the messages. */
const ROWS: readonly (readonly [event: Event, pid: number, isStartSaid: boolean, told: unknown])[] =
  [
    [{ type: "spawned", at: AT, holding: HOLDING }, 9, false, [STARTED]],
    // The command has ended already.
    [{ type: "spawned", at: AT, holding: HOLDING }, 0, false, []],
    [
      { type: "signal", at: AT, signal: "SIGHUP" },
      9,
      true,
      [{ kind: "signal-received", signal: "SIGHUP", becomes: undefined }],
    ],
    [
      { type: "signal", at: AT, signal: "SIGTERM" },
      9,
      true,
      [{ kind: "signal-received", signal: "SIGTERM", becomes: "SIGINT" }],
    ],
    [END, 0, true, [ENDED]],
    [END, 0, false, [STARTED, ENDED]],
    [{ ...SWEPT, end: EXITED }, 0, true, [ENDED]],
    [{ ...SWEPT, end: EXITED }, 0, false, [STARTED, ENDED]],
    [{ ...SWEPT, end: undefined }, 0, true, []],
    [{ type: "deadline", at: AT }, 9, true, []],
  ];

for (const [event, pid, isStartSaid, told] of ROWS) {
  test(`the messages of ${event.type}, ${pid}, ${isStartSaid}: ${JSON.stringify(told)}`, () => {
    assert.deepEqual(narrationOf(SPEC, event, { pidOf: () => pid, isStartSaid }), told);
  });
}

test("a verbosity of warnings alone has no messages about the course of a run", () => {
  assert.deepEqual(
    [0, 1, 2, 4].map((narration) => isNarrated({ ...SPEC, narration })),
    [false, false, true, true],
  );
});
