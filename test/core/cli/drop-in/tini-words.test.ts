// The texts that tini prints; test/cli/phrases.test.ts holds them beside the real ones.
import assert from "node:assert/strict";
import { test } from "node:test";
import { tiniUsage, tiniVersion } from "../../../../src/core/cli/drop-in/tini-words.ts";

test("the third word of tini's version is tini's, for Docker reads it", () => {
  assert.equal(tiniVersion("1.2.3"), "tini version 0.19.0 (curfew 1.2.3)");
});

test("S42: its usage has the last part of its name, and the version", () => {
  const lines = tiniUsage("/sbin/docker-init", "1.2.3").split("\n");
  assert.equal(lines[0], "docker-init (tini version 0.19.0 (curfew 1.2.3))");
  assert.equal(lines[1], "Usage: docker-init [OPTIONS] PROGRAM -- [ARGS] | --version");
});
