import assert from "node:assert/strict";
import { constants } from "node:os";
import { test } from "node:test";
import fc from "fast-check";
import {
  CORE_DUMPING_SIGNALS,
  parseSignal,
  SIGNALS,
  signalLabel,
  signalNames,
  signalNumber,
  signalOfNumber,
  TERMINATING_SIGNALS,
} from "../../../src/core/values/signal.ts";
import { DUMPING, LABELS, PARSED_SIGNALS, SPARING } from "./rows/signal.ts";

for (const [cites, text, number] of PARSED_SIGNALS) {
  test(`${cites}: signal ${JSON.stringify(text)} is ${number ?? "refused"}`, () => {
    const signal = parseSignal(text);
    assert.equal(signal && signalNumber(signal), number);
  });
}

for (const [cites, number, label] of LABELS) {
  test(`${cites}: signal ${number} is shown as ${label}`, () => {
    const signal = signalOfNumber(number);
    assert.equal(signal && signalLabel(signal), label);
  });
}

test("there are 65 numbers, and no signal beside them", () => {
  assert.equal(SIGNALS.length, 65);
  assert.equal(new Set(SIGNALS).size, 65);
  for (const number of [-1, 65, 0.5, Number.NaN]) assert.equal(signalOfNumber(number), undefined);
});

test("S14: number, name, label and number with SIG are four ways to the same signal", () => {
  fc.assert(
    fc.property(fc.constantFrom(...SIGNALS), (signal) => {
      const number = signalNumber(signal);
      assert.equal(signalOfNumber(number), signal);
      for (const text of [signal, signalLabel(signal), `${number}`, `SIG${number}`]) {
        assert.equal(parseSignal(text), signal);
        assert.equal(parseSignal(text.toLowerCase()), signal);
      }
    }),
  );
});

test("S14: a wait status is the signal in its low bits, whatever exit code is above", () => {
  fc.assert(
    fc.property(fc.integer({ min: 256, max: 0x7fffffff }), (status) => {
      const low = status % 256;
      assert.equal(parseSignal(`${status}`), low <= 64 ? signalOfNumber(low) : undefined);
    }),
  );
});

test("S15: any text is a signal or refused", () => {
  const grammarish = fc.string({ unit: fc.constantFrom(..."SIGRTMINAX+-0159 ".split("")) });
  fc.assert(
    fc.property(fc.oneof(grammarish, fc.string({ unit: "binary" })), (text) => {
      const signal = parseSignal(text);
      assert.ok(signal === undefined || SIGNALS.includes(signal));
    }),
    { numRuns: 3000 },
  );
});

test("signal(7): which signals end a process, and which dump core", () => {
  const numbers = SIGNALS.map(signalNumber);
  assert.deepEqual([...CORE_DUMPING_SIGNALS].map(signalNumber), DUMPING);
  assert.deepEqual(
    [...TERMINATING_SIGNALS].map(signalNumber),
    numbers.filter((number) => !SPARING.includes(number)),
  );
});

test("the list for the help has the 62 signals with a name", () => {
  const names = signalNames();
  assert.equal(names.length, 62);
  assert.deepEqual([names[0], names[30], names[31], names[61]], ["HUP", "SYS", "RTMIN", "RTMAX"]);
});

test("Node's numbers are ours", {
  skip: process.platform !== "linux" && "other numbers here",
}, () => {
  for (const [name, number] of Object.entries(constants.signals)) {
    const signal = parseSignal(name);
    assert.equal(signal && signalNumber(signal), number, name);
  }
});
