// dumb-init's command line; test/cli/names.test.ts holds it beside the real one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AS_TOOL } from "../../../../src/core/cli/drop-in/drop-in.ts";
import { INIT_DEFAULTS } from "../../../../src/core/spec/defaults.ts";
import { asked, defaultsOf } from "../asked.ts";
import { linesOf } from "../rows/tool-argv.ts";

for (const [cites, tool, line, asks, environment] of linesOf("dumb-init")) {
  const title = [environment, tool, line].join(" ").trim();
  test(`${cites}: ${title}`, () => assert.equal(asked(line, environment, tool), asks));
}

test("S52: as init, but a terminal's stops become STOP, and SIGKILL is never sent", () => {
  const { stopSignals, rewrite, forward, ...fields } = defaultsOf("dumb-init");
  const { stopSignals: _, rewrite: __, forward: ___, ...others } = INIT_DEFAULTS;
  const own = { group: "terminal", resetSignals: "all" };
  assert.deepEqual(fields, { ...others, ...AS_TOOL, ...own });
  assert.deepEqual([...stopSignals], []);
  assert.deepEqual([...rewrite.keys()], ["SIGTSTP", "SIGTTIN", "SIGTTOU"]);
  assert.deepEqual(forward, new Set([...INIT_DEFAULTS.forward, "SIGSTOP"]));
});

test("S51: -r takes the numbers from 1 to 31, and 0 to drop", () => {
  for (let number = -1; number <= 33; number++) {
    const [from, to] = [`-c -r ${number}:15 a`, `-c -r 15:${number} a`];
    const isTaken = (line: string) => asked(line, "", "dumb-init").startsWith("group=caller");
    assert.equal(isTaken(from), number >= 1 && number <= 31, from);
    assert.equal(isTaken(to), number >= 0 && number <= 31, to);
  }
});
