import assert from "node:assert/strict";
import { test } from "node:test";
import { keyOf, settableOptions } from "../../../../src/core/cli/config/options.ts";

test("an option is set under its name in snake_case, for the subcommands that have it", () => {
  assert.equal(keyOf("--kill-after"), "kill_after");
  const options = settableOptions();
  for (const [key, subcommands] of [
    ["timeout", "run init"],
    ["kill_after", "run init timeout"],
    ["new_session", "run"],
    ["watch", "init"],
    ["foreground", "timeout"],
    ["mem_limit", "run init timeout"],
  ] as const) {
    assert.equal(options.get(key)?.subcommands.join(" "), subcommands, key);
  }
  for (const key of ["help", "version", "config", "profile", "no_config", "control", "json"]) {
    assert.ok(!options.has(key), key);
  }
});
