import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENTS } from "../../../src/core/report/event-line.ts";
import type { JsonObject } from "../../../src/core/report/json-shape.ts";
import { LIFECYCLE_EVENTS } from "../../../src/core/report/lifecycle-events.ts";
import { OUTCOMES } from "../../../src/core/report/report.ts";
import { ending, namesOf, outcomeText, saidBy } from "../../../src/core/show/event-words.ts";
import { formatWords } from "../../../src/core/show/words.ts";

const textOf = (event: string, line: JsonObject = {}) =>
  formatWords(saidBy(event, line).words, (text) => `<${text}>`);

test("every event has a sentence, also where its keys are missing", () => {
  for (const event of Object.keys({ ...EVENTS, ...LIFECYCLE_EVENTS })) {
    assert.match(textOf(event), /^.{8,}$/, event);
    assert.doesNotMatch(textOf(event), /undefined|\[object|`/, event);
  }
});

test("an event of a later version is named", () => {
  for (const event of ["eclipse", "constructor", "__proto__", ""]) {
    assert.deepEqual([textOf(event), saidBy(event, {}).tone], [`<${event}>`, "minor"]);
  }
});

test("sentences", () => {
  for (const [event, line, text] of [
    ["spawned", { pid: 7 }, "the command was started, PID 7"],
    ["exited", { exit_code: 3 }, "the command exited with code 3"],
    [
      "exited",
      { exit_code: null, signal: "SIGSEGV", core_dumped: true },
      "the command died of SEGV, and dumped core",
    ],
    ["exited", { signal: "<x>" }, "the command died of <<x>>"],
    ["exited", {}, "the command ended"],
    [
      "sent",
      { signal: "SIGINT", target: "group", count: 2 },
      "sent INT to the command's process group, 2 times",
    ],
    ["sent", { signal: 9, target: "toString" }, "sent <a signal> to <toString>"],
    ["deadline", { reason: "idle_timed_out" }, outcomeText("idle_timed_out")],
    ["deadline", { reason: { deep: 1 } }, "<?>"],
    ["swept", { tree_gone: null }, "every process that curfew found was killed"],
    ["swept", { tree_gone: false, survivors: [] }, "could not be killed: no process"],
    ["looked", { leftovers: [{ pid: 1 }, { pid: "2" }, 3] }, "still running: 1 <?>"],
    ["listening", { address: 80 }, "curfew listens on <80>"],
    ["ended", { exit_code: "x" }, "the generation has ended, exit code <x>"],
    ["cancelled", { generation: 2 }, "curfew begins to end it"],
  ] as const) {
    assert.equal(textOf(event, line), text);
  }
});

test("what begins no end is less important than what does", () => {
  assert.equal(saidBy("deadline", { reason: "timed_out" }).tone, "limit");
  assert.equal(saidBy("deadline", { reason: "kill_after" }).tone, "minor");
});

test("outcomes are said without the marks of Markdown", () => {
  for (const outcome of Object.keys(OUTCOMES) as (keyof typeof OUTCOMES)[]) {
    assert.doesNotMatch(outcomeText(outcome), /`/);
  }
});

test("an end and names are made of what is there", () => {
  assert.deepEqual(ending({ exit_code: 0, signal: null }), ["the command exited with code 0"]);
  const many = Array.from({ length: 7 }, (_, pid) => ({ pid, command: "x" }));
  assert.match(
    formatWords(namesOf(many), (text) => text),
    /^0 x, 1 x, 2 x, 3 x and 3 more processes$/,
  );
});
