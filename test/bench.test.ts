import assert from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";
import type { AllFigures, Figures, Name } from "../bench/figures.ts";
import { copyOf, padded } from "../bench/padding.ts";
import { BARE } from "../bench/programs.ts";
import { ROWS } from "../bench/rows.ts";
import { failureOf, parseRuns } from "../bench/runs.ts";
import { median, percentile, ratio } from "../bench/statistics.ts";
import { formatMarkdown, formatText, grid, verdict, withTable } from "../bench/table.ts";

const HUNDRED = Array.from({ length: 100 }, (_, index) => 100 - index);

for (const [figures, share, expected] of [
  [[], 0.5, undefined],
  [[7], 0, 7],
  [[7], 1, 7],
  [[3, 1, 2], 0, 1],
  [[3, 1, 2], 0.5, 2],
  [[4, 3, 1, 2], 0.5, 2],
  [[10, 9], 1, 10],
  [HUNDRED, 0.01, 1],
  [HUNDRED, 0.25, 25],
  [HUNDRED, 0.99, 99],
  [HUNDRED, 1, 100],
] as const) {
  test(`the ${share} percentile of ${figures.length} figures is ${expected}`, () => {
    assert.equal(percentile(figures, share), expected);
  });
}

test("what was not measured has no median and no ratio", () => {
  assert.equal(median([]), undefined);
  assert.equal(ratio(undefined, 2), undefined);
  assert.equal(ratio(3, undefined), undefined);
  assert.equal(ratio(3, 2), 1.5);
});

test("the runner's lines are read", () => {
  assert.deepEqual(parseRuns("0 1200000 -1 27\n0 1100000 55000 28\n", [BARE]), [
    { name: "bare", wall: 1_200_000, fromStamp: -1, faults: 27 },
    { name: "bare", wall: 1_100_000, fromStamp: 55_000, faults: 28 },
  ]);
  assert.throws(() => parseRuns("1 1 1 1\n", [BARE]), /the runner said: 1 1 1 1/);
});

for (const [code, complaints, expected] of [
  [0, "", undefined],
  [0, "timeout: warning: a\n", "curfew: not measured: timeout: warning: a"],
  [1, "runner: a\n", "curfew: not measured: runner: a"],
  [1, "a\nb\nc\n", "curfew: not measured: a (and 2 lines more)"],
  [null, "", "curfew: not measured: the runner ended with null"],
] as const) {
  test(`exit ${code} with ${JSON.stringify(complaints)}: ${expected ?? "measured"}`, () => {
    assert.equal(failureOf(code, complaints), expected);
  });
}

const NOTHING: Figures = {
  wall: [],
  wallInLocale: [],
  faults: [],
  exitLatency: [],
  lateness: [],
  longLateness: [],
  idle: undefined,
  executable: undefined,
  bundle: undefined,
};

function figures(walls: Partial<Record<Name, number>>): AllFigures {
  const all = Object.entries(walls).map(([name, wall]) => {
    return [name as Name, { ...NOTHING, wall: [wall * 1e6] }] as const;
  });
  return new Map(all);
}

for (const [walls, title, expected] of [
  [{ curfew: 0.8, GNU: 1 }, "wall: median / GNU", "<= 0.80 pass"],
  [{ curfew: 0.801, GNU: 1 }, "wall: median / GNU", "<= 0.80 miss"],
  [{ curfew: 0.8 }, "wall: median / GNU", ""],
  [{ curfew: 1, tenfold: 1.06 }, "wall: median / curfew", "<= 1.05 miss"],
  [{ curfew: 1, tenfold: 1.04 }, "wall: median / curfew", "<= 1.05 pass"],
  [{ curfew: 1 }, "wall: median, ms", ""],
] as const) {
  test(`budget of "${title}" for ${JSON.stringify(walls)}: ${expected || "nothing"}`, () => {
    const row = ROWS.find((one) => one.title === title);
    assert.ok(row);
    assert.equal(verdict(row, figures(walls)), expected);
  });
}

test("a column per program that is here, a dash where nothing was measured", () => {
  const lines = grid(figures({ tini: 1.25, curfew: 1 }));
  assert.deepEqual(lines[0], ["", "curfew", "tini", "budget"]);
  assert.deepEqual(lines[3], ["wall: median, ms", "1.000", "1.250", ""]);
  assert.deepEqual(lines.at(-1), ["TypeScript, bundled, bytes", "-", "-", ""]);
});

const LINES = [
  ["", "one", "b"],
  ["name", "1", "<= 2 pass"],
];

test("text has aligned columns", () => {
  assert.equal(formatText(LINES), "      one          b\nname    1  <= 2 pass\n");
});

test("Markdown has a rule below its headings", () => {
  assert.equal(
    formatMarkdown(LINES),
    "|  | one | b |\n| --- | --: | --: |\n| name | 1 | <= 2 pass |\n",
  );
});

test("only the marked section of a document changes, as often as one likes", () => {
  const document = "# A\n<!-- table -->\nold\n<!-- /table -->\nrest\n";
  const once = withTable(document, "$& new\n");
  assert.equal(once, "# A\n<!-- table -->\n\n$& new\n\n<!-- /table -->\nrest\n");
  assert.equal(withTable(once, "$& new\n"), once);
  assert.equal(withTable("# A\n", "new"), undefined);
});

const BUNDLE = "var curfew=(()=>{let kinds=new Map([['first',1]]);return{size:kinds.size}})();\n";

test("a copy shares no word with the bundle but those of the language", () => {
  assert.equal(
    copyOf(BUNDLE, 2),
    "var curfew2=(()=>{let kinds_2=new Map([['first_2',1]]);return{size:kinds_2.size}})();\n",
  );
});

test("a padded bundle is evaluated as often as was asked for, itself in the middle", () => {
  const text = padded(BUNDLE, 10);
  const order = [...text.matchAll(/curfew(\d*)=/g)].map(([, number]) => Number(number));
  assert.deepEqual(order, [2, 3, 4, 5, 0, 6, 7, 8, 9, 10]);
  const defined = vm.runInNewContext(`${text}; Object.keys(globalThis)`) as string[];
  assert.equal(defined.length, 10);
});
