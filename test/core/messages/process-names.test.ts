import assert from "node:assert/strict";
import { test } from "node:test";
import { namesOf, survivorsOf } from "../../../src/core/messages/process-names.ts";

test("a process has its number and its quoted name; a number that is not known has neither", () => {
  const processes = [
    { pid: 7, command: "a\nb" },
    { pid: 0, command: "?" },
  ];
  assert.equal(namesOf(processes, true), "7 'a\\nb', a process that cannot be named");
  assert.equal(namesOf([], true), "");
});

test("a survivor has a reason, where it can be named", () => {
  const one = {
    pid: 7,
    startTime: 1,
    uid: 0,
    command: "a",
    state: "D",
    why: "unkillable",
  } as const;
  assert.equal(
    survivorsOf([one, { ...one, pid: 8, why: "eperm" }], false),
    "7 'a' (does not die), 8 'a' (not permitted)",
  );
  assert.equal(survivorsOf([{ ...one, pid: 0 }], false), "a process that cannot be named");
});
