// The texts that dumb-init prints; test/cli/phrases.test.ts holds them beside the real ones.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  dumbInitUsage,
  dumbInitVersion,
} from "../../../../src/core/cli/drop-in/dumb-init-words.ts";

test("S55: its version is dumb-init's, with curfew's behind it", () => {
  assert.equal(dumbInitVersion("1.2.3"), "dumb-init v1.2.5 (curfew 1.2.3)");
});

test("S55: its help has its whole name, and the version in front", () => {
  const lines = dumbInitUsage("/usr/bin/dumb-init", "1.2.3").split("\n");
  assert.equal(lines[0], "dumb-init v1.2.5 (curfew 1.2.3)");
  assert.equal(lines[1], "Usage: /usr/bin/dumb-init [option] command [[arg] ...]");
});
