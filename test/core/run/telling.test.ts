import assert from "node:assert/strict";
import { test } from "node:test";
import { TELLINGS } from "./rows/telling.ts";
import { play } from "./transcript.ts";

for (const transcript of TELLINGS) {
  const [name, call, ...rows] = transcript;
  test(`${call}: ${name}`, () => {
    const done = play(transcript, "tells");
    assert.deepEqual(
      done,
      rows.map(([, , does]) => does),
    );
  });
}
