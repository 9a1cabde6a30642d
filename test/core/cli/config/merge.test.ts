import assert from "node:assert/strict";
import { test } from "node:test";
import { effectiveSettings, wordsOf } from "../../../../src/core/cli/config/merge.ts";

// The precedence stands in configure.test.ts.

test("what holds tells its file, its place and its profile", () => {
  const files = [
    { path: "/etc", text: "[defaults]\ntimeout = '1s'\nverbose = true" },
    { path: "/user", text: "[defaults]\ntimeout = '2s'\n[profiles.p]\nverbose = false" },
  ];
  const effective = effectiveSettings(files, "p", () => undefined);
  assert.ok(!("kind" in effective));
  const shown = [...effective.values()].map(({ option, file, position, profile }) => {
    return [option.key, file, position?.line, profile];
  });
  assert.deepEqual(shown, [
    ["timeout", "/user", 2, undefined],
    ["verbose", "/user", 4, "p"],
  ]);
  assert.deepEqual(wordsOf(effective, "run", []), ["--timeout=2s"]);
});

test("what sets the same field again takes its place", () => {
  const path = "/user";
  const both = (defaults: string, profile: string) => {
    const text = `[defaults]\n${defaults}\n[profiles.p]\n${profile}`;
    const effective = effectiveSettings([{ path, text }], "p", () => undefined);
    assert.ok(!("kind" in effective));
    return [[...effective.keys()], wordsOf(effective, "run", [])];
  };
  const caller = "process_group = 'caller'";
  assert.deepEqual(both("new_session = true", caller), [
    ["process_group"],
    ["--process-group=caller"],
  ]);
  assert.deepEqual(both(caller, "new_session = true"), [["new_session"], ["--new-session"]]);
  // What is switched off sets nothing.
  assert.deepEqual(both(caller, "new_session = false"), [
    ["process_group", "new_session"],
    ["--process-group=caller"],
  ]);
  // Another subcommand's.
  assert.deepEqual(both("foreground = true", caller)[0], ["foreground", "process_group"]);
});

test("a built-in profile has no file", () => {
  const effective = effectiveSettings([], "agent", () => undefined);
  assert.ok(!("kind" in effective));
  for (const { file, profile } of effective.values())
    assert.deepEqual([file, profile], [undefined, "agent"]);
});
