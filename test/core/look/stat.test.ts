import assert from "node:assert/strict";
import { test } from "node:test";
import { parseStat, processorIn, stateIn } from "../../../src/core/look/stat.ts";
import { mutated, TIMES } from "./mutated.ts";

const REST =
  "5 6 7 0 -1 4194560 98 0 0 0 11 12 0 0 20 0 3 0 2418133 2514944 231 184467 1 1 0 0 0 0 0";

function line(command: string, state = "S"): string {
  return `4711 (${command}) ${state} ${REST}\n`;
}

/** Names that a process can give itself with prctl(2). */
const COMMANDS: readonly string[] = [
  "sh",
  "a b",
  "a) S 1 (b",
  ")",
  "(",
  "",
  "a\nb",
  "\udcff)",
  "é",
];

for (const command of COMMANDS) {
  test(`a process that is called ${JSON.stringify(command)}`, () => {
    assert.deepEqual(parseStat(line(command)), {
      pid: 4711,
      command,
      state: "S",
      parent: 5,
      threads: 3,
      startTime: 2418133,
      ticks: 23,
    });
    assert.equal(stateIn(line(command, "D")), "D");
  });
}

test("what is no line of stat is none", () => {
  const whole = line("sh");
  for (const text of ["", "(", ")", "4711", "0 (a) S", whole.slice(0, 40), `x${whole}`]) {
    assert.equal(parseStat(text), undefined);
  }
});

test("any text is a process or none", () => {
  for (const text of mutated(line("a) (b"), TIMES)) {
    const stat = parseStat(text);
    if (stat === undefined) continue;
    const { command, state, ...numbers } = stat;
    assert.ok(Object.values(numbers).every(Number.isSafeInteger), JSON.stringify(text));
    assert.match(state, /^[A-Za-z]$/);
  }
});

test("the processor that a thread ran on last", () => {
  const start = "7 (a) 1 b) S 5 6 7 0 -1 4194560 98 0 0 0 11 12 0 0 20 0 1 0 300 2514944 231 ";
  const rest = "18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17";
  assert.equal(processorIn(`${start}${rest} 13 0 0 0\n`), 13);
  assert.equal(processorIn(`${start}${rest} x 0 0 0\n`), undefined);
  assert.equal(processorIn(`${start}${rest}`), undefined);
  assert.equal(processorIn(""), undefined);
});
