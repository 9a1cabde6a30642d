import assert from "node:assert/strict";
import { test } from "node:test";
import { ASCII_GLYPHS, DEEPEST, layOut } from "../../../src/core/inspect/layout.ts";
import { processOf } from "./snapshots.ts";

/** A process by its PID and its parent's. */
const of = ([pid, parent]: readonly [number, number]) => processOf({ pid, parent });

function drawn(all: readonly [number, number][], pids = all.map(([pid]) => pid)): string[] {
  const processes = all.map(of);
  const chosen = processes.filter(({ pid }) => pids.includes(pid));
  return layOut(processes, chosen, ASCII_GLYPHS).map(({ process, prefix, descent }) => {
    return `${prefix}${process.pid}${descent === "plain" ? "" : ` ${descent}`}`;
  });
}

test("children stand below their parents, whatever the order of the others", () => {
  const tree = drawn([
    [1, 0],
    [2, 1],
    [3, 1],
    [4, 2],
    [5, 4],
    [6, 3],
  ]);
  assert.deepEqual(tree, ["1", "|- 2", "|  `- 4", "|     `- 5", "`- 3", "   `- 6"]);
});

test("a process whose parent has ended has the same parent as the command", () => {
  assert.deepEqual(
    drawn([
      [1, 9],
      [2, 1],
      [3, 9],
    ]),
    ["1", "`- 2", "3 orphan"],
  );
  assert.deepEqual(
    drawn([
      [1, 9],
      [2, 1],
      [3, 8],
    ]),
    ["1", "`- 2", "3 elsewhere"],
  );
});

test("a process whose parent is not drawn stands below its nearest ancestor that is", () => {
  assert.deepEqual(
    drawn(
      [
        [1, 9],
        [2, 1],
        [3, 2],
        [4, 3],
      ],
      [1, 4],
    ),
    ["1", "`- 4 elsewhere"],
  );
  assert.deepEqual(
    drawn(
      [
        [1, 9],
        [2, 1],
      ],
      [2],
    ),
    ["2 elsewhere"],
  );
});

test("recycled PIDs make no circle", () => {
  assert.deepEqual(
    drawn([
      [1, 2],
      [2, 1],
    ]),
    ["1", "`- 2"],
  );
  assert.deepEqual(drawn([[1, 1]]), ["1"]);
});

test("a deep tree does not leave the page", () => {
  const chain = Array.from({ length: 1000 }, (_, at): [number, number] => [at + 1, at]);
  const places = drawn(chain);
  assert.equal(places.length, 1000);
  assert.equal(places[DEEPEST], `${"   ".repeat(DEEPEST - 1)}\`- ${DEEPEST + 1}`);
  assert.equal(places[999], `${"   ".repeat(DEEPEST - 1)}\`- 1000 elsewhere`);
});
