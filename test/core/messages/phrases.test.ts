// Messages under the names of tools. test/cli/phrases.test.ts compares them with the real tools.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DROP_INS } from "../../../src/core/cli/commands.ts";
import { PHRASES, said } from "./rows/phrases.ts";

for (const [speech, message, lines] of PHRASES) {
  test(`${speech}: ${message.kind}: ${JSON.stringify(lines.split("\n")[0])}`, () => {
    assert.equal(said(speech, message), lines);
  });
}

test("a tool with messages of its own has rows, and one without has none", () => {
  const speaking = DROP_INS.filter(({ dialect }) => dialect !== undefined);
  const names = new Set(PHRASES.map(([speech]) => speech.split(" ")[0]));
  assert.deepEqual(
    speaking.map(({ names: [name] }) => name),
    [...names],
  );
});

test("a name in a message cannot break the line", () => {
  for (const [speech] of PHRASES) {
    const spawn = { kind: "spawn", code: "not_found", command: "a\nb", errno: "ENOENT" } as const;
    assert.equal(said(speech, spawn).split("\n").length, 2);
    assert.match(said(speech, spawn), /a\\nb/);
  }
});
