import assert from "node:assert/strict";
import { test } from "node:test";
import { Drain } from "../../../src/node/way/drain.ts";

function nothing(): void {}

function poll(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** A drain without time, and whether it has stopped. */
function drain(): { readonly drain: Drain; readonly hasStopped: () => boolean } {
  let hasStopped = false;
  const stop = () => {
    hasStopped = true;
  };
  return {
    drain: new Drain({ pause: nothing, resume: nothing, stop }),
    hasStopped: () => hasStopped,
  };
}

test("as long as polls bring bytes, no leftover is known to hold a pipe", async () => {
  const { drain: drained, hasStopped } = drain();
  drained.begin(0);
  for (let count = 0; count < 10; count++) {
    drained.heard("stdout", 65_536);
    await poll();
    await poll();
  }
  assert.equal(hasStopped(), false);
  for (let count = 0; count < 4; count++) await poll();
  assert.deepEqual([hasStopped(), drained.isPipeHeld], [true, true]);
});

test("a process that writes without end is not read without end", async () => {
  const { drain: drained, hasStopped } = drain();
  drained.begin(0);
  for (let count = 0; count < 100 && !hasStopped(); count++) {
    drained.heard("stdout", 65_536);
    await poll();
  }
  assert.equal(hasStopped(), true);
});
