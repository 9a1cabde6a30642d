import assert from "node:assert/strict";
import { test } from "node:test";
import { endingSentence } from "../../../src/core/messages/ending-sentence.ts";
import { SENTENCES } from "./rows/endings.ts";

for (const [index, [message, words]] of SENTENCES.entries()) {
  test(`${index} ${words}`, () => assert.equal(endingSentence(message, true), words));
}

test("what a process is called cannot leave its quotes", () => {
  const evil = { pid: 7, command: "\u001b[2J\n" };
  const left = SENTENCES.find(([{ kind }]) => kind === "ended-leftovers")?.[0];
  assert.ok(left?.kind === "ended-leftovers");
  assert.equal(
    endingSentence({ ...left, command: "a\u202e", processes: [evil] }, true),
    "'a\\342\\200\\256' left 1 process behind: 7 '\\033[2J\\n'; it is gone",
  );
});
