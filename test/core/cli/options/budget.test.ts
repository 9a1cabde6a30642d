import assert from "node:assert/strict";
import { test } from "node:test";
import {
  BUDGET_OPTIONS,
  inheritedDeadline,
  TIME,
} from "../../../../src/core/cli/options/budget.ts";
import { INIT_OPTIONS } from "../../../../src/core/cli/options/init.ts";
import { RUN_OPTIONS, TIMEOUT_OPTIONS } from "../../../../src/core/cli/options/options.ts";
import type { WallTime } from "../../../../src/core/values/wall-time.ts";

const env = (variables: Readonly<Record<string, string>>) => (name: string) => variables[name];

test("a deadline is handed down by two variables", () => {
  assert.equal(inheritedDeadline(env({})), undefined);
  assert.equal(inheritedDeadline(env({ CURFEW_DEADLINE: "5" })), undefined);
  assert.deepEqual(
    inheritedDeadline(env({ CURFEW_DEADLINE: "5.25", CURFEW_DEADLINE_FROM: "1:2" })),
    { at: 5_250_000, from: { pid: 1, startTime: 2 } },
  );
});

test("run and init have the options about budgets, timeout has none of them", () => {
  for (const option of BUDGET_OPTIONS) {
    assert.ok(RUN_OPTIONS.includes(option));
    assert.ok(INIT_OPTIONS.includes(option));
    assert.ok(!TIMEOUT_OPTIONS.includes(option));
  }
});

test("a time is written as it is read", () => {
  const text = TIME.format(1_800_000_000_250_000 as WallTime);
  assert.equal(text, "@1800000000.25");
  assert.equal(TIME.parse(text, env({})), 1_800_000_000_250_000);
});
