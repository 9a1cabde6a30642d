import assert from "node:assert/strict";
import { test } from "node:test";
import { BUILT_IN, builtInProfiles } from "../../../../src/core/cli/config/built-in.ts";

test("every word of a built-in profile is an option that can be set", () => {
  for (const [name, words] of Object.entries(BUILT_IN)) {
    assert.equal(builtInProfiles().get(name)?.length, words.length, name);
  }
  assert.deepEqual(Object.keys(BUILT_IN), ["agent"]);
});
