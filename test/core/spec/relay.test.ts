import assert from "node:assert/strict";
import { test } from "node:test";
import { hasPty, isRelayed, RELAY_DEFAULTS, type Relaying } from "../../../src/core/spec/relay.ts";
import type { Duration } from "../../../src/core/values/duration.ts";
import type { Bytes } from "../../../src/core/values/size.ts";

const size = (bytes: number) => bytes as Bytes;

/** What is asked for, and whether it needs pipes. */
const ROWS: readonly (readonly [asked: Partial<Relaying>, isRelayed: boolean])[] = [
  [{}, false],
  [{ pipeDrain: 0 as Duration }, false],
  [{ pty: true }, true],
  [{ pty: { columns: 1, rows: 1 } }, true],
  [{ idleTimeout: 1 as Duration }, true],
  [{ maxOutput: size(1) }, true],
  [{ keepOutput: { head: size(0), tail: size(0) } }, true],
];

test("only what has an effect on the output needs pipes", () => {
  for (const [asked, expected] of ROWS) {
    assert.equal(isRelayed({ ...RELAY_DEFAULTS, ...asked }), expected, JSON.stringify(asked));
    assert.equal(hasPty({ ...RELAY_DEFAULTS, ...asked }), asked.pty !== undefined);
  }
});
