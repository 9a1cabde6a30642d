// Which leftovers are about to end by themselves, which stay, and which are neither.

import assert from "node:assert/strict";
import { test } from "node:test";
import { sortMembers } from "../../../src/core/run/readers.ts";
import type { Member } from "../../../src/core/spec/member.ts";
import type { Duration } from "../../../src/core/values/duration.ts";
import { parseTextPatterns } from "../../../src/core/values/glob.ts";
import { member } from "./transcript.ts";

const reader = (pid: number, reads: string[], given: Partial<Member> = {}) =>
  member(pid, `m${pid}`, { reads, ...given });
const writer = (pid: number, ...writes: string[]) => member(pid, `m${pid}`, { writes });
const ended = (pid: number, given: Partial<Member> = {}) =>
  reader(pid, ["p"], { writersEnded: ["p"], ...given });
const young = { state: "R", age: 1000 as Duration };

type Row = readonly [name: string, members: readonly Member[], waited: number[], unsure?: number[]];

const ROWS: readonly Row[] = [
  ["no process reads", [writer(1, "p"), member(2, "sleep")], []],
  ["a pipe without a writer", [ended(1), writer(2, "q")], [1]],
  ["a chain of readers", [ended(1, { writes: ["q"] }), reader(2, ["q"]), reader(3, ["x"])], [1, 2]],
  ["a reader of a process that is ended", [writer(1, "p"), reader(2, ["p"])], [2]],
  ["a process outside of the tree writes", [reader(1, ["p"])], []],
  ["what we have ourselves is fed from outside", [reader(1, ["in"], { writersEnded: ["in"] })], []],
  ["both ends of one pipe", [reader(1, ["p"], { writes: ["p"] })], []],
  [
    "two that talk to each other",
    [reader(1, ["a"], { writes: ["b"] }), reader(2, ["b"], { writes: ["a"] })],
    [],
  ],
  [
    "a reader of two that talk to each other",
    [
      reader(1, ["a"], { writes: ["b", "log"] }),
      reader(2, ["b"], { writes: ["a"] }),
      reader(3, ["log"]),
    ],
    [3],
  ],
  [
    "a reader whose feeder reads from it",
    [reader(1, ["a", "b"], { writes: ["c"] }), reader(2, ["c"], { writes: ["a"] })],
    [],
  ],
  ["what a reader has forked", [ended(1), member(2, "date", { parent: 1 })], [1, 2]],
  ["found before its parent", [member(2, "date", { parent: 1 }), ended(1)], [2, 1]],
  ["forked, and did not run yet", [reader(1, ["p"], { writes: ["p"], ...young })], [], [1]],
  [
    "the same, a second old",
    [reader(1, ["p"], { writes: ["p"], ...young, age: 1e6 as Duration })],
    [],
  ],
  ["the same, and sleeps", [reader(1, ["p"], { writes: ["p"], ...young, state: "S" })], []],
];

for (const [name, members, waited, unsure = []] of ROWS) {
  test(`readers: ${name}`, () => {
    const sorted = sortMembers({ members, ours: ["in"], isComplete: true }, undefined);
    const pids = (some: readonly Member[]) => some.map(({ pid }) => pid).sort();
    assert.deepEqual([pids(sorted.waited), pids(sorted.unsure)], [[...waited].sort(), unsure]);
  });
}

test("the writers of one pipe are followed once, not for each of its readers", () => {
  let asked = 0;
  const crowd = Array.from({ length: 64 }, (_, index) => {
    const one = { ...writer(index + 1, "p"), reads: [] };
    return Object.defineProperty(one, "reads", {
      get: () => {
        asked += 1;
        return ["p"];
      },
    });
  });
  const look = { members: crowd, ours: [], isComplete: true };
  assert.deepEqual(sortMembers(look, undefined).waited, []);
  assert.ok(asked <= 4 * crowd.length, `${asked} questions`);
});

test("a busy process may be about to end, for a moment", () => {
  const members = [member(1, "gzip", { state: "R" }), member(2, "sleep")];
  const look = { members, ours: [], isComplete: true };
  const before = { waited: [], spared: [] };
  assert.deepEqual(sortMembers(look, undefined, before, () => true).unsure, members.slice(0, 1));
  assert.deepEqual(sortMembers(look, undefined, before).unsure, []);
});

test("a process that is waited for once stays so, a later one with its PID does not", () => {
  const look = (startTime: number) => ({
    members: [member(1, "curl", { startTime })],
    ours: [],
    isComplete: true,
  });
  const before = { waited: [{ pid: 1, startTime: 7 }], spared: [] };
  assert.equal(sortMembers(look(7), undefined, before).waited.length, 1);
  assert.equal(sortMembers(look(8), undefined, before).waited.length, 0);
});

const WORDS: readonly (readonly [glob: string, words: string, isSpared: boolean])[] = [
  ["git gc*", "git gc --auto", true],
  ["git gc*", "git", false],
  ["gpg-agent*", "gpg-agent --homedir /x --daemon", true],
  ["*gradle*", "java -cp /opt/gradle/lib/gradle.jar", true],
  ["sccache", "sccache", true],
  ["sccache", "sccache --start", false],
  ["ssh*[[]mux[]]*", "ssh: /tmp/x [mux]", true],
  ["{sccache,bazel}*", "bazel(work)", true],
  ["a?c", "a/c", true],
  ["*", "", false],
];

for (const [glob, words, isSpared] of WORDS) {
  test(`--spare ${glob}: ${words}`, () => {
    const look = { members: [member(1, "x", { commandLine: words })], ours: [], isComplete: true };
    const { spared } = sortMembers(look, parseTextPatterns([glob]));
    assert.equal(spared.length === 1, isSpared);
  });
}
