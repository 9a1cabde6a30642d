import assert from "node:assert/strict";
import { test } from "node:test";
import { usageSentence } from "../../../src/core/messages/usage-sentence.ts";
import type { UsageError } from "../../../src/core/spec/error.ts";

const ERROR: UsageError = {
  kind: "usage",
  code: "unknown_option",
  part: "OPTION",
  given: "--x\n",
  expected: "an option that --help lists",
};

const ROWS: readonly (readonly [changes: Partial<UsageError>, sentence: string])[] = [
  [{}, "OPTION: unknown option '--x\\n': expected an option that --help lists"],
  [{ choices: [] }, "OPTION: unknown option '--x\\n': expected an option that --help lists"],
  [{ choices: ["--a"] }, "OPTION: unknown option '--x\\n': did you mean --a?"],
  [{ choices: ["--a", "--b"] }, "OPTION: unknown option '--x\\n': did you mean --a or --b?"],
  [
    { choices: ["--a"], meant: "curfew init --x" },
    "OPTION: unknown option '--x\\n': did you mean curfew init --x?",
  ],
  [
    { code: "ambiguous_option", choices: ["--a", "--b"], expected: "--a or --b" },
    "OPTION: ambiguous option '--x\\n': expected --a or --b",
  ],
  [
    { code: "missing_value", part: "-k DURATION", given: undefined, expected: "a duration" },
    "-k DURATION: missing value: expected a duration",
  ],
];

for (const [changes, sentence] of ROWS) {
  test(sentence, () => assert.equal(usageSentence({ ...ERROR, ...changes }, true), sentence));
}
