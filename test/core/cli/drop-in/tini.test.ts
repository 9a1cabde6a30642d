// tini's command line; test/cli/names.test.ts holds it beside the real one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AS_TOOL } from "../../../../src/core/cli/drop-in/drop-in.ts";
import { INIT_DEFAULTS } from "../../../../src/core/spec/defaults.ts";
import { SIGNALS } from "../../../../src/core/values/signal.ts";
import { asked, defaultsOf } from "../asked.ts";
import { linesOf } from "../rows/tool-argv.ts";

for (const [cites, tool, line, asks, environment] of linesOf("tini")) {
  const title = [environment, tool, line].join(" ").trim();
  test(`${cites}: ${title}`, () => assert.equal(asked(line, environment, tool), asks));
}

test("S46: as init, but signals go to the command alone, which is never ended by force", () => {
  const { stopSignals, forward, ...fields } = defaultsOf("tini");
  const { stopSignals: _, forward: all, ...others } = INIT_DEFAULTS;
  assert.deepEqual(fields, { ...others, ...AS_TOOL, singleChild: true, narration: 1 });
  assert.deepEqual([...stopSignals], []);
  assert.deepEqual(
    [...all].filter((signal) => !forward.has(signal)),
    ["SIGTTIN", "SIGTTOU"],
  );
});

test("S38: -p takes the full name of each signal but the real-time ones", () => {
  for (const [number, signal] of SIGNALS.entries()) {
    const answer = asked(`-p ${signal} a`, "", "tini");
    const isTaken = number >= 1 && number <= 31;
    assert.equal(answer.startsWith("dieWithParent=true"), isTaken, signal);
  }
});

test("S37: -e takes the 256 codes", () => {
  for (let code = -1; code <= 256; code++) {
    const isCode = code >= 0 && code <= 255;
    const answer = asked(`-e ${code} a`, "", "tini");
    assert.equal(answer === `expectExit=[${code}] a`, isCode, String(code));
  }
});
