import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonListOf, jsonOf } from "../../../src/core/report/json-shape.ts";
import { PROCESS_SNAPSHOT } from "../../../src/core/report/process-json.ts";
import { readName, readProcess, readTree } from "../../../src/core/report/process-reader.ts";
import type { ProcessSnapshot } from "../../../src/core/spec/process-snapshot.ts";
import type { Duration, Instant } from "../../../src/core/values/duration.ts";

const WHOLE: ProcessSnapshot = {
  pid: 7,
  command: "node",
  parent: 6,
  startTime: 12345,
  uid: 1000,
  commandLine: ["node", "-e", "1"],
  isCommandLineCut: true,
  state: "S",
  cpuTime: 1500 as Duration,
  age: 8_000_000 as Duration,
  waitTime: 7_500_000 as Duration,
  systemCall: "read",
  waitsFor: { kind: "pipe_read", path: "pipe:[9]", peers: [{ pid: 8, command: "tee" }] },
  isWaitingForInput: true,
  listening: ["127.0.0.1:3000"],
  unread: [{ what: "uid", why: "EACCES" }],
};

const LITTLE: ProcessSnapshot = {
  ...WHOLE,
  uid: undefined,
  isCommandLineCut: false,
  systemCall: undefined,
  waitTime: undefined,
  waitsFor: undefined,
  isWaitingForInput: false,
};

/** Without keys whose value is undefined, which JSON does not have. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test("a process that was made JSON is read as it was", () => {
  for (const process of [WHOLE, LITTLE]) {
    const json = jsonOf(PROCESS_SNAPSHOT, process);
    assert.deepEqual(plain(readProcess(json)), plain(process));
  }
});

test("a way to wait that a newer version has is not known; the process is", () => {
  const json = { ...jsonOf(PROCESS_SNAPSHOT, WHOLE), waits_for: { kind: "constructor" } };
  assert.deepEqual(plain(readProcess(json)), plain({ ...WHOLE, waitsFor: undefined }));
});

test("what is missing is not known; without a PID it is no process", () => {
  assert.equal(readProcess({ pid: 7 })?.command, "?");
  assert.deepEqual(readProcess({ pid: 7, listening: 3, age_ms: -1, unknown: [{}, 1] })?.unread, []);
  for (const value of [null, 7, [], {}, { pid: "7" }]) {
    assert.equal(readProcess(value), undefined);
    assert.equal(readName(value), undefined);
  }
});

test("a tree has at most 256 processes; the others are counted", () => {
  const many = Array.from({ length: 300 }, (_, pid) => ({ ...WHOLE, pid }));
  const tree = readTree(
    { tree: jsonListOf(PROCESS_SNAPSHOT, many), tree_omitted: 2 },
    5 as Instant,
  );
  assert.deepEqual([tree?.processes.length, tree?.omitted, tree?.at], [256, 46, 5]);
  for (const value of [undefined, null, 1, [], [1]]) {
    assert.equal(readTree({ tree: value ?? null }, 0 as Instant), undefined);
  }
});
