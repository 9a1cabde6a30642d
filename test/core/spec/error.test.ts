import assert from "node:assert/strict";
import { test } from "node:test";
import type { UsageCode } from "../../../src/core/spec/error.ts";
import { usageError } from "../../../src/core/spec/error.ts";
import { MESSAGES } from "../messages/rows/messages.ts";

/** Complete, or it does not compile. */
const CODES: Readonly<Record<UsageCode, true>> = {
  unknown_command: true,
  unknown_option: true,
  ambiguous_option: true,
  missing_value: true,
  unexpected_value: true,
  missing_operand: true,
  missing_option: true,
  conflicting_option: true,
  extra_operand: true,
  bad_duration: true,
  bad_size: true,
  bad_number: true,
  bad_output: true,
  bad_path: true,
  bad_time: true,
  bad_pattern: true,
  bad_address: true,
  bad_pid: true,
  unknown_choice: true,
  unknown_signal: true,
  set_user_id: true,
};

test("a usage error names the part, what was given and what is expected", () => {
  assert.deepEqual(
    usageError("bad_size", { part: "SIZE", given: "1P", expected: "a number of bytes" }),
    { kind: "usage", code: "bad_size", part: "SIZE", given: "1P", expected: "a number of bytes" },
  );
});

test("every code has a sentence of its own, and a row among the messages", () => {
  const said = MESSAGES.flatMap(([, message]) => (message.kind === "usage" ? [message.code] : []));
  assert.deepEqual([...new Set(said)].sort(), Object.keys(CODES).sort());
});
