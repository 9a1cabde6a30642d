import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PATTERN } from "../../../../src/core/cli/options/patterns.ts";
import {
  COUNT,
  choiceOf,
  DELAY,
  DURATION,
  EXIT_CODE,
  GNU_DURATION,
  KILL_AFTER,
  listOf,
  OUTPUT,
  PATH,
  PID,
  READY,
  SIGNAL_PAIR,
  SIGNAL_SET,
  TICKS,
} from "../../../../src/core/cli/options/values.ts";
import { parseDuration } from "../../../../src/core/values/duration.ts";
import { PID_MAX } from "../../../../src/core/values/pid.ts";
import { CURFEW_DURATIONS, DURATIONS } from "../../values/rows/duration.ts";

const NOTHING = () => undefined;

test("S12: only a comma makes us ask for the locale", () => {
  const asked = new Set<string>();
  const env = (name: string) => {
    asked.add(name);
    return name === "LC_ALL" ? "de_DE" : undefined;
  };
  assert.equal(GNU_DURATION.parse("1.5", env), 1_500_000);
  assert.equal(asked.size, 0);
  assert.equal(GNU_DURATION.parse("1,5", env), 1_500_000);
  assert.ok(asked.has("LC_ALL"));
  assert.equal(DURATION.parse("1,5", env), undefined);
});

/** Nothing, in as many ways as there are. */
const ZEROS = ["0", "00", "0s", "0.0ms", ".0us", "0.", "-0", " +0m", "0e5h", "0E-1d"];
const HEX_ZEROS = ["0x0", "0X.0", "0x0ms", "0x00.p3", "0x0p-1d", "-0x0h"];
/** No limit, or more than nothing, although they begin as a zero does. */
const NOT_ZEROS = ["inf", "-0x0d0", "0x0d", "0x0e5", "infinityms", "1e400", "0x0dp9999", "0.1us"];

test("a kill after of 0 is refused, in whatever form; without end is not", () => {
  for (const text of [...ZEROS, ...HEX_ZEROS]) {
    assert.equal(parseDuration(text), 0, text);
    assert.equal(KILL_AFTER.parse(text, NOTHING), undefined, text);
  }
  for (const text of [...NOT_ZEROS, "1", "0x1p3d", `0x0d${"0".repeat(20)}`]) {
    assert.equal(KILL_AFTER.parse(text, NOTHING), parseDuration(text), text);
  }
});

test("a delay may be 0, and must have an end", () => {
  for (const text of [...ZEROS, ...HEX_ZEROS, "1", "0.1us", "0x0d", "2h"]) {
    assert.equal(DELAY.parse(text, NOTHING), parseDuration(text), text);
  }
  for (const text of ["inf", "INFINITY", "infms", "1e400", "9007199254741", "", "x", "-1"]) {
    assert.equal(DELAY.parse(text, NOTHING), undefined, text);
  }
});

test("a kill after is a DURATION, except for the zeros", () => {
  const rows = [...DURATIONS, ...CURFEW_DURATIONS].map(([, text]) => text);
  const digits = fc.string({ unit: fc.constantFrom(..."0005.exXpPdmsuhin+-"), maxLength: 9 });
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...rows), digits), (text) => {
      const duration = parseDuration(text);
      const accepted = KILL_AFTER.parse(text, NOTHING);
      const [, hex, decimal] = /^\s*[+-]?(?:0x([\da-f.]*)|([\d.]*))/i.exec(text) ?? [];
      const isZero = duration === 0 && /^[0.]+$/.test(hex ?? decimal ?? "");
      assert.equal(accepted, isZero ? undefined : duration, text);
    }),
    { numRuns: 20_000 },
  );
});

test("numbers have bounds, and nothing but digits", () => {
  for (const text of ["", " 1", "1 ", "+1", "1.0", "1e3", "0x1", "\u0661", "1\n", "-1"]) {
    assert.equal(TICKS.parse(text, NOTHING), undefined, text);
  }
  assert.equal(TICKS.parse(`${"0".repeat(99_999)}x`, NOTHING), undefined, "at once");
  for (const [{ parse }, least, most] of [
    [COUNT, 1, PID_MAX],
    [PID, 0, PID_MAX],
    [EXIT_CODE, 0, 255],
  ] as const) {
    for (const number of [least, most]) assert.equal(parse(String(number), NOTHING), number);
    for (const number of [least - 1, most + 1]) {
      assert.equal(parse(String(number), NOTHING), undefined);
    }
    for (const text of ["", " 1", "1 ", "+1", "1.0", "1e3", "0x1", "\u0661", "1\n"]) {
      assert.equal(parse(text, NOTHING), undefined, text);
    }
  }
});

test("a place is written as it is read; a file is never taken for a descriptor", () => {
  for (const [text, place] of [
    ["fd:0", { kind: "fd", fd: 0 }],
    ["fd:2147483647", { kind: "fd", fd: 2_147_483_647 }],
    ["./fd:0", { kind: "path", path: "./fd:0" }],
    ["FD:0", { kind: "path", path: "FD:0" }],
    [" ", { kind: "path", path: " " }],
  ] as const) {
    assert.deepEqual(OUTPUT.parse(text, NOTHING), place);
    assert.equal(OUTPUT.format(place), text);
  }
  for (const text of ["", "-", "fd:", "fd:-1", "fd:1x", "fd:2147483648"]) {
    assert.equal(OUTPUT.parse(text, NOTHING), undefined, text);
  }
  assert.equal(OUTPUT.format({ kind: "path", path: "fd:x" }), "./fd:x");
});

test("two signals, of which the second may be none", () => {
  for (const [text, pair] of [
    ["SIGTERM:SIGQUIT", ["SIGTERM", "SIGQUIT"]],
    ["SIGCHLD:SIG0", ["SIGCHLD", "SIG0"]],
    ["SIGRTMIN+1:SIGRTMAX-1", ["SIGRTMIN+1", "SIGRTMAX-1"]],
  ] as const) {
    assert.deepEqual(SIGNAL_PAIR.parse(text, NOTHING), pair);
    assert.equal(SIGNAL_PAIR.format(pair), text);
  }
  assert.deepEqual(SIGNAL_PAIR.parse("15:0", NOTHING), ["SIGTERM", "SIG0"]);
  assert.deepEqual(SIGNAL_PAIR.parse("term:sigquit", NOTHING), ["SIGTERM", "SIGQUIT"]);
  for (const text of [
    "",
    ":",
    "TERM",
    "TERM:",
    ":TERM",
    "0:TERM",
    // These cannot be caught, so that nothing could be forwarded.
    "KILL:TERM",
    "STOP:0",
    "TERM:INT:",
    "TERM:65",
    "TERM INT",
  ]) {
    assert.equal(SIGNAL_PAIR.parse(text, NOTHING), undefined, text);
  }
});

test("a set of signals has at least one, and none twice", () => {
  const signals = SIGNAL_SET.parse("TERM,2,SIGTERM,rtmin", NOTHING);
  assert.deepEqual([...(signals ?? [])], ["SIGTERM", "SIGINT", "SIGRTMIN"]);
  assert.equal(SIGNAL_SET.format(new Set(["SIGTERM", "SIGRTMIN"])), "SIGTERM,SIGRTMIN");
  for (const text of ["", ",", "TERM,", ",TERM", "TERM,,INT", "TERM, INT", "0", "TERM,0", "WAT"]) {
    assert.equal(SIGNAL_SET.parse(text, NOTHING), undefined, text);
  }
});

test("a server says that it is ready in one of three ways; not on the standard descriptors", () => {
  for (const [text, ready] of [
    ["none", { kind: "none" }],
    ["notify", { kind: "notify" }],
    ["fd:3", { kind: "fd", fd: 3 }],
    ["fd:1048575", { kind: "fd", fd: 1_048_575 }],
  ] as const) {
    assert.deepEqual(READY.parse(text, NOTHING), ready);
    assert.equal(READY.format(ready), text);
  }
  for (const text of ["", "None", "fd", "fd:", "fd:0", "fd:2", "fd:-3", "fd:1048576", "fd:3 "]) {
    assert.equal(READY.parse(text, NOTHING), undefined, text);
  }
});

test("a path and a pattern are any text but none", () => {
  for (const { parse, format } of [PATH, PATTERN]) {
    assert.equal(parse("", NOTHING), undefined);
    for (const text of [" ", "-", "a/../b", "\udcff", "**"]) {
      assert.equal(parse(text, NOTHING), text);
      assert.equal(format(text), text);
    }
  }
});

test("a choice is one of its words, spelled out", () => {
  const { parse, expected, format } = choiceOf("WHAT", ["kill", "leave", "wait"]);
  assert.equal(expected, "kill, leave or wait");
  assert.equal(parse("leave", NOTHING), "leave");
  for (const text of ["", "l", "Leave", "leave "]) assert.equal(parse(text, NOTHING), undefined);
  assert.equal(format("kill"), "kill");
  assert.equal(listOf(["a", "b"]), "a or b");
  assert.equal(listOf(["a"]), "a");
  assert.equal(listOf(["a", "b", "c"], "and"), "a, b and c");
});
