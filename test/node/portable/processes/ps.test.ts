import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { processOf } from "../../../../src/node/portable/processes/proc.ts";
import {
  PS_ARGUMENTS,
  PS_ENVIRONMENT,
  parsePs,
} from "../../../../src/node/portable/processes/ps.ts";
import { PS_ROWS } from "./ps-rows.ts";

for (const [system, line, row] of PS_ROWS) {
  test(`ps: ${system}`, () => {
    const { rows, unread } = parsePs(`${line}\n`);
    assert.deepEqual(rows, row === undefined ? [] : [row]);
    assert.deepEqual(unread, row === undefined ? [line] : []);
  });
}

test("all rows together are read one by one", () => {
  const text = PS_ROWS.map(([, line]) => line).join("\n");
  const { rows, unread } = parsePs(text);
  assert.equal(rows.length + unread.length, PS_ROWS.length);
});

test("this machine's ps says of this process what /proc says", () => {
  const env = { ...process.env, ...PS_ENVIRONMENT };
  const text = execFileSync("ps", PS_ARGUMENTS, { env, encoding: "utf8" });
  const { rows, unread } = parsePs(text);
  assert.deepEqual(unread, []);
  const here = rows.find(({ pid }) => pid === process.pid);
  const seen = processOf(process.pid);
  assert.equal(here?.parent, process.ppid);
  assert.equal(here?.group, seen?.group);
  assert.equal(here?.user, process.geteuid?.());
  assert.equal(here?.command, seen?.command);
  const age = Date.now() / 1000 - (here?.startTime ?? 0);
  assert.ok(Math.abs(age - process.uptime()) < 5, `${age} s old, of ${process.uptime()}`);
});
