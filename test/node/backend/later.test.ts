import assert from "node:assert/strict";
import { test } from "node:test";
import { loadedLater } from "../../../src/node/backend/later.ts";

test("a way that cannot be loaded for want of a resource is not missing", async () => {
  const rows = [
    ["EMFILE", "resource", "EMFILE"],
    ["ENFILE", "resource", "ENFILE"],
    ["ENOMEM", "resource", "ENOMEM"],
    ["ENOENT", "no_binary", undefined],
  ] as const;
  for (const [errno, code, told] of rows) {
    const error = Object.assign(new Error(`${errno}: open`), { code: errno });
    const outline = { name: "portable", refusal: () => undefined } as const;
    const way = loadedLater(outline, () => Promise.reject(error));
    const answer = await way.prepare();
    assert.ok(answer.kind === "failed");
    assert.deepEqual([answer.code, answer.errno], [code, told]);
    assert.match(answer.text, /cannot be loaded/);
  }
});
