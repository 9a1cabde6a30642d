import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatGone,
  formatInspection,
  formatInspectionJson,
  formatNoRuns,
} from "../../../src/core/inspect/inspection.ts";
import type { Instant } from "../../../src/core/values/duration.ts";
import { processOf, treeOf } from "./snapshots.ts";

const NOW = 10_000_000 as Instant;
const LATER = 22_500_000 as Instant;
const ASCII = { utf8: false };
const TREE = treeOf([processOf({ pid: 8, command: "node" })], 3);

/** A time limit of a run, and what the headline says of it. */
const LIMITS = [
  [LATER, "12s left", true, 12_500],
  [undefined, "no time limit", false, null],
  ["unknown", "time limit not known", null, null],
  [1 as Instant, "its time limit has passed", true, 0],
] as const;

for (const [limitAt, words, hasLimit, left] of LIMITS) {
  test(`a run: ${words}`, () => {
    const inspection = { pid: 7, run: { supervisor: 7, limitAt }, tree: TREE };
    const [headline] = formatInspection(inspection, NOW, ASCII).split("\n");
    assert.equal(headline, `run of curfew 7, ${words}:`);
    const json = JSON.parse(formatInspectionJson(inspection, NOW));
    assert.deepEqual(json.run, { supervisor: 7, has_time_limit: hasLimit, time_left_ms: left });
  });
}

test("a process is drawn without a headline", () => {
  const text = formatInspection({ pid: 8, run: undefined, tree: TREE }, NOW, ASCII);
  assert.match(text, /^ {2}8 node \[8\.0s old\]/);
  const json = JSON.parse(formatInspectionJson({ pid: 8, run: undefined, tree: TREE }, NOW));
  assert.deepEqual([json.pid, json.run, json.tree.length, json.tree_omitted], [8, null, 1, 3]);
});

test("a PID that no process has", () => {
  const gone = { pid: 9, run: undefined, tree: undefined };
  assert.equal(formatInspection(gone, NOW, ASCII), "");
  const line = `${JSON.stringify({ pid: 9, run: null, tree: null, tree_omitted: null })}\n`;
  assert.equal(formatInspectionJson(gone, NOW), line);
  assert.equal(
    formatGone("curfew\x1b inspect", [9]),
    "curfew\\033 inspect: no process has the PID 9\n",
  );
});

test("without runs there is one sentence", () => {
  assert.equal(formatNoRuns(false), "no run of curfew of this user was found\n");
  assert.equal(formatNoRuns(true), "no run of curfew was found\n");
});
