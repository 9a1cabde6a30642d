import assert from "node:assert/strict";
import { test } from "node:test";
import { loadedLater } from "../../../src/node/backend/later.ts";

test("a way that cannot be loaded for want of a resource is not missing", async () => {
  const rows = [
    ["EMFILE", "resource"],
    ["ENFILE", "resource"],
    ["ENOMEM", "resource"],
    ["ENOENT", "no_binary"],
  ] as const;
  for (const [errno, code] of rows) {
    const error = Object.assign(new Error(`${errno}: open`), { code: errno });
    const outline = { name: "portable", refusal: () => undefined } as const;
    const way = loadedLater(outline, () => Promise.reject(error));
    const answer = await way.prepare();
    assert.ok(answer.kind === "failed");
    assert.equal(answer.code, code);
    assert.match(answer.text, /cannot be loaded/);
  }
});
