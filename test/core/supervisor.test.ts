import assert from "node:assert/strict";
import { test } from "node:test";
import { deadlineOf, start } from "../../src/core/supervisor.ts";
import { TRANSCRIPTS } from "./rows/supervisor.ts";
import { play, type Transcript, textOf } from "./transcript.ts";

/** Time and event stand beside what was done, so that a failure reads as a transcript. */
function check(transcript: Transcript): void {
  const [name, call, ...rows] = transcript;
  test(`timeout ${call}: ${name}`, () => {
    const done = play(transcript);
    const shown = (does: (index: number) => string | undefined) =>
      rows.map(([seconds, { event }], index) => [seconds, event, does(index)]);
    assert.deepEqual(
      shown((index) => done[index]),
      shown((index) => rows[index]?.[2]),
    );
  });
}

TRANSCRIPTS.forEach(check);

test("a run begins with the spawn, and waits for its answer without a limit", () => {
  const { state, actions } = start();
  assert.equal(textOf(actions), "spawn");
  assert.equal(deadlineOf(state), undefined);
});
