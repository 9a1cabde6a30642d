import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInit, parseRun } from "../../../../src/core/cli/argv.ts";
import { runHelp } from "../../../../src/core/cli/help.ts";
import { PROGRAM_OPTIONS } from "../../../../src/core/cli/options/program.ts";
import { nameOf } from "../../../../src/core/cli/options/scan.ts";

test("an option for programs is one of `run` alone; neither help nor a message lists it", () => {
  const unknown = parseRun(["--unknown", "a"], () => undefined);
  assert.ok(unknown.kind === "usage");
  for (const option of PROGRAM_OPTIONS) {
    const name = nameOf(option);
    assert.ok(!runHelp("curfew run").includes(name), name);
    assert.ok(!unknown.expected.includes(name), name);
    const elsewhere = parseInit([name, "fd:3", "a"], () => undefined);
    assert.ok(elsewhere.kind === "usage" && elsewhere.code === "unknown_option", name);
  }
});
