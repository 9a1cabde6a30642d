import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { runSync } from "./program.ts";
import { tree } from "./tree.ts";

test("runSync gives the same result as run", () => {
  const { ok, outcome, exitCode, stdout, stderr, treeGone, report } = runSync("sh", [
    "-c",
    "echo out; echo err >&2; exit 3",
  ]);
  assert.deepEqual(
    { ok, outcome, exitCode, stdout, stderr, treeGone },
    { ok: false, outcome: "exited", exitCode: 3, stdout: "out", stderr: "err", treeGone: true },
  );
  assert.equal(report.way, "direct");
});

test("a limit holds for the whole tree", () => {
  using all = tree();
  const script = "setsid sleep 1000 </dev/null >/dev/null 2>&1 & sleep 1000 & sleep 1000";
  const result = runSync("sh", ["-c", script], { timeout: 200, env: all.env });
  assert.deepEqual([result.outcome, result.treeGone], ["timed_out", true]);
  assert.deepEqual(all.alive(), []);
});

test("nothing that the command leaves behind is waited for", () => {
  using all = tree();
  const result = runSync("sh", ["-c", "sleep 1000 & echo hi"], { env: all.env });
  assert.deepEqual([result.ok, result.stdout, result.leftovers.length], [true, "hi", 1]);
  assert.deepEqual(all.alive(), []);
});

test("options are those of run", () => {
  assert.equal(runSync("cat", { input: "data" }).stdout, "data");
  assert.equal(runSync("sh", ["-c", "echo $A"], { env: { A: "1" } }).stdout, "1");
  assert.deepEqual([...runSync("printf", ["\\377"], { encoding: "buffer" }).stdout], [255]);
  assert.equal(runSync("seq", ["10000"], { keepOutput: 8 }).omitted.stdout, 48_886);
  assert.equal(runSync("sleep", ["1000"], { timeout: new Date(0) }).outcome, "timed_out");
  assert.equal(runSync("true", { cwd: "/curfew/nowhere" }).error?.code, "bad_cwd");
  assert.equal(runSync("curfew-no-such-command").error?.code, "not_found");
  assert.equal(runSync("curfew-no-such-command").stderr, "");
  const folder = mkdtempSync(join(tmpdir(), "curfew-node-"));
  try {
    const file = join(folder, "file");
    runSync("echo", ["a"], { stdout: { file } });
    assert.equal(readFileSync(file, "utf8"), "a\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("throws throws", () => {
  assert.throws(() => runSync("false", { throws: true }), { code: "command_failed" });
});

test("what needs an event loop is refused", () => {
  const rows = [
    { signal: new AbortController().signal },
    { ready: { port: 80 } },
    { readyTimeout: 5 },
    { onEvent: () => undefined },
    { stdin: "pipe" },
    { stdin: ["a"] },
    { stdout: "pipe" },
    { stdout: () => undefined },
    { stderr: ["capture", "inherit"] },
  ] as const;
  for (const options of rows) {
    const [option] = Object.keys(options);
    assert.throws(() => runSync("true", options as object), { code: "bad_option", option });
  }
});

test("a command that does not read all of its input has run", () => {
  const input = "x".repeat(3_000_000);
  const first = runSync("head", ["-c", "1"], { input });
  assert.deepEqual([first.outcome, first.exitCode, first.stdout], ["exited", 0, "x"]);
  const limited = runSync("sleep", ["1000"], { input, timeout: 200 });
  assert.deepEqual([limited.outcome, limited.treeGone], ["timed_out", true]);
});

test("nor where only one of the streams is captured", () => {
  using all = tree();
  const folder = mkdtempSync(join(tmpdir(), "curfew-node-"));
  try {
    const file = join(folder, "file");
    const fd = openSync(file, "a");
    const script = "sleep 1000 & echo hi; echo out; echo err >&2";
    for (const stdout of [{ file }, { fd }]) {
      const options = { stdout, leftovers: "leave", env: all.env, keepOutput: 2 } as const;
      const result = runSync("sh", ["-c", script], options);
      assert.deepEqual(
        [result.ok, result.stderr.length > 2, result.isPipeHeld],
        [true, true, true],
      );
      assert.equal(readFileSync(file, "utf8"), "hi\nout\n");
      assert.equal(result.omitted.stderr, 2);
      truncateSync(file);
    }
    closeSync(fd);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
