// scinit's command line.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AS_TOOL } from "../../../../src/core/cli/drop-in/drop-in.ts";
import { INIT_DEFAULTS } from "../../../../src/core/spec/defaults.ts";
import { asked, defaultsOf } from "../asked.ts";
import { linesOf } from "../rows/tool-argv.ts";

for (const [cites, tool, line, asks, environment] of linesOf("scinit")) {
  const title = [environment, tool, line].join(" ").trim();
  test(`${cites}: ${title}`, () => assert.equal(asked(line, environment, tool), asks));
}

test("S83: as init, with scinit's times before a new generation", () => {
  const own = { ...AS_TOOL, resetSignals: "mask", debounce: 500_000, restartDelay: 1_000_000 };
  const stopSignals = new Set([...INIT_DEFAULTS.stopSignals, "SIGQUIT"]);
  assert.deepEqual(defaultsOf("scinit"), { ...INIT_DEFAULTS, ...own, stopSignals });
});
