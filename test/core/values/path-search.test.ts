import assert from "node:assert/strict";
import { test } from "node:test";
import { executableCandidates } from "../../../src/core/values/path-search.ts";
import { PATHS } from "./rows/path-search.ts";

for (const [name, path, files] of PATHS) {
  test(`S24: ${JSON.stringify(name)} in PATH ${JSON.stringify(path) ?? "that is not set"}`, () => {
    assert.deepEqual(executableCandidates(name, path), files);
  });
}
