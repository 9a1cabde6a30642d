// What a command reads and writes.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Duration } from "../../../src/core/values/duration.ts";
import { isOver, stateOf, until } from "../../cli/run.ts";
import { patiently } from "../../patience.ts";
import { begin, orderOf } from "./order.ts";

const sh = (text: string) => ["sh", "-c", text];
const folder = await mkdtemp(join(tmpdir(), "curfew-test-"));
after(() => rm(folder, { recursive: true }));
const path = (name: string) => join(folder, name);
const text = (name: string) => readFileSync(path(name), "utf8");

test("stdin: nothing, a file, a descriptor, bytes", async () => {
  await writeFile(path("in"), "from a file");
  const fd = openSync(path("in"), "r");
  const rows = [
    [{ kind: "ignore" }, ""],
    [{ kind: "file", path: path("in") }, "from a file"],
    [{ kind: "fd", fd }, "from a file"],
  ] as const;
  for (const [stdin, out] of rows) {
    const told = begin(orderOf([], ["cat"], { stdin }));
    await told.report;
    assert.equal(told.outputs.stdout, out);
  }
  // It stays the caller's.
  closeSync(fd);
});

test("bytes to stdin come in order, also those from before the start; each is answered", async () => {
  const told = begin(orderOf([], ["cat"], { stdin: { kind: "bytes" } }));
  const answers: (Error | undefined)[] = [];
  for (const word of ["one ", "two "]) {
    told.handle.write(Buffer.from(word), (error) => answers.push(error));
  }
  await told.printed("two");
  told.handle.write(Buffer.from("three"), (error) => answers.push(error));
  told.handle.end();
  await told.report;
  assert.equal(told.outputs.stdout, "one two three");
  assert.deepEqual(answers, [undefined, undefined, undefined]);
  const late = Promise.withResolvers<Error | undefined>();
  told.handle.write(Buffer.from("late"), late.resolve);
  assert.match(String(await late.promise), /EPIPE/);
});

test("a command that does not read its input blocks nothing", async () => {
  const told = begin(orderOf([], sh("exec <&-; echo closed"), { stdin: { kind: "bytes" } }));
  const answer = Promise.withResolvers<Error | undefined>();
  told.handle.write(Buffer.alloc(1 << 22), answer.resolve);
  assert.equal((await told.report).outcome, "exited");
  assert.ok((await answer.promise) instanceof Error);
});

test("output to files and descriptors, both streams into one in true order", async () => {
  const both = "for i in 1 2 3; do echo o$i; echo e$i >&2; done";
  const order = "o1\ne1\no2\ne2\no3\ne3\n";
  const file = (append: boolean) => ({ kind: "file", path: path("out"), append }) as const;
  const same = { kind: "stdout" } as const;
  await begin(orderOf([], sh(both), { stdout: file(false), stderr: same })).report;
  assert.equal(text("out"), order);
  await begin(orderOf([], sh("echo more"), { stdout: file(true), stderr: same })).report;
  assert.equal(text("out"), `${order}more\n`);
  const fd = openSync(path("fd"), "w");
  await begin(orderOf([], sh(both), { stdout: { kind: "fd", fd }, stderr: same })).report;
  closeSync(fd);
  assert.equal(text("fd"), order);
  const told = begin(orderOf([], sh(both), { stderr: same }));
  const ending = await told.ending;
  assert.ok(ending.kind === "report" && !ending.isPipeHeld);
  assert.deepEqual(told.outputs, { stdout: order, stderr: "" });
  assert.deepEqual(told.ended, ["stdout"]);
});

test("a reader that wants no more holds the command back; afterwards all bytes come", async () => {
  const size = 4 << 20;
  const told = begin(orderOf([], ["head", "-c", `${size}`, "/dev/zero"]));
  told.handle.pause("stdout");
  const pid = (await told.started) ?? 0;
  // It sleeps only when the pipe is full.
  await until("it waits", () => stateOf(pid) === "S");
  for (let poll = 0; poll < 20; poll++) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(told.outputs.stdout, "");
  told.handle.resume("stdout");
  await told.report;
  assert.equal(told.outputs.stdout.length, size);
});

test("what is left in the pipe comes at the end although the reader wants no more", async () => {
  for (const stderr of [{ kind: "bytes" }, { kind: "stdout" }] as const) {
    const told = begin(orderOf([], sh("echo last"), { stderr }));
    told.handle.pause("stdout");
    const ending = await told.ending;
    assert.ok(ending.kind === "report" && !ending.isPipeHeld);
    assert.equal(told.outputs.stdout, "last\n");
  }
});

test("a stream without a reader is closed: the command's next write fails", async () => {
  const told = begin(orderOf([], ["yes"]));
  await told.printed("y");
  told.handle.close("stdout");
  const report = await told.report;
  // Node gives a command sockets, not pipes. Where bytes are unread, they say ECONNRESET.
  const { signal, exit_code } = report.child as { signal: string | null; exit_code: number | null };
  assert.ok(signal === "SIGPIPE" || exit_code === 1, `${signal} ${exit_code}`);
  assert.deepEqual(report.signals_sent, []);
});

test("bytes that were written before the end are delivered, also if the pipe stays held", async () => {
  const size = 100_000;
  const held = `setsid sleep 1000 & echo pid $! >&2; head -c ${size} /dev/zero`;
  const relay = { pipeDrain: 0 as Duration };
  const told = begin(orderOf(["--leftovers", "leave"], sh(held), { relay }));
  const ending = await told.ending;
  process.kill(Number(/pid (\d+)/.exec(told.outputs.stderr)?.[1]), "SIGKILL");
  assert.ok(ending.kind === "report" && ending.isPipeHeld);
  assert.equal(told.outputs.stdout.length, size);
});

test("bytes that came while Node was busy are delivered, however short the wait", async () => {
  const size = 100_000;
  const relay = { pipeDrain: 0 as Duration };
  const held = `setsid sleep 1000 & echo pid $! >&2; exec head -c ${size} /dev/zero`;
  const told = begin(orderOf(["--leftovers", "leave"], sh(held), { relay }));
  const pid = (await told.started) ?? 0;
  const limit = performance.now() + patiently(5000);
  while (!isOver(pid) && performance.now() < limit);
  await told.ending;
  process.kill(Number(/pid (\d+)/.exec(told.outputs.stderr)?.[1]), "SIGKILL");
  assert.equal(told.outputs.stdout.length, size);
});

const open = () => readdirSync("/proc/self/fd").length;

test("a hundred runs, ten at a time, leave no descriptor, and give the command three", async () => {
  const fds = "echo $(ls /proc/self/fd | wc -w); sleep 0.01 & :";
  // A test runner may hand down others to all.
  const usual = execFileSync("sh", ["-c", fds], { encoding: "utf8" });
  const once = () => begin(orderOf([], sh(fds), { stderr: { kind: "stdout" } }));
  await once().report;
  const before = open();
  for (let round = 0; round < 10; round++) {
    const all = Array.from({ length: 10 }, once);
    for (const told of all) {
      assert.equal((await told.report).outcome, "exited");
      assert.equal(told.outputs.stdout, usual);
    }
  }
  await until("all are closed", () => open() <= before);
});
