import assert from "node:assert/strict";
import { test } from "node:test";
import { configSentence, DISTRUST } from "../../../src/core/messages/config-sentence.ts";

// The rows of messages have each kind once; here is each reason.
test("each reason not to use a file has words, and the file's name adds no line", () => {
  for (const why of Object.keys(DISTRUST) as (keyof typeof DISTRUST)[]) {
    const file = "/a\nb\x1b[31m";
    for (const kind of ["config-ignored", "config-unusable"] as const) {
      const text = configSentence({ kind, file, why }, true);
      assert.match(text, /^[ -~]+$/);
      assert.ok(text.endsWith(DISTRUST[why]), text);
    }
  }
});
