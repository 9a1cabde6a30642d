// Limits on what a command writes.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, constants, createReadStream, openSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Duration } from "../../../src/core/values/duration.ts";
import type { Bytes } from "../../../src/core/values/size.ts";
import { isOver, until } from "../../cli/run.ts";
import { begin, orderOf } from "./order.ts";

const sh = (text: string) => ["sh", "-c", text];
const folder = await mkdtemp(join(tmpdir(), "curfew-test-"));
after(() => rm(folder, { recursive: true }));
const idle = (ms: number) => ({ idleTimeout: (ms * 1000) as Duration });
const most = (bytes: number) => ({ maxOutput: bytes as Bytes });

test("a command that writes nothing for too long is ended", async () => {
  const told = begin(orderOf([], sh("echo first; exec sleep 1000"), { relay: idle(200) }));
  const report = await told.report;
  assert.equal(report.outcome, "idle_timed_out");
  assert.equal(report.exit_code, 124);
  assert.equal(told.outputs.stdout, "first\n");
  assert.ok((report.elapsed_ms as number) >= 200);
  assert.deepEqual(report.output, {
    stdout: { bytes: 6, omitted: 0 },
    stderr: { bytes: 0, omitted: 0 },
    pipe_held: false,
  });
});

test("one that writes now and then is not, on whichever stream", async () => {
  const text = "for i in 1 2 3 4 5 6; do sleep 0.1; echo $i >&2; done";
  const report = await begin(orderOf([], sh(text), { relay: idle(450) })).report;
  assert.equal(report.outcome, "exited");
});

test("a loop that is blocked is not idleness of the command", async () => {
  const text = "while :; do echo busy; sleep 0.02; done";
  const told = begin(orderOf([], sh(text), { relay: idle(300) }));
  await told.printed("busy");
  for (let count = 0; count < 3; count++) {
    // What follows is done right before timers have their turn.
    await new Promise((resolve) => setImmediate(resolve));
    const until = performance.now() + 500;
    while (performance.now() < until);
    await told.printed("busy");
  }
  assert.equal(told.calls.includes("finished"), false);
  told.handle.control({ control: "cancel", reason: null });
  assert.equal((await told.report).outcome, "cancelled");
});

test("a command that waits for a slow reader is not idle", async () => {
  const told = begin(orderOf([], ["yes"], { relay: idle(200) }));
  await told.printed("y");
  told.handle.pause("stdout");
  const until = performance.now() + 600;
  while (performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(told.calls.includes("finished"), false);
  told.handle.control({ control: "cancel", reason: null });
  assert.equal((await told.report).outcome, "cancelled");
});

test("more than it may write ends the command; exactly so much is passed on", async () => {
  const both = "head -c 600 /dev/zero; head -c 600 /dev/zero >&2; exec sleep 1000";
  const told = begin(orderOf([], sh(both), { relay: most(1000) }));
  const report = await told.report;
  assert.equal(report.outcome, "output_limit");
  assert.equal(report.exit_code, 125);
  const { stdout, stderr } = told.outputs;
  assert.equal(stdout.length + stderr.length, 1000);
  const exact = begin(orderOf([], sh("head -c 1000 /dev/zero"), { relay: most(1000) }));
  assert.equal((await exact.report).outcome, "exited");
  assert.equal(exact.outputs.stdout.length, 1000);
});

test("a command that has ended already by itself has written too much all the same", async () => {
  const told = begin(orderOf([], sh("head -c 100000 /dev/zero"), { relay: most(10) }));
  const report = await told.report;
  assert.equal(report.outcome, "output_limit");
  assert.equal(told.outputs.stdout.length, 10);
});

test("what goes to a file is seen, too, and both streams keep their order", async () => {
  const path = join(folder, "out");
  const stdout = { kind: "file", path, append: false } as const;
  const order = { stdout, stderr: { kind: "stdout" }, relay: idle(200) } as const;
  const text = "for i in 1 2 3; do echo o$i; echo e$i >&2; done; exec sleep 1000";
  const report = await begin(orderOf([], sh(text), order)).report;
  assert.equal(report.outcome, "idle_timed_out");
  assert.equal(readFileSync(path, "utf8"), "o1\ne1\no2\ne2\no3\ne3\n");
});

test("megabytes go to a file whole, and to nowhere", async () => {
  const path = join(folder, "large");
  const size = 20_000_000;
  const text = `head -c ${size} /dev/zero; echo end >&2`;
  const stdout = { kind: "file", path, append: false } as const;
  const told = begin(orderOf([], sh(text), { stdout, relay: most(size * 2) }));
  assert.equal((await told.report).outcome, "exited");
  assert.equal(readFileSync(path).length, size);
  const ignored = begin(orderOf([], sh(text), { stdout: { kind: "ignore" }, relay: most(1000) }));
  assert.equal((await ignored.report).outcome, "output_limit");
});

test("what is written to a slow reader comes in order, also after the command's end", async () => {
  const path = join(folder, "fifo");
  execFileSync("mkfifo", [path]);
  const fd = openSync(path, constants.O_RDWR);
  const lines = Array.from({ length: 30_000 }, (_, n) => `${n + 1}\n`).join("");
  const stdout = { kind: "fd", fd } as const;
  const told = begin(orderOf([], ["seq", "30000"], { stdout, relay: idle(60_000) }));
  const pid = (await told.started) ?? 0;
  // Most of it waits in the pipe, in Node and in the socket when the command has ended.
  await until("the command has ended", () => isOver(pid));
  let read = "";
  const reader = createReadStream(path);
  reader.on("data", (chunk) => {
    read += chunk;
  });
  await told.report;
  await until("all has come", () => read.length >= lines.length);
  reader.destroy();
  closeSync(fd);
  assert.equal(read, lines);
});

test("what the command inherits is relayed through Node's own streams", () => {
  const program = fileURLToPath(new URL("node-that-inherits.ts", import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, [program], { encoding: "utf8" });
  assert.equal(stdout, "before\nout\nidle_timed_out\n");
  assert.equal(stderr, "err\n");
});

test("a pipe that a process still holds is listened to for a while only", async () => {
  const relay = { ...idle(60_000), pipeDrain: 50_000 as Duration };
  const told = begin(orderOf(["--leftovers", "leave"], sh("sleep 1000 & echo pid $!"), { relay }));
  const ending = await told.ending;
  const pid = Number(/pid (\d+)/.exec(told.outputs.stdout)?.[1]);
  assert.equal(isOver(pid), false);
  process.kill(pid, "SIGKILL");
  assert.ok(ending.kind === "report" && ending.isPipeHeld);
  assert.equal((ending.report.output as { pipe_held: boolean }).pipe_held, true);
});
