import assert from "node:assert/strict";
import { test } from "node:test";
import { lastOf } from "../../../src/core/show/kept.ts";
import { emptyFile, MOST_MARKS, takeLine } from "../../../src/core/show/timeline.ts";
import { FILES, fileOf } from "./rows/files.ts";

function taken(...lines: readonly (string | undefined)[]) {
  const file = emptyFile();
  for (const line of lines) takeLine(file, line);
  return file;
}

const linesOf = (name: string) => fileOf(FILES[name] ?? []).split("\n");

test("lines that are no events of curfew's are counted, blank ones are not", () => {
  const strange = ["x", "[]", "null", "7", '{"event":"a"}', '{"event":1,"at_ms":1}', '{"at_ms":1}'];
  const file = taken("", " ", ...strange, '{"event":"a","at_ms":-1}', undefined, "\0");
  assert.deepEqual([file.lines, file.skipped], [0, strange.length + 3]);
});

test("the phases of each generation", () => {
  const { timeline } = taken(...linesOf("SERVICE"));
  assert.deepEqual(
    [...timeline.lanes.values()].map(({ from, ready, ending, asked, exited, gone, exitCode }) => {
      return [from, ready, ending, asked, exited, gone, exitCode];
    }),
    [
      [3, 400, 6700, undefined, 7000, 7300, 0],
      [3200, 4200, 4200, undefined, 4300, 4300, 143],
      [6200, 6700, undefined, 9000, 9500, 9500, 0],
    ],
  );
});

test("what the same line says again is one mark", () => {
  const line = (at: number) => `{"event":"signal","at_ms":${at},"signal":"SIGWINCH"}`;
  const { timeline } = taken(...Array.from({ length: 500 }, (_, at) => line(at)));
  const [mark, ...more] = timeline.main.first;
  assert.deepEqual([mark?.at, mark?.until, mark?.count, more.length], [0, 499, 500, 0]);
});

test("of very many marks and generations, the first ones and the last ones stay", () => {
  const file = emptyFile();
  for (let at = 1; at <= 20_000; at += 1) {
    takeLine(file, `{"event":"changed","at_ms":${at},"path":"${at}"}`);
    takeLine(file, `{"event":"looked","at_ms":${at},"leftovers":[{"pid":${at}}]}`);
    takeLine(file, `{"event":"spawned","at_ms":${at},"generation":${at}}`);
  }
  const { main, minor, lanes, omittedLanes } = file.timeline;
  assert.deepEqual([main.first.length, lastOf(main).length], [MOST_MARKS, MOST_MARKS]);
  assert.equal(main.omitted, 40_000 - 2 * MOST_MARKS);
  assert.equal(minor.first.length + lastOf(minor).length + minor.omitted, 20_000);
  assert.equal(lastOf(main).at(-1)?.at, 20_000);
  // Those that look at leftovers have no generation.
  assert.equal(lanes.size + omittedLanes, 20_001);
  assert.deepEqual([...lanes.keys()].slice(-2), [19_999, 20_000]);
  assert.deepEqual([...lanes.keys()].slice(0, 3), [0, 1, 2]);
});

test("lines behind a report belong to another run, which is the one that is shown", () => {
  const file = taken(...linesOf("two runs"));
  assert.deepEqual([file.earlier, file.timeline.report?.outcome], [1, "timed_out"]);
});

test("a time that no run can have is cut", () => {
  const { timeline } = taken('{"event":"signal","at_ms":1e300}');
  assert.equal(timeline.last, 1e15);
});
