import assert from "node:assert/strict";
import { test } from "node:test";
import * as statusModule from "../../../src/core/spec/status.ts";
import { EXIT_CODES, exitCodeOf, waitStatusOf } from "../../../src/core/spec/status.ts";
import { SIGNALS } from "../../../src/core/values/signal.ts";
import { NAMED_EXIT_CODES, STATUSES } from "./rows/status.ts";

for (const [code, status, ended, exitCode] of STATUSES) {
  test(`waitid(2): si_code ${code} with si_status ${status} is ${exitCode ?? "no end"}`, () => {
    assert.deepEqual(waitStatusOf({ code, status }), ended);
    assert.equal(ended && exitCodeOf(ended), exitCode);
  });
}

test("S24: all 256 exit codes pass through unchanged", () => {
  for (let code = 0; code < 256; code++) assert.equal(exitCodeOf({ kind: "exited", code }), code);
});

test("every signal N is 128 + N, core or not", () => {
  for (const [number, signal] of SIGNALS.entries()) {
    for (const coreDumped of [false, true]) {
      assert.equal(exitCodeOf({ kind: "signaled", signal, coreDumped }), 128 + number);
    }
  }
});

test("the table of exit codes names every constant, and nothing else", () => {
  assert.deepEqual(
    EXIT_CODES.map(({ code, name }) => [code, name]),
    NAMED_EXIT_CODES,
  );
  const exported = Object.entries(statusModule).filter(([name]) => /^EXIT_(?!CODES)/.test(name));
  assert.deepEqual(new Map(exported), new Map(EXIT_CODES.map(({ code, name }) => [name, code])));
  for (const { meaning } of EXIT_CODES) assert.match(meaning, /^[a-z].*[^.]$/);
});
