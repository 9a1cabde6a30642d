// Eight ends at which libraries that start processes wait for nothing, or leave something behind.
import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../cli/run.ts";
import { GONE, WAY } from "../expected.ts";
import { run } from "../program.ts";
import { tree } from "../tree.ts";

test("a command that ends at once is not waited for because a grandchild holds the pipe", async () => {
  using all = tree();
  const result = await run("sh", ["-c", "sleep 1000 & echo hi"], { env: all.env });
  assert.deepEqual([result.ok, result.stdout, result.treeGone], [true, "hi", GONE]);
  // On a busy machine it may not have executed sleep yet.
  assert.match(result.leftovers.map(({ command }) => command).join(" "), /^(sleep|sh)$/);
  assert.deepEqual(all.alive(), []);
});

test("a limit ends all of a tree", async () => {
  using all = tree();
  const options = { env: all.env, timeout: 200 };
  const result = await run("sh", ["-c", "sleep 1000 & sleep 1000"], options);
  assert.deepEqual([result.outcome, result.ok, result.treeGone], ["timed_out", false, GONE]);
  assert.equal(result.report.exitCode, 124);
  assert.equal(result.signal, "SIGTERM");
  assert.deepEqual(all.alive(), []);
});

test("a daemon with a session and streams of its own ends at the limit", async () => {
  using all = tree();
  const daemon = "setsid sleep 1000 </dev/null >/dev/null 2>&1 & sleep 1000";
  const { outcome, treeGone } = await run("sh", ["-c", daemon], { env: all.env, timeout: 200 });
  assert.deepEqual([outcome, treeGone], ["timed_out", GONE]);
  assert.deepEqual(all.alive(), []);
});

test("a command that ignores TERM gets SIGKILL", async () => {
  using all = tree();
  const stubborn = 'trap "" TERM; echo ready; sleep 1000 & wait; wait';
  const options = { env: all.env, killAfter: 200, ready: { output: /ready/ } };
  const running = run("sh", ["-c", stubborn], options);
  await running.ready;
  const result = await running.cancel();
  assert.deepEqual([result.outcome, result.signal], ["cancelled", "SIGKILL"]);
  assert.equal(result.report.escalated, true);
  assert.deepEqual(all.alive(), []);
});

test("an abort ends a grandchild in the background, too", async () => {
  using all = tree();
  const abort = new AbortController();
  const options = { env: all.env, signal: abort.signal };
  const running = run("sh", ["-c", "sleep 1000 & wait"], options);
  await until("the grandchild runs", () => all.alive("sleep").length === 1);
  const reason = new Error("enough");
  abort.abort(reason);
  const result = await running;
  assert.deepEqual([result.outcome, result.treeGone], ["cancelled", GONE]);
  assert.equal(result.reason, reason);
  assert.deepEqual(all.alive(), []);
});

test("aborted before the start, nothing is started", async () => {
  using all = tree();
  const signal = AbortSignal.abort("no");
  const running = run("sleep", ["1000"], { env: all.env, signal });
  assert.equal(await running.started, null);
  const result = await running;
  assert.deepEqual([result.outcome, result.reason, result.ok], ["cancelled", "no", false]);
  assert.equal(result.report.way, WAY);
  assert.equal(running.pid, undefined);
  assert.deepEqual(all.alive(), []);
});

test("a command that does not exist is an outcome, and its error says so", async () => {
  const result = await run("curfew-no-such-command");
  assert.deepEqual([result.outcome, result.exitCode, result.signal], ["spawn_failed", null, null]);
  assert.equal(result.error?.code, "not_found");
  assert.equal(result.error?.errno, "ENOENT");
  assert.deepEqual(result.command, ["curfew-no-such-command"]);
  assert.equal(result.report.exitCode, 127);
});

test("a command that reads its stdin finds it empty", async () => {
  const result = await run("cat");
  assert.deepEqual([result.ok, result.stdout], [true, ""]);
});

test("a limit that has passed already starts nothing", async () => {
  using all = tree();
  const result = await run("sleep", ["1000"], { env: all.env, timeout: new Date(0) });
  assert.deepEqual([result.outcome, result.exitCode], ["timed_out", null]);
  assert.deepEqual(all.alive(), []);
});

test("a pipe that a leftover holds is listened to for pipeDrain only", async () => {
  using all = tree();
  const options = { env: all.env, leftovers: "leave", pipeDrain: 50 } as const;
  const result = await run("sh", ["-c", "sleep 1000 & echo hi"], options);
  assert.deepEqual([result.ok, result.stdout, result.isPipeHeld], [true, "hi", true]);
  assert.equal(result.treeGone, false);
  await until("it sleeps", () => all.alive("sleep").length === 1);
});

test("with pipeDrain 0 what was written is there, and nothing is waited for", async () => {
  using all = tree();
  const options = { env: all.env, leftovers: "leave", pipeDrain: 0 } as const;
  const script = "sleep 1000 & head -c 100000 /dev/zero";
  const result = await run("sh", ["-c", script], options);
  assert.deepEqual([result.stdout.length, result.isPipeHeld], [100_000, true]);
});

test("with pipeDrain 0 a pipe of which only the end is unread is not reported as held", async () => {
  for (let count = 0; count < 20; count++) {
    const { stdout, isPipeHeld } = await run("head", ["-c", "400000", "/dev/zero"], {
      pipeDrain: 0,
    });
    assert.deepEqual([stdout.length, isPipeHeld], [400_000, false]);
  }
});
