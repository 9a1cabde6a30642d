import assert from "node:assert/strict";
import { test } from "node:test";
import type { Duration } from "../../../../src/core/values/duration.ts";
import type { ProcessRow, ProcessTable } from "../../../../src/node/portable/processes/table.ts";
import { tableOf } from "../../../../src/node/portable/processes/table.ts";
import { membersOf, newTree } from "../../../../src/node/portable/processes/tree.ts";

/** A process: its PID, its parent, its group, when it began, its state. */
function row(pid: number, parent: number, group: number, startTime = 1, state = "S"): ProcessRow {
  const what = { user: 0, cpuTime: 0 as Duration, command: `c${pid}` };
  return { pid, parent, group, startTime, state, ...what };
}

const COMMAND = 100;
const OUTSIDE = [row(1, 0, 1), row(50, 1, 50), row(51, 50, 50), row(process.pid, 1, 7)];

function tableWith(...rows: ProcessRow[]): ProcessTable {
  return tableOf([...OUTSIDE, ...rows]);
}

const pidsOf = (rows: readonly ProcessRow[]) => rows.map(({ pid }) => pid);

test("the command, its group and all below are members, parents first; no others", () => {
  const tree = newTree(COMMAND, COMMAND);
  const members = membersOf(
    tree,
    // In their own groups: a daemon, and its child. 104 was left to PID 1, but is in the group.
    tableWith(row(103, 102, 102), row(102, 101, 102), row(101, 100, 100), row(100, 50, 100)),
  );
  assert.deepEqual(pidsOf(members), [100, 101, 102, 103]);
  const orphan = membersOf(tree, tableWith(row(100, 50, 100), row(104, 1, 100)));
  assert.deepEqual(pidsOf(orphan), [100, 104]);
});

test("a member that has ended is none; what is below it, is", () => {
  const tree = newTree(COMMAND, COMMAND);
  const table = tableWith(row(100, 50, 100, 1, "Z"), row(101, 100, 101), row(102, 1, 100, 1, "Z"));
  assert.deepEqual(pidsOf(membersOf(tree, table)), [101]);
});

test("one that has left the group is known after its parent has ended", () => {
  const tree = newTree(COMMAND, COMMAND);
  membersOf(tree, tableWith(row(100, 50, 100), row(101, 100, 101, 5)));
  tree.isReaped = true;
  assert.deepEqual(pidsOf(membersOf(tree, tableWith(row(101, 1, 101, 5)))), [101]);
});

test("a process that has got the PID of a member is none, nor is what is below it", () => {
  const tree = newTree(COMMAND, COMMAND);
  membersOf(tree, tableWith(row(100, 50, 100), row(101, 100, 101, 5)));
  tree.isReaped = true;
  const table = tableWith(row(101, 50, 50, 6), row(105, 101, 50, 7));
  assert.deepEqual(pidsOf(membersOf(tree, table)), []);
  assert.equal(tree.known.size, 0);
});

test("a group whose number was given to another process is not the command's any more", () => {
  const tree = newTree(COMMAND, COMMAND);
  tree.isReaped = true;
  const table = tableWith(row(100, 50, 100, 9), row(101, 100, 100, 9));
  assert.deepEqual(pidsOf(membersOf(tree, table)), []);
});

test("a command in Node's group has no group of its own: only what is below it counts", () => {
  const tree = newTree(COMMAND, undefined);
  const table = tableWith(row(100, process.pid, 7), row(101, 100, 7), row(60, process.pid, 7));
  assert.deepEqual(pidsOf(membersOf(tree, table)), [100, 101]);
});

test("Node is never a member, whatever its parent seems to be", () => {
  const tree = newTree(COMMAND, COMMAND);
  const table = tableOf([row(100, 1, 100), row(process.pid, 100, 100)]);
  assert.deepEqual(pidsOf(membersOf(tree, table)), [100]);
});

test("parents that go around in a circle end", () => {
  const tree = newTree(COMMAND, COMMAND);
  const table = tableOf([row(100, 101, 100), row(101, 100, 100)]);
  assert.deepEqual(pidsOf(membersOf(tree, table)), [100, 101]);
});
