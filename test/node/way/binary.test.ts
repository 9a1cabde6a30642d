import assert from "node:assert/strict";
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { lossOf } from "../../../src/node/way/loss.ts";
import { killTree, prepare, run, runSync } from "../program.ts";

test("a program of another version, or another program, is named with what to do", () => {
  const answer = "curfew (curfew) 9.9.9\n";
  const rows: [answer: string, ours: string | undefined, text: RegExp][] = [
    [answer, undefined, /without a report/],
    [answer, "9.9.9", /without a report/],
    [answer, "9.9.8", /"\/x" is curfew 9.9.9, but this library is 9.9.8: install the same/],
    ["", "9.9.8", /^\/x is no program for this machine/],
    ["bash 5.2.1", "9.9.8", /^\/x is no program for this machine/],
  ];
  for (const [said, ours, text] of rows) {
    const ending = lossOf("/x", said, ours);
    assert.ok(ending.kind !== "report");
    assert.match(ending.text, text);
  }
});

async function withProgram(path: string, work: () => Promise<void>): Promise<void> {
  const before = process.env.CURFEW_BINARY;
  process.env.CURFEW_BINARY = path;
  try {
    await work();
  } finally {
    process.env.CURFEW_BINARY = before;
  }
}

test("a program that is missing or cannot be executed is an outcome", async () => {
  const folder = mkdtempSync(join(tmpdir(), "curfew-node-"));
  try {
    const text = join(folder, "text");
    writeFileSync(text, "");
    const other = join(folder, "other");
    writeFileSync(other, "\x7fELF nonsense");
    chmodSync(other, 0o755);
    const script = join(folder, "script");
    writeFileSync(script, "#!/bin/sh\nexit 5\n", { mode: 0o755 });
    const rows: [string, string, string | undefined][] = [
      [join(folder, "missing"), "no_binary", "ENOENT"],
      [text, "no_binary", "EACCES"],
      // execvp(3) takes these for scripts, and the shell says nothing of use.
      [other, "no_binary", undefined],
      [script, "no_binary", undefined],
      [folder, "no_binary", "EACCES"],
    ];
    for (const [path, code, errno] of rows) {
      await withProgram(path, async () => {
        const running = run("true", { stdin: "pipe", stdout: "pipe" });
        running.kill("SIGTERM");
        const result = await running;
        assert.deepEqual(
          [result.outcome, result.error?.code, result.error?.errno, result.exitCode],
          ["spawn_failed", code, errno, null],
          path,
        );
        assert.equal(await running.started, null);
        assert.equal(runSync("true").error?.code, code);
        const message = String(result.error?.message);
        await assert.rejects(prepare(), { code, message });
        await assert.rejects(killTree(4_194_304), { code, message });
      });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("words that are too long for the kernel are an outcome", async () => {
  const result = await run("true", ["x".repeat(3_000_000)]);
  assert.deepEqual([result.outcome, result.error?.code], ["spawn_failed", "not_executable"]);
  assert.equal(result.error?.errno, "E2BIG");
});

test("the program may be moved between two runs", async () => {
  const folder = mkdtempSync(join(tmpdir(), "curfew-node-"));
  try {
    const copy = join(folder, "curfew");
    copyFileSync(process.env.CURFEW_BINARY ?? "", copy);
    chmodSync(copy, 0o755);
    await withProgram(copy, async () => assert.equal((await run("true")).ok, true));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a program that writes a line without end is another one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "curfew-node-"));
  try {
    const endless = join(folder, "endless");
    writeFileSync(endless, "#!/bin/sh\nexec cat /dev/zero >&4\n", { mode: 0o755 });
    await withProgram(endless, async () => {
      const { outcome, error } = await run("true");
      assert.deepEqual([outcome, error?.code], ["spawn_failed", "no_binary"]);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
