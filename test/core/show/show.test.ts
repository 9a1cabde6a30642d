import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { finishShow, startShow, takePiece } from "../../../src/core/show/show.ts";
import { drawn, drawnOrNot, FORMATS } from "./drawn.ts";
import { FILES, fileOf, WHOLE } from "./rows/files.ts";

/** Events of real runs, from which the pictures of the documents are made. */
const IMAGES = fileURLToPath(new URL("../../../docs/images/", import.meta.url));
const REAL = readdirSync(IMAGES)
  .filter((name) => name.endsWith(".jsonl"))
  .map((name) => readFileSync(join(IMAGES, name), "utf8"));
const ALL = [...REAL, ...Object.values(FILES).map(fileOf)];

/** Numbers that a seed decides (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** Values that stand in for one of a file. */
const VALUES = [
  ...[
    "null",
    "true",
    "-1",
    "0",
    "1e300",
    "1e-300",
    '""',
    '"SIGKILL"',
    '"\\ud800\\u0000"',
    "[]",
    "{}",
  ],
  ...["[[[]]]", '{"pid":1}', '[{"pid":1e9,"command":"\\n<b>"}]', `"${"long ".repeat(60)}"`, "12.5"],
];

/** A file that was damaged in one to eight places. */
function damaged(text: string, next: (below: number) => number): string {
  let file = text;
  for (let count = 1 + next(8); count > 0; count -= 1) {
    const at = next(file.length + 1);
    const [before, behind] = [file.slice(0, at), file.slice(at)];
    const lines = file.split("\n");
    switch (next(7)) {
      case 0:
        file = before;
        break;
      case 1:
        file = before + String.fromCharCode(next(0x10000)) + behind.slice(1);
        break;
      case 2:
        file = before + behind.slice(1 + next(20));
        break;
      case 3:
        lines.splice(next(lines.length), 0, ...lines.slice(next(lines.length)));
        file = lines.slice(0, 200).join("\n");
        break;
      case 4:
        lines.splice(next(lines.length), 1);
        file = lines.join("\n");
        break;
      default:
        // The value of a key becomes another one.
        file = `${before}${behind.replace(/:(?:"[^"]*"|[\d.]+|null|true|false|\[\])/, () => {
          return `:${VALUES[next(VALUES.length)]}`;
        })}`;
    }
  }
  return file;
}

const SEEDS = Number(process.env.CURFEW_SEEDS ?? 300);
const FIRST = Number(process.env.CURFEW_SEED ?? 1);

describe("show", () => {
  test("a damaged file is drawn in every format, or holds no events", () => {
    for (let seed = FIRST; seed < FIRST + SEEDS; seed += 1) {
      const next = numbers(seed);
      const file = damaged(ALL[next(ALL.length)] ?? "", next);
      for (const format of FORMATS) {
        try {
          const drawing = drawnOrNot(file, format, 60 + next(141), next(2) === 0);
          if (drawing === undefined) continue;
          assert.doesNotMatch(drawing, /undefined|NaN|\[object|Infinity/);
          assert.ok(drawing.length < 200_000);
        } catch (error) {
          assert.fail(`CURFEW_SEED=${seed} CURFEW_SEEDS=1, ${format}: ${error}\n${file}`);
        }
      }
    }
  });

  test("a file that was cut off at any byte is drawn, with one note, or has no event yet", () => {
    const whole = Buffer.from(fileOf(WHOLE));
    const first = whole.indexOf("\n");
    for (let end = 0; end <= whole.length; end += 1) {
      const drawing = drawnOrNot(whole.subarray(0, end).toString("latin1"));
      assert.equal(drawing !== undefined, end >= first, `cut at ${end}`);
      const isWhole = end >= whole.length - 1;
      const notes = drawing?.match(/^(?:The file ends before|\d+ lines? skipped)/gm) ?? [];
      assert.equal(notes.length, isWhole || end < first ? 0 : 1, `cut at ${end}`);
    }
  });

  test("lines that are no events are skipped, with a note; without events there is no drawing", () => {
    const whole = fileOf(WHOLE);
    assert.match(drawn(`not json\n${whole}`), /\n1 line skipped: no event of curfew's\.\n$/);
    assert.equal(drawn(`\n${whole}\n\n`), drawn(whole));
    for (const text of ["", "\n", "hello\n", "[1]\n", "\0\0\0", '{"event":1}', "{".repeat(1e5)]) {
      assert.equal(drawnOrNot(text), undefined, text.slice(0, 20));
    }
  });

  test("the drawing is the same in whatever pieces the file is read", () => {
    for (const text of ALL) {
      for (const size of [1, 7, 64]) {
        const show = startShow();
        for (let at = 0; at < text.length; at += size) takePiece(show, text.slice(at, at + size));
        assert.equal(finishShow(show, "text", { columns: 80, utf8: true }), drawn(text));
      }
    }
  });
});
