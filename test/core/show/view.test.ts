import assert from "node:assert/strict";
import { test } from "node:test";
import { formatWords } from "../../../src/core/show/words.ts";
import { viewed } from "./drawn.ts";
import { EARLY, REPORT, SERVICE, UNSTARTED, WHOLE } from "./rows/files.ts";

const phasesOf = (lines: Parameters<typeof viewed>[0]) =>
  viewed(lines).lanes.map(({ segments }) => segments.map(({ phase }) => phase).join(" "));

test("each lane has the phases that the lines tell of", () => {
  assert.deepEqual(phasesOf(WHOLE), ["running ending"]);
  assert.deepEqual(phasesOf(EARLY), ["running ending"]);
  assert.deepEqual(phasesOf(UNSTARTED), []);
  assert.deepEqual(
    phasesOf([
      { event: "later", at_ms: 1 },
      { ...REPORT, child: null },
    ]),
    [],
  );
  assert.deepEqual(phasesOf(SERVICE), [
    "starting running ending leftovers",
    "starting ending",
    "starting running ending",
  ]);
});

test("a stop signal is the beginning of an end only where the run ended of it", () => {
  const lines = (outcome: string) => [
    { event: "spawned", at_ms: 0 },
    { event: "signal", at_ms: 500, signal: "SIGTERM" },
    { event: "exited", at_ms: 1000, exit_code: 0, proof: "echild" },
    { ...REPORT, outcome, elapsed_ms: 1000, signals_sent: [] },
  ];
  assert.deepEqual(phasesOf(lines("cancelled")), ["running ending"]);
  assert.deepEqual(phasesOf(lines("exited")), ["running"]);
  assert.deepEqual(phasesOf(lines("cancelled").slice(0, 3)), ["running ending"]);
});

test("leftovers that were not ended are drawn to the end; those of a living run as far as known", () => {
  const exited = { event: "exited", at_ms: 500, exit_code: 0, proof: null };
  const lines = [{ event: "spawned", at_ms: 0 }, exited, { event: "looked", at_ms: 900 }];
  assert.deepEqual(phasesOf(lines), ["running leftovers"]);
});

test("rows are in the order of time, whatever the order of the lines", () => {
  const { rows } = viewed([...WHOLE.slice(0, -1)].reverse().concat(WHOLE.slice(-1)));
  assert.deepEqual(
    rows.map(({ time }) => time),
    [...rows.map(({ time }) => time)].sort(),
  );
});

test("rows of one time are in the order of their lines", () => {
  const at_ms = 5;
  const { rows } = viewed([
    { event: "looked", at_ms, leftovers: [] },
    { event: "stopped", at_ms, signal: "SIGSTOP" },
    { event: "looked", at_ms, leftovers: [] },
    { event: "continued", at_ms },
  ]);
  assert.deepEqual(
    rows.map(({ tone }) => tone),
    ["minor", "request", "request"],
  );
  assert.match(
    formatWords(rows[0]?.words ?? [], (text) => text),
    /\(2 times, until 0\.005 s\)$/,
  );
});

test("what was left out is told, with its number and its time", () => {
  const lines = Array.from({ length: 200 }, (_, at) => {
    return { event: "changed", at_ms: at * 10, path: `${at}` };
  });
  const { rows, notes } = viewed(lines);
  const texts = rows.map(({ words }) => formatWords(words, (text) => text));
  assert.ok(texts.includes("140 more events until 1.700 s, not shown"), texts.join("\n"));
  assert.equal(rows.length, 61);
  assert.match(notes.join(), /ends before the report/);
});

test("an early file of an idle limit says when the limit passed", () => {
  const report = { ...REPORT, outcome: "idle_timed_out" };
  const { rows } = viewed([...EARLY.slice(0, 4), report]);
  const limit = rows.find(({ tone }) => tone === "limit");
  assert.equal(limit?.time, "1.000 s");
});
