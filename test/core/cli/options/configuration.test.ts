import assert from "node:assert/strict";
import { test } from "node:test";
import { configurationOptions } from "../../../../src/core/cli/options/configuration.ts";

test("three options, all under one heading, so that other names can leave them out", () => {
  const rows = configurationOptions("a file");
  assert.deepEqual(
    rows.map(({ long, heading, usually }) => [long, heading, usually]),
    [
      ["--config", "Configuration", "a file"],
      ["--profile", "Configuration", undefined],
      ["--no-config", "Configuration", undefined],
    ],
  );
});
