import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAnnotation, isAnnotated } from "../../../src/core/messages/annotation.ts";
import type { Message } from "../../../src/core/messages/messages.ts";

test("an annotation is one line that GitHub's runner decodes", () => {
  const message: Message = { kind: "cannot-print", errno: "ENOSPC" };
  assert.equal(
    formatAnnotation(message, true),
    "::error title=curfew::cannot write to standard output: no space left on device\n",
  );
  const size = 0 as never;
  const named: Message = { kind: "memory-limit", command: "50%\r\n", size };
  assert.match(formatAnnotation(named, true), /killed '50%25\\r\\n'\n$/);
});

test("what went wrong in a run is annotated, and nothing else", () => {
  const isIt = (message: Message) => isAnnotated(message);
  assert.ok(isIt({ kind: "survivors", survivors: [] }));
  assert.ok(isIt({ kind: "leaked", processes: [] }));
  assert.ok(!isIt({ kind: "limit-per-process" }));
  assert.ok(!isIt({ kind: "killing", signal: "SIGTERM", command: "a" }));
});
