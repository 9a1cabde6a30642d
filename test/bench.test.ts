import assert from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";
import { parseEnd } from "../bench/ended.ts";
import { type AllFigures, merge, type Name, NOTHING } from "../bench/figures.ts";
import { parseKills } from "../bench/killing.ts";
import { parseOrphans } from "../bench/orphans.ts";
import { copyOf, padded } from "../bench/padding.ts";
import { BARE, commandLine, curfew, curfewInit, curfewRun } from "../bench/programs.ts";
import { parseRestarts } from "../bench/restarting.ts";
import { ROWS } from "../bench/rows.ts";
import { failureOf, parseNumbers, parseRuns, reasonIn } from "../bench/runs.ts";
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

test("each program has its times of a kill, in the order in which it was named", () => {
  assert.deepEqual(parseKills("150 210\n140 200\n", [{ name: "curfew" }, { name: "against" }]), [
    ["curfew", { killed: [150, 140] }],
    ["against", { killed: [210, 200] }],
  ]);
});

test("another build is a column beside ours, and has no budget", () => {
  const [heading, ...rows] = grid(figures({ against: 2, curfew: 1, GNU: 1 }));
  assert.deepEqual(heading, ["", "curfew", "against", "GNU", "budget"]);
  const ratioToGnu = rows.find(([title]) => title === "wall: median / GNU");
  assert.deepEqual(ratioToGnu?.slice(1), ["1.00", "2.00", "1.00", "<= 0.85 miss"]);
  const row = ROWS.find(({ title }) => title === "wall: median / GNU");
  assert.ok(row);
  assert.equal(verdict(row, figures({ against: 2, GNU: 1 })), "");
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

function figures(walls: Partial<Record<Name, number>>): AllFigures {
  const all = Object.entries(walls).map(([name, wall]) => {
    return [name as Name, { ...NOTHING, wall: [wall * 1e6] }] as const;
  });
  return new Map(all);
}

for (const [walls, title, expected] of [
  [{ curfew: 0.85, GNU: 1 }, "wall: median / GNU", "<= 0.85 pass"],
  [{ curfew: 0.851, GNU: 1 }, "wall: median / GNU", "<= 0.85 miss"],
  [{ curfew: 0.8, run: 0.9, GNU: 1 }, "wall: median / GNU", "<= 0.85 miss"],
  [{ run: 0.8, GNU: 1 }, "wall: median / GNU", "<= 0.85 pass"],
  [{ init: 0.9, GNU: 1 }, "wall: median / GNU", ""],
  [{ init: 1.1, "dumb-init": 1 }, "wall: median / dumb-init", "<= 1.10 pass"],
  [{ run: 1.1, init: 1.2, "dumb-init": 1 }, "wall: median / dumb-init", "<= 1.10 miss"],
  [{ GNU: 1 }, "wall: median / GNU", ""],
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

test("a column per program that is here, a row per kind of figure, a dash for nothing", () => {
  const lines = grid(figures({ tini: 1.25, curfew: 1 }));
  assert.deepEqual(lines[0], ["", "curfew", "tini", "budget"]);
  assert.deepEqual(lines[3], ["wall: median, ms", "1.000", "1.250", ""]);
  assert.deepEqual(lines.at(-1), ["wall: median / curfew", "1.00", "1.25", ""]);
});

const SOME: AllFigures = merge(
  ["curfew", "run", "GNU", "tini"],
  [
    {
      figures: new Map([
        ["curfew", { endFlat: [99e6, 101e6, 98e6], endKilled: [20e6, 5e9] }],
        ["run", { endFlat: [90e6], forwarded: [2e5, 9e5], crowd: [1e8] }],
        ["tini", { forwarded: [1e5] }],
        ["GNU", { crowd: [1.5e8] }],
      ]),
    },
    {
      figures: new Map([
        ["curfew", { idle: { resident: 2e6, privateDirty: 6e5, proportional: 1e6, switches: 0 } }],
        ["run", { leaks: { zombies: 0, alive: 0, descriptors: 1, directories: 0 } }],
      ]),
    },
  ],
);

for (const [title, expected] of [
  ["end 1000 sessions, flat: median, ms", ["99.0", "90.0", "-", "-", "<= 100.0 pass"]],
  ["end 1000 sessions, flat: max, ms", ["101.0", "90.0", "-", "-", ""]],
  ["kill -9, 100 sessions: max, ms", ["5000.000", "-", "-", "-", "<= 200.000 miss"]],
  ["forwarding: median, ms", ["-", "0.200", "-", "0.100", "<= 0.200 pass"]],
  ["forwarding: p99, ms", ["-", "0.900", "-", "0.100", "<= 1.000 pass"]],
  ["waiting: resident, MB", ["2.00", "-", "-", "-", "<= 2.50 pass"]],
  ["waiting: private dirty, MB", ["0.60", "-", "-", "-", "<= 0.50 miss"]],
  ["waiting: switches in 2 s", ["0", "-", "-", "-", "<= 0 pass"]],
  ["200 at once: median, ms", ["-", "100.000", "150.000", "-", "<= 150.000 pass"]],
  ["1000 runs: zombies left", ["-", "0", "-", "-", "<= 0 pass"]],
  ["1000 runs: descriptors left", ["-", "1", "-", "-", "<= 0 miss"]],
] as const) {
  test(`the row "${title}"`, () => {
    assert.deepEqual(
      grid(SOME).find(([first]) => first === title),
      [title, ...expected],
    );
  });
}

const HELD = { resident: 3e6, privateDirty: 6e5, anonymous: 5e5, descriptors: 8, children: 1 };
const ONE_BY_ONE = { reaped: [3e8, 9e8, 5e8], behind: [2e6, 3e6, 4e6], left: 0 };
const INIT: AllFigures = merge(
  ["init", "tini", "dumb-init"],
  [
    {
      figures: new Map([
        [
          "init",
          {
            wallAsFirst: [1.2e6],
            restart: [9e5, 6e6, 8e6],
            aged: { early: HELD, late: { ...HELD, anonymous: 5.4e5, descriptors: 10 } },
            orphansOfFirst: ONE_BY_ONE,
            orphansAtOnce: { ...ONE_BY_ONE, reaped: [1.1e9], left: 2 },
            watching: { resident: 2e6, privateDirty: 4e5, proportional: 1e6, switches: 1 },
          },
        ],
        ["tini", { orphansOfFirst: { ...ONE_BY_ONE, left: 1 } }],
        ["dumb-init", { wallAsFirst: [1e6] }],
      ]),
    },
  ],
);

for (const [title, expected] of [
  ["wall as first process: median / dumb-init", ["1.20", "-", "1.00", "<= 1.10 miss"]],
  ["watching 100 files: switches in 2 s", ["1", "-", "-", "<= 0 miss"]],
  ["restart, the old one first: median, ms", ["6.000", "-", "-", "<= 5.000 miss"]],
  ["1000 restarts: private dirty, MB", ["0.60", "-", "-", "<= 0.50 miss"]],
  ["1000 restarts: since the 10th, MB", ["0.04", "-", "-", "<= 0.05 pass"]],
  ["1000 restarts: descriptors since the 10th", ["2", "-", "-", "<= 1 miss"]],
  ["1000 restarts: children", ["1", "-", "-", "<= 1 pass"]],
  ["10000 orphans as first process: median, ms", ["500", "500", "-", ""]],
  ["10000 orphans as first process: behind the last, ms", ["3.0", "3.0", "-", ""]],
  ["10000 orphans as first process: left", ["0", "1", "-", "<= 0 pass"]],
  ["10000 orphans at once as subreaper: median, ms", ["1100", "-", "-", "<= 1000 miss"]],
  ["10000 orphans at once as subreaper: left", ["2", "-", "-", "<= 0 miss"]],
] as const) {
  test(`the row "${title}"`, () => {
    assert.deepEqual(
      grid(INIT).find(([first]) => first === title),
      [title, ...expected],
    );
  });
}

test("what became of orphans is read, and nonsense refused", () => {
  assert.deepEqual(parseOrphans("900 1000 0 0\n"), { reaped: [1000], behind: [100], left: 0 });
  assert.deepEqual(parseOrphans("9 10 3 2\n"), { reaped: [10], behind: [1], left: 3 });
  assert.deepEqual(parseOrphans("9 10 0 2\n"), { reaped: [10], behind: [1], left: 2 });
  assert.deepEqual(parseOrphans("impossible a namespace: no\n"), { reason: "a namespace: no" });
  assert.throws(() => parseOrphans("0 1000 0 0\n"), /orphans: it said 0 1000 0 0/);
  assert.throws(() => parseOrphans("900 800 0 0\n"), /orphans: it said/);
});

test("restarts are read, and nonsense refused", () => {
  const { times, aged } = parseRestarts("8 4 2 9 1\n16 4 2 10 1\n500\n700\n", 2);
  assert.deepEqual(times, [500, 700]);
  assert.deepEqual(aged.early, {
    ...{ resident: 8192, privateDirty: 4096, anonymous: 2048 },
    ...{ descriptors: 9, children: 1 },
  });
  assert.equal(aged.late.resident, 16_384);
  assert.equal(aged.late.descriptors, 10);
  assert.throws(() => parseRestarts("8 4 2 9 1\n8 4 2 9 1\n500\n", 2), /1 times of 2 restarts/);
  assert.throws(() => parseRestarts("8 4 2 9 1\n8 4 2 9 1\n500\n0\n", 2), /2 times of 2/);
  assert.throws(() => parseRestarts("8 4 2 9 0\n8 4 2 9 1\n500\n700\n", 2), /what it holds/);
  assert.throws(() => parseRestarts("8 4\n8 4 2 9 1\n500\n700\n", 2), /what it holds: 8 4/);
});

test("the runner may say that there can be no first process", () => {
  assert.equal(reasonIn("impossible a namespace: no\n"), "a namespace: no");
  assert.equal(reasonIn("0 1200000 -1 27\n"), undefined);
});

test("every row has a title of its own", () => {
  const titles = ROWS.map(({ title }) => title);
  assert.equal(new Set(titles).size, titles.length);
});

for (const [text, expected] of [
  ["900 1000 0 0 1\n", { gone: 1000, left: 0, claimsGone: true }],
  ["900 1000 0 3 0\n", { gone: 1000, left: 3, claimsGone: false }],
  ["900 1000 9 0 -1\n", { gone: 1000, left: 0, claimsGone: false }],
  ["impossible fork: no room\n", { reason: "fork: no room" }],
] as const) {
  test(`the end of a tree: ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parseEnd(text), expected);
  });
}

test("numbers are read wherever they stand", () => {
  assert.deepEqual(parseNumbers("1 2\n-3\n"), [1, 2, -3]);
});

test("options stand between the subcommand and its operands", () => {
  const form = { name: "curfew", title: "", file: "/curfew", bundle: "a" } as const;
  const options = ["--report=fd:4"];
  assert.deepEqual(commandLine(BARE, ["a", "b"], "1"), ["a", "b"]);
  assert.deepEqual(commandLine(curfew(form), "a", "1", options), [
    ...["/curfew", "timeout", "--report=fd:4", "1", "a"],
  ]);
  assert.deepEqual(commandLine(curfewRun(form), ["a", "b"], "1"), [
    ...["/curfew", "run", "--timeout=1", "a", "b"],
  ]);
  assert.deepEqual(commandLine(curfewInit(form), "a", "1", ["--watch=b"]), [
    ...["/curfew", "init", "--watch=b", "--", "a"],
  ]);
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
  const once = withTable(document, "table", "$& new\n");
  assert.equal(once, "# A\n<!-- table -->\n\n$& new\n\n<!-- /table -->\nrest\n");
  assert.equal(withTable(once, "table", "$& new\n"), once);
  assert.equal(withTable("# A\n", "table", "new"), undefined);
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
