import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalLine } from "../../../src/core/show/refusal.ts";

test("a refusal is one line that names the file and the reason", () => {
  for (const [path, errno, line] of [
    ["a", "ENOENT", "curfew show: cannot read 'a': no such file or directory\n"],
    ["-", "EISDIR", "curfew show: cannot read standard input: is a directory\n"],
    [
      "a\nb",
      undefined,
      "curfew show: 'a\\nb' holds no events: expected a file that curfew's --events has written\n",
    ],
  ] as const) {
    assert.equal(refusalLine("curfew show", { path, errno }, true), line);
  }
});
