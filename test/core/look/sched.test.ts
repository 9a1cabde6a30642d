import assert from "node:assert/strict";
import { test } from "node:test";
import { lastRunIn } from "../../../src/core/look/sched.ts";
import { mutated, TIMES } from "./mutated.ts";

const LINE = "-------------------------------------------------------------------\n";

function sched(command: string, value = "35791789.934009"): string {
  const start = `se.exec_start                                :      ${value}\n`;
  const rest = "se.vruntime                                  :           371.831762\n";
  return `${command} (30218, #threads: 1)\n${LINE}${start}${rest}`;
}

test("when a thread ran last", () => {
  assert.equal(lastRunIn(sched("cat")), 35_791_789_934.009);
  assert.equal(lastRunIn(sched("cat", "12")), 12_000);
});

test("a thread that was moved, a kernel that does not tell, and a name that imitates the line", () => {
  assert.equal(lastRunIn(sched("cat", "0.000000")), undefined);
  assert.equal(lastRunIn(""), undefined);
  assert.equal(lastRunIn(sched("cat").replace("se.exec_start", "se.other")), undefined);
  assert.equal(lastRunIn(sched("\nse.exec_start:")), 35_791_789_934.009);
});

test("any text gives a number above zero or nothing", () => {
  for (const text of mutated(sched("cat"), TIMES)) {
    const found = lastRunIn(text);
    assert.ok(found === undefined || found > 0);
  }
});
