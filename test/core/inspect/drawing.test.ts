import assert from "node:assert/strict";
import { test } from "node:test";
import { widthOf } from "../../../src/core/inspect/columns.ts";
import { drawTree, formatAge } from "../../../src/core/inspect/drawing.ts";
import type { ProcessSnapshot } from "../../../src/core/spec/process-snapshot.ts";
import type { Duration } from "../../../src/core/values/duration.ts";
import { processOf, treeOf } from "./snapshots.ts";

const HUNG: readonly ProcessSnapshot[] = [
  processOf({
    pid: 4711,
    command: "npm",
    commandLine: ["npm", "test"],
    cpuTime: 400_000 as Duration,
    waitsFor: { kind: "child", peers: [{ pid: 4712, command: "sh" }] },
  }),
  processOf({
    pid: 4712,
    parent: 4711,
    command: "sh",
    commandLine: ["sh", "-c", "jest --token=abc"],
    waitsFor: { kind: "child" },
  }),
  processOf({
    pid: 4713,
    parent: 4712,
    commandLine: ["node", "/usr/lib/node_modules/jest/bin/jest.js", "--config", "x".repeat(99)],
    waitsFor: { kind: "fifo_open", path: "/tmp/x" },
    waitTime: 7_900_000 as Duration,
  }),
  processOf({
    pid: 4720,
    commandLine: ["node", "server.js"],
    waitsFor: { kind: "poll" },
    listening: ["127.0.0.1:3000"],
  }),
];

const WITHOUT_GLYPHS = [
  "4711 npm test [8.0s old, CPU 5%] waits for its child 4712 'sh'",
  "4712 sh -c 'jest --token=***' [8.0s old] waits for a child",
  "4713 node ...t/bin/jest.js [8.0s old, waiting 7.9s] waits to open the FIFO '/tmp/x' (its other end is not open)",
  "4720 node server.js [8.0s old] orphan; waits for events (poll); listens on 127.0.0.1:3000",
] as const;

test("a tree is drawn with what each process waits for and listens on", () => {
  const [npm, sh, node, server] = WITHOUT_GLYPHS;
  assert.deepEqual(drawTree(treeOf(HUNG), { utf8: true }), [
    `  ${npm}`,
    `  └─ ${sh}`,
    `     └─ ${node}`,
    `  ${server}`,
  ]);
  assert.deepEqual(drawTree(treeOf(HUNG), { utf8: false }), [
    `  ${npm}`,
    `  \`- ${sh}`,
    `     \`- ${node}`,
    `  ${server}`,
  ]);
});

test("what was not looked at is counted", () => {
  const last = (omitted: number) => drawTree(treeOf(HUNG, omitted), { utf8: true }).at(-1);
  assert.equal(last(1), "  ... and at least 1 more process, not looked at");
  assert.equal(last(300), "  ... and at least 300 more processes, not looked at");
  assert.deepEqual(drawTree(treeOf([]), { utf8: true }), []);
});

test("of many processes those are drawn that tell most, with the number of the others", () => {
  const many = Array.from({ length: 100 }, (_, at) =>
    processOf({ pid: 5000 + at, parent: 4711, waitsFor: { kind: "poll" } }),
  );
  const reader = processOf({
    pid: 6000,
    parent: 5099,
    waitsFor: { kind: "terminal_read" },
    isWaitingForInput: true,
  });
  const lines = drawTree(treeOf([...HUNG, ...many, reader], 7), { utf8: true });
  assert.equal(lines.length, 20);
  assert.match(lines[0] ?? "", /^ {2}4711 npm test/);
  assert.ok(lines.some((line) => line.includes("4713 node")));
  assert.ok(lines.some((line) => line.includes("4720 node server.js")));
  assert.ok(lines.some((line) => line.includes("6000 node") && line.includes("the terminal")));
  assert.equal(lines.at(-1), "  ... and 86 more processes, and at least 7 not looked at");
});

/** What changes the order in which a terminal shows text. */
const isMark = (point: number) =>
  [0x200e, 0x200f].includes(point) ||
  (point >= 0x202a && point < 0x202f) ||
  (point >= 0x2066 && point < 0x206a);

test("no line is wider than 120 columns, none begins with a text of a process", () => {
  const texts = [
    "\n\r\u001b[2J\u0000",
    "\u202eabc\u2066",
    "中".repeat(200),
    "a b ".repeat(50),
    "\udc80'\\",
  ];
  const all = texts.flatMap((text, at): ProcessSnapshot[] => {
    const peers = Array.from({ length: 5 }, () => ({ pid: 4_194_304, command: text }));
    return [
      processOf({ pid: 100 + at, command: text, commandLine: [text, text] }),
      processOf({ pid: 200 + at, command: text, commandLine: [], state: text }),
      processOf({
        pid: 300 + at,
        parent: 100 + at,
        commandLine: Array.from({ length: 40 }, () => text),
        isCommandLineCut: true,
        waitsFor: { kind: "pipe_read", path: text, peers, address: text },
        systemCall: text,
        listening: [text, text, text],
        unread: [{ what: "uid", why: text }],
      }),
    ];
  });
  for (const utf8 of [true, false]) {
    for (const line of drawTree(treeOf(all), { utf8 })) {
      assert.ok(widthOf(line) <= 120, line);
      assert.match(line, /^ {2}(?:[├└│─|`\- ]*\d+ |\.\.\. and)/);
      const isPlain = (point: number) => point >= 0x20 && point < 0x7f;
      const isShown = (point: number) => isPlain(point) || (point > 0x9f && !isMark(point));
      const points = [...line].map((character) => character.codePointAt(0) ?? 0);
      assert.ok(points.every(utf8 ? isShown : isPlain), JSON.stringify(line));
    }
  }
});

test("facts cannot be imitated by a command line", () => {
  const fake = processOf({ commandLine: ["a", "[1s, CPU 9%] sleeps", "[1s,", "CPU"] });
  const [line] = drawTree(treeOf([fake]), { utf8: true });
  assert.equal(line, "  4711 a '[1s, CPU 9%] sleeps' '[1s,' CPU [8.0s old]");
});

test("a process without a command line has the kernel's name", () => {
  const zombie = processOf({ command: "npm run", commandLine: [], state: "Z" });
  const [line] = drawTree(treeOf([zombie]), { utf8: true });
  assert.equal(line, "  4711 'npm run' [8.0s old] has exited; its parent has not waited for it");
});

test("a path is cut sooner than the words behind it", () => {
  const path = "/data/username/projects/job/results.fifo";
  const one = processOf({ commandLine: ["sh", "test.sh"], waitsFor: { kind: "fifo_open", path } });
  const deep = processOf({ ...one, pid: 4712, parent: 4711, commandLine: ["x".repeat(99)] });
  assert.deepEqual(drawTree(treeOf([one, deep]), { utf8: false }), [
    "  4711 sh test.sh [8.0s old] waits to open the FIFO ...'/username/projects/job/results.fifo' (its other end is not open)",
    "  `- 4712 xxxxxxxxxxxxxxxxx... [8.0s old] waits to open the FIFO ...'jects/job/results.fifo' (its other end is not open)",
  ]);
});

test("ages", () => {
  const ages = [0, 8.19, 10, 59.9, 60, 3599, 3600, 86_399, 86_400, 200_000].map((seconds) =>
    formatAge(Math.round(seconds * 1e6) as Duration),
  );
  assert.deepEqual(ages, [
    "0.0s",
    "8.1s",
    "10s",
    "59s",
    "1m00s",
    "59m59s",
    "1h00m",
    "23h59m",
    "1d0h",
    "2d7h",
  ]);
});
