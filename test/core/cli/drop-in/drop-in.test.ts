// What holds of every tool that we stand in for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CATATONIT } from "../../../../src/core/cli/drop-in/catatonit.ts";
import type { Tool } from "../../../../src/core/cli/drop-in/drop-in.ts";
import { PATIENT_DEFAULTS, withPatience } from "../../../../src/core/cli/drop-in/drop-in.ts";
import { DUMB_INIT } from "../../../../src/core/cli/drop-in/dumb-init.ts";
import { SCINIT } from "../../../../src/core/cli/drop-in/scinit.ts";
import { TINI } from "../../../../src/core/cli/drop-in/tini.ts";
import { BUDGET_OPTIONS } from "../../../../src/core/cli/options/budget.ts";
import { INIT_OPTIONS } from "../../../../src/core/cli/options/init.ts";
import { nameOf } from "../../../../src/core/cli/options/scan.ts";
import { INIT_DEFAULTS } from "../../../../src/core/spec/defaults.ts";
import type { Fields } from "../../../../src/core/spec/spec.ts";
import type { Duration } from "../../../../src/core/values/duration.ts";

/** What holds of each tool, whatever its fields are. */
function forEach(check: <F>(tool: Tool<F>) => void): void {
  check(TINI);
  check(DUMB_INIT);
  check(CATATONIT);
  check(SCINIT);
}

const SECOND = 1_000_000 as Duration;

test("a patient tool passes on and waits; time limits and leftovers have init's grace period", () => {
  const { killAfter, stopSignals } = withPatience({ ...PATIENT_DEFAULTS });
  assert.deepEqual([killAfter, stopSignals.size], [INIT_DEFAULTS.killAfter, 0]);
});

test("a caller that says how to stop gets what init does", () => {
  const stops: readonly Partial<Fields>[] = [
    { killAfter: SECOND },
    { drain: SECOND },
    { watch: ["a"] },
    { reloadSignal: "SIGHUP" },
    { stopSignals: new Set(["SIGUSR1"]) },
  ];
  for (const fields of stops) {
    const asked: Fields = { ...PATIENT_DEFAULTS, ...fields };
    const { killAfter = INIT_DEFAULTS.killAfter, stopSignals = INIT_DEFAULTS.stopSignals } = fields;
    assert.deepEqual(withPatience({ ...asked }), { ...asked, killAfter, stopSignals });
  }
});

test("every option of init but those about budgets and files is there by its long name, and no name or letter has two meanings", () => {
  forEach(({ name, options, extra }) => {
    const all = [...options, ...extra];
    const long = all.flatMap((option) => option.long ?? []);
    const short = all.flatMap((option) => option.short ?? []);
    assert.equal(new Set(long).size, long.length, name);
    assert.equal(new Set(short).size, short.length, name);
    for (const option of INIT_OPTIONS) {
      const isTaken = name === "scinit" && option.long === "--watch";
      const isOurs = BUDGET_OPTIONS.includes(option) || option.heading === "Configuration";
      const isMissing = isTaken || isOurs;
      assert.equal(option.long === undefined || !long.includes(option.long), isMissing);
    }
    for (const option of extra) assert.equal(option.short, undefined, nameOf(option));
  });
});

test("the help of an option is a sentence on one line, and so is that of a variable", () => {
  forEach(({ about, options, variables, resolve, defaults }) => {
    assert.match(about, /^[A-Z][ -~\n]*\.$/);
    assert.equal(typeof resolve({ ...defaults }, ["a"], () => undefined), "object");
    for (const { help } of options) assert.match(help, /^[a-z][^\n]*[^.\n]$/i);
    for (const [name, meaning] of variables) {
      assert.match(name, /^[A-Z_]+$/);
      assert.match(meaning, /^[a-z\d][^\n]*[^.\n]$/);
    }
  });
});

test("a time limit, or what is only said, leaves a tool patient", () => {
  const fields: Fields = { ...PATIENT_DEFAULTS, timeout: SECOND, verbose: true, ignore: ["a"] };
  assert.equal(withPatience(fields).stopSignals.size, 0);
});
