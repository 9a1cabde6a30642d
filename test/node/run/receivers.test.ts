import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "../program.ts";

test("a file that cannot be written is closed once", async () => {
  const errors: unknown[] = [];
  const note = (error: unknown) => errors.push(error);
  process.on("uncaughtException", note);
  try {
    for (let count = 0; count < 100; count++) {
      const running = run("echo", ["a"], { stdout: ["capture", { file: "/dev/full" }] });
      await assert.rejects(running, { code: "ENOSPC" });
    }
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(errors, []);
  } finally {
    process.off("uncaughtException", note);
  }
});
