import assert from "node:assert/strict";
import { test } from "node:test";
import { hasOwnProc } from "../../../../src/node/portable/processes/own-proc.ts";
import {
  allProcesses,
  parseStat,
  processOf,
  userOf,
  wordsOf,
} from "../../../../src/node/portable/processes/proc.ts";

const REST =
  "S 9 40 40 0 -1 4194560 120 0 0 0 7 5 0 0 20 0 1 0 123456 2600960 200 18446744073709551615";

/** proc_pid_stat(5): the second field is the name, in parentheses, with any characters in it. */
for (const name of ["sh", "a b", "x) S 1 (y", "", "(sd-pam)"]) {
  test(`the stat of a process named "${name}"`, () => {
    assert.deepEqual(parseStat(42, `42 (${name}) ${REST}`), {
      pid: 42,
      parent: 9,
      group: 40,
      user: -1,
      state: "S",
      startTime: 123456,
      cpuTime: 120_000,
      command: name,
    });
  });
}

test("what is no stat is no process", () => {
  for (const text of ["", "42 (sh", "42 (sh) S 1"]) assert.equal(parseStat(42, text), undefined);
});

test("this process is seen, alone and among all others", () => {
  assert.equal(hasOwnProc(), true);
  const here = processOf(process.pid);
  assert.equal(here?.parent, process.ppid);
  const all = allProcesses();
  assert.ok(all.some(({ pid, startTime }) => pid === process.pid && startTime === here?.startTime));
  assert.equal(userOf(process.pid), process.geteuid?.());
  assert.ok(wordsOf(process.pid).includes("node\0"));
});

test("a process that is not there is not seen", () => {
  const none = 2 ** 22 + 1;
  assert.deepEqual([processOf(none), userOf(none), wordsOf(none)], [undefined, -1, ""]);
});
