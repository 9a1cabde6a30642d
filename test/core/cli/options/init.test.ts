// The options of init that add to what was given before; the rest are in rows/init-argv.ts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { INIT_OPTIONS, rewriting } from "../../../../src/core/cli/options/init.ts";
import { nameOf } from "../../../../src/core/cli/options/scan.ts";
import { SIGNAL_PAIR } from "../../../../src/core/cli/options/values.ts";
import { INIT_DEFAULTS } from "../../../../src/core/spec/defaults.ts";

const NOTHING = () => undefined;

test("some options may be given more than once", () => {
  const repeated = INIT_OPTIONS.filter((option) => option.kind === "value" && option.repeats);
  assert.deepEqual(repeated.map(nameOf), [
    "--rewrite",
    "--expect-exit",
    "--listen",
    "--watch",
    "--ignore",
    "--ext",
    "--spare",
  ]);
});

test("a rewritten signal has one meaning, the last; the order stays", () => {
  const option = rewriting({ long: "--rewrite", help: "x" }, SIGNAL_PAIR);
  assert.ok(option.kind === "value");
  let fields = INIT_DEFAULTS;
  for (const text of ["TERM:INT", "HUP:0", "15:3"]) {
    const rewrite = option.parse(text, NOTHING, fields);
    assert.ok(rewrite instanceof Map);
    fields = { ...fields, rewrite };
  }
  assert.deepEqual(option.format(fields), ["SIGTERM:SIGQUIT", "SIGHUP:SIG0"]);
  assert.equal(option.parse("TERM", NOTHING, fields), undefined);
  assert.equal(INIT_DEFAULTS.rewrite.size, 0);
});
