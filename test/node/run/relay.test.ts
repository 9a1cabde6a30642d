// What the program itself measures and leaves out, because an event loop that is busy cannot.
import assert from "node:assert/strict";
import { test } from "node:test";
import { patiently } from "../../patience.ts";
import { isPortable, NO_PROGRAM } from "../expected.ts";
import { run, runSync } from "../program.ts";
import { tree } from "../tree.ts";

test("a command that writes nothing for too long ends", async () => {
  using all = tree();
  const options = { env: all.env, idleTimeout: 200 };
  const result = await run("sh", ["-c", "echo a; sleep 1000"], options);
  assert.deepEqual([result.outcome, result.stdout, result.ok], ["idle_timed_out", "a", false]);
  assert.deepEqual(all.alive(), []);
});

test("a blocked event loop makes no command idle", async () => {
  const script = "for i in 1 2 3 4 5 6 7 8 9 10; do echo $i; sleep 0.1; done";
  // On a busy machine the command itself is slower, so all three times grow together.
  const idleTimeout = patiently(300);
  const running = run("sh", ["-c", script], { idleTimeout, ready: { output: /1/ } });
  await running.ready;
  const end = performance.now() + patiently(500);
  while (performance.now() < end);
  const { outcome, stdout } = await running;
  assert.deepEqual([outcome, stdout.split("\n").length], ["exited", 10]);
});

test("a slow reader makes no command idle, and gets all", async () => {
  let bytes = 0;
  const slow = async (chunk: Uint8Array) => {
    bytes += chunk.length;
    if (bytes < 200_000) await new Promise((resolve) => setTimeout(resolve, 100));
  };
  const size = 3_000_000;
  const words = ["-c", `head -c ${size} /dev/zero`];
  const { outcome } = await run("sh", words, { idleTimeout: 250, stdout: slow });
  assert.deepEqual([outcome, bytes], ["exited", size]);
});

test("a command that writes too much ends, and what came before is there", async () => {
  using all = tree();
  const options = { env: all.env, maxOutput: 1000, stripFinalNewline: false };
  const result = await run("yes", options);
  assert.deepEqual(
    [result.outcome, result.stdout.length, result.ok],
    ["output_limit", 1000, false],
  );
  assert.deepEqual([result.error, result.omitted.stdout], [null, 0]);
  assert.deepEqual(all.alive(), []);
  const both = await run("sh", ["-c", "yes & yes >&2"], options);
  assert.deepEqual([both.outcome, both.stdout.length + both.stderr.length], ["output_limit", 1000]);
  const merged = await run("sh", ["-c", "yes & yes >&2"], { ...options, stderr: "stdout" });
  assert.deepEqual([merged.outcome, merged.stdout.length], ["output_limit", 1000]);
});

test("what cannot be seen cannot be limited", () => {
  for (const limit of [{ idleTimeout: 5 }, { maxOutput: 5 }]) {
    const [option] = Object.keys(limit);
    for (const streams of [{ stdio: "ignore" }, { stdout: "ignore", stderr: "stdout" }] as const) {
      assert.throws(() => run("a", [], { ...limit, ...streams }), { code: "bad_option", option });
    }
  }
});

test("runSync has the same limits", { skip: NO_PROGRAM }, () => {
  assert.equal(runSync("sleep", ["1000"], { idleTimeout: 100 }).outcome, "idle_timed_out");
  const { outcome, stdout } = runSync("yes", { maxOutput: 10 });
  assert.deepEqual([outcome, stdout.length], ["output_limit", 9]);
});

test("with keepOutput most of a large output never reaches Node", async () => {
  const before = process.cpuUsage();
  const size = 300 * 1024 ** 2;
  const result = await run("head", ["-c", `${size}`, "/dev/zero"], { keepOutput: "1M" });
  const { user, system } = process.cpuUsage(before);
  assert.deepEqual([result.ok, result.omitted.stdout], [true, size - 1024 ** 2]);
  assert.equal(result.report.output?.stdout?.omitted, size - 1024 ** 2);
  assert.match(result.stdout.slice(1024 ** 2 / 2 - 10), /^\0+\n\[\.\.\. 313524224 bytes omitted/);
  if (!isPortable) assert.ok(user + system < 500_000, `${user + system} us of processor`);
});

test("a receiver gets every byte, also with keepOutput", async () => {
  let bytes = 0;
  const count = (chunk: Uint8Array) => {
    bytes += chunk.length;
  };
  const options = { keepOutput: 10, stdout: ["capture", count] as const };
  const { omitted } = await run("head", ["-c", "1000000", "/dev/zero"], options);
  assert.deepEqual([bytes, omitted.stdout], [1_000_000, 999_990]);
});

test("runSync keeps what is asked for, and does not wait for a leftover that holds a pipe", {
  skip: NO_PROGRAM,
}, () => {
  using all = tree();
  const options = { env: all.env, leftovers: "leave", pipeDrain: 50 } as const;
  const result = runSync("sh", ["-c", "sleep 1000 & echo hi"], options);
  assert.deepEqual([result.ok, result.stdout, result.isPipeHeld], [true, "hi", true]);
});

test("the end of what is kept is heard, whatever curfew asks meanwhile", {
  skip: NO_PROGRAM,
}, async () => {
  // One of twenty such runs passed the last byte on while curfew asked about something else.
  for (let times = 0; times < 150; times++) {
    // It wakes a curfew that waits without end, whose run then ends as any other.
    const signal = AbortSignal.timeout(patiently(10_000));
    const words = ["-c", "2000000", "/dev/zero"];
    const { omitted } = await run("head", words, { keepOutput: "1M", signal });
    assert.deepEqual(
      [omitted.stdout, signal.aborted],
      [2_000_000 - 2 ** 20, false],
      `run ${times}`,
    );
  }
});
