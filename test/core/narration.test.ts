import assert from "node:assert/strict";
import { test } from "node:test";
import type { Instant } from "../../src/core/duration.ts";
import type { Event } from "../../src/core/event.ts";
import { isNarrated, narrationOf } from "../../src/core/narration.ts";
import type { Spec } from "../../src/core/spec.ts";
import { INIT_DEFAULTS } from "../../src/core/spec.ts";
import type { Usage } from "../../src/core/tree.ts";

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
  backstop: false,
};

const ROWS: readonly (readonly [event: Event, message: unknown])[] = [
  [
    { type: "spawned", at: AT, holding: HOLDING },
    { kind: "command-started", pid: 9, command: "sh", isAlone: false },
  ],
  [
    { type: "signal", at: AT, signal: "SIGHUP" },
    { kind: "signal-received", signal: "SIGHUP", becomes: undefined },
  ],
  [
    { type: "signal", at: AT, signal: "SIGTERM" },
    { kind: "signal-received", signal: "SIGTERM", becomes: "SIGINT" },
  ],
  [
    {
      type: "exited",
      at: AT,
      pid: 9,
      status: EXITED,
      usage: USAGE,
      proof: "echild",
      leftovers: [],
      backstop: false,
    },
    { kind: "command-ended", pid: 9, status: EXITED },
  ],
  [
    { ...SWEPT, end: EXITED },
    { kind: "command-ended", pid: 9, status: EXITED },
  ],
  [{ ...SWEPT, end: undefined }, undefined],
  [{ type: "deadline", at: AT }, undefined],
];

for (const [event, message] of ROWS) {
  test(`what is told of ${event.type}: ${JSON.stringify(message)}`, () => {
    assert.deepEqual(
      narrationOf(SPEC, event, () => 9),
      message,
    );
  });
}

test("warnings alone tell nothing of a run: whoever asks for no more pays for no more", () => {
  assert.deepEqual(
    [0, 1, 2, 4].map((narration) => isNarrated({ ...SPEC, narration })),
    [false, false, true, true],
  );
});
