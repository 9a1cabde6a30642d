import assert from "node:assert/strict";
import { test } from "node:test";
import { heldSettings, wordsOf } from "../../../../src/core/cli/config/merge.ts";

// The precedence stands in configure.test.ts.

test("what holds tells its file, its place and its profile", () => {
  const files = [
    { path: "/etc", text: "[defaults]\ntimeout = '1s'\nverbose = true" },
    { path: "/user", text: "[defaults]\ntimeout = '2s'\n[profiles.p]\nverbose = false" },
  ];
  const held = heldSettings(files, "p", () => undefined);
  assert.ok(!("kind" in held));
  const shown = [...held.values()].map(({ option, file, position, profile }) => {
    return [option.key, file, position?.line, profile];
  });
  assert.deepEqual(shown, [
    ["timeout", "/user", 2, undefined],
    ["verbose", "/user", 4, "p"],
  ]);
  assert.deepEqual(wordsOf(held, "run", []), ["--timeout=2s"]);
});

test("a built-in profile has no file", () => {
  const held = heldSettings([], "agent", () => undefined);
  assert.ok(!("kind" in held));
  for (const { file, profile } of held.values())
    assert.deepEqual([file, profile], [undefined, "agent"]);
});
