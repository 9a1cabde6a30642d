import assert from "node:assert/strict";
import { test } from "node:test";
import type { Duration } from "../../../src/core/values/duration.ts";
import { LONGEST_TIMEOUT, setLongTimeout } from "../../../src/node/builtin/long-timeout.ts";
import { readyOf } from "../../../src/node/ready/start.ts";
import { Drain } from "../../../src/node/way/drain.ts";

const DAY = 24 * 3600 * 1000;

function nothing(): void {}

test("a time that is longer than Node's longest passes in parts", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let count = 0;
  setLongTimeout(() => count++, 60 * DAY);
  for (let part = 0; part < 2; part++) context.mock.timers.tick(LONGEST_TIMEOUT);
  assert.equal(count, 0);
  context.mock.timers.tick(60 * DAY - 2 * LONGEST_TIMEOUT - 1);
  assert.equal(count, 0);
  context.mock.timers.tick(1);
  assert.equal(count, 1);
  setLongTimeout(() => count++, 60 * DAY).cancel();
  for (let part = 0; part < 4; part++) context.mock.timers.tick(LONGEST_TIMEOUT);
  assert.equal(count, 1);
});

test("no option asks Node for a time that it takes for none", async (context) => {
  const set = context.mock.method(globalThis, "setTimeout");
  const run = {
    started: Promise.resolve(1),
    settled: new Promise<never>(nothing),
    owns: () => undefined,
    attach: (receiver: () => { take: (chunk: Uint8Array) => unknown }) => {
      receiver().take(Buffer.from("ready"));
    },
  };
  await readyOf(run, { kind: "output", pattern: /ready/ }, (100 * DAY * 1000) as Duration);
  const drain = new Drain({ pause: nothing, resume: nothing, stop: nothing });
  drain.begin(30 * DAY);
  drain.end();
  const times = set.mock.calls.map((call) => Number(call.arguments[1]));
  assert.deepEqual(times, [LONGEST_TIMEOUT, LONGEST_TIMEOUT]);
});
