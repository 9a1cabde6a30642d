// catatonit's command line; test/cli/names.test.ts runs it, and there is none beside it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { catatonitVersion } from "../../../../src/core/cli/drop-in/catatonit.ts";
import { AS_TOOL } from "../../../../src/core/cli/drop-in/drop-in.ts";
import { INIT_DEFAULTS } from "../../../../src/core/spec/defaults.ts";
import { asked, defaultsOf } from "../asked.ts";
import { linesOf } from "../rows/tool-argv.ts";

for (const [cites, tool, line, asks, environment] of linesOf("catatonit")) {
  const title = [environment, tool, line].join(" ").trim();
  test(`${cites}: ${title}`, () => assert.equal(asked(line, environment, tool), asks));
}

test("S59, S62: signals go to the command alone, by which nothing stops, and SIGKILL is never sent", () => {
  const { stopSignals, forward, ...fields } = defaultsOf("catatonit");
  const { stopSignals: _, forward: all, ...others } = INIT_DEFAULTS;
  assert.deepEqual(fields, { ...others, ...AS_TOOL, singleChild: true });
  assert.deepEqual([...stopSignals], []);
  const missing = [...all].filter((signal) => !forward.has(signal));
  assert.deepEqual(missing, ["SIGTSTP", "SIGTTIN", "SIGTTOU"]);
});

test("Docker finds its version where tini's would be", () => {
  assert.equal(catatonitVersion("1.2.3"), "tini version 0.1.7_catatonit (curfew 1.2.3)");
});
