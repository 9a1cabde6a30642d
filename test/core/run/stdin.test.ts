import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Event } from "../../../src/core/report/event.ts";
import type { State } from "../../../src/core/run/state.ts";
import { deadlineOf } from "../../../src/core/run/state.ts";
import { start, step } from "../../../src/core/run/step.ts";
import type { Instant } from "../../../src/core/values/duration.ts";
import { spawned, specOf, ZERO } from "./transcript.ts";

const SPEC = specOf("run --end-with-stdin --kill-after 4 cmd");
const GRACE = 4e6;

/** Plays looks at stdin, however often the core asks for them, until the first signal. */
function timeOfSignal(unreadAt: (us: number) => number): number {
  let state: State = start(SPEC).state;
  const happen = (event: Event) => {
    const next = step(SPEC, state, event);
    state = next.state;
    return next.actions;
  };
  happen({ ...spawned.event, at: ZERO as Instant } as Event);
  happen({ type: "stdin-closed", at: ZERO as Instant, unread: unreadAt(0) });
  for (let count = 0; count < 1000; count++) {
    const due = deadlineOf(state);
    assert.ok(due !== undefined);
    const at = (due + 1) as Instant;
    const actions = happen({ type: "deadline", at });
    if (actions.some(({ type }) => type === "kill")) return at - ZERO;
    assert.ok(actions.some(({ type }) => type === "look-at-stdin"));
    happen({ type: "stdin-closed", at, unread: unreadAt(at - ZERO) });
  }
  return Number.POSITIVE_INFINITY;
}

test("a command that reads on is not disturbed; the time counts from when it has read all", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60e6 }), (readAt) => {
      const signalAt = timeOfSignal((us) => (us >= readAt ? 0 : 1 + readAt - us));
      assert.ok(signalAt >= readAt + GRACE / 2);
      assert.ok(signalAt <= readAt + GRACE / 2 + 510_000, `${signalAt - readAt}`);
    }),
    { numRuns: 50 },
  );
});

test("unread bytes that nothing reads do not hold up the end for longer than --kill-after", () => {
  const signalAt = timeOfSignal(() => 7);
  assert.ok(signalAt > GRACE * 1.5 && signalAt < GRACE * 1.5 + 510_000);
});

test("curfew looks at most a few times a second", () => {
  let looks = 0;
  timeOfSignal((us) => {
    looks += 1;
    return us > 10e6 ? 0 : 1e9 - us;
  });
  assert.ok(looks < 50, `${looks}`);
});
