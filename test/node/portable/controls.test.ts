// What is asked of a run while it runs, and before.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../../src/node/way/way.ts";
import { isOver } from "../../cli/run.ts";
import { begin, orderOf } from "./order.ts";

const sh = (text: string) => ["sh", "-c", text];
const cancel = { control: "cancel", reason: { why: "enough" } } as const;

test("a cancel before the start: nothing is started", async () => {
  const told = begin(orderOf([], sh("echo never")));
  told.handle.control(cancel);
  const report = await told.report;
  assert.equal(await told.started, null);
  assert.partialDeepStrictEqual(report, { outcome: "cancelled", exit_code: 143, child: null });
  assert.deepEqual(report.reason, cancel.reason);
  assert.deepEqual(told.outputs, { stdout: "", stderr: "" });
  assert.deepEqual([...told.ended].sort(), ["stderr", "stdout"]);
});

test("a cancel in the very moment of the start, and after the end", async () => {
  for (let turns = 0; turns < 30; turns++) {
    const told = begin(orderOf([], sh("exec sleep 1000")));
    for (let turn = 0; turn < turns; turn++) await undefined;
    told.handle.control(cancel);
    const report = await told.report;
    assert.equal(report.outcome, "cancelled");
    const pid = await told.started;
    if (pid !== null) assert.ok(isOver(pid));
    told.handle.control(cancel);
    told.handle.control({ control: "kill", signal: 9 });
    told.handle.control({ control: "extend", ms: 5 });
    assert.equal(told.calls.at(-1), "finished");
  }
});

test("the reason is in the report as far as it is JSON", async () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  for (const [given, reported] of [
    [{ a: [1, "b"] }, { a: [1, "b"] }],
    [undefined, null],
    [circle, null],
    [1n, null],
  ]) {
    const told = begin(orderOf([], ["sleep", "1000"]));
    await told.started;
    told.handle.control({ control: "cancel", reason: given });
    assert.deepEqual((await told.report).reason, reported);
  }
});

test("what is asked for before the start counts from the start", async () => {
  const text = "trap 'echo usr; exit 4' USR1; echo ready; while :; do sleep 0.05; done";
  const told = begin(orderOf(["--timeout", "1h"], sh(text)));
  told.handle.control({ control: "extend", ms: 1000 });
  await told.printed("ready");
  told.handle.control({ control: "kill", signal: "SIGUSR1" });
  const report = await told.report;
  assert.equal((report.child as JsonObject).exit_code, 4);
  const words = told.events.map(({ event }) => event);
  assert.deepEqual(words, ["spawned", "control-extend", "control-kill", "sent", "exited"]);
});

test("a signal before the start is not lost", async () => {
  const told = begin(orderOf([], ["sleep", "1000"]));
  told.handle.control({ control: "kill", signal: "KILL" });
  const report = await told.report;
  assert.equal(report.outcome, "signaled");
  assert.equal((report.child as JsonObject).signal, "SIGKILL");
});

test("an extension moves the limit", async () => {
  const told = begin(orderOf(["--timeout", "100ms"], ["sleep", "1000"]));
  await told.started;
  told.handle.control({ control: "extend", ms: 300 });
  const report = await told.report;
  assert.equal(report.outcome, "timed_out");
  assert.ok((report.elapsed_ms as number) >= 400, `${report.elapsed_ms} ms`);
});

test("a request that means nothing is an event, and the run goes on", async () => {
  const told = begin(orderOf([], ["cat"], { stdin: { kind: "bytes" } }));
  await told.started;
  told.handle.control({ control: "kill", signal: "NONSENSE" });
  told.handle.control({ control: "extend", ms: -1 });
  told.handle.end();
  assert.equal((await told.report).outcome, "exited");
  const refused = told.events.filter(({ event }) => event === "control-refused");
  assert.equal(refused.length, 2);
});

test("the command, its group and what is below it belong to the run; others do not", async () => {
  const told = begin(orderOf([], sh("setsid sleep 1000 & echo pid $!; wait")));
  assert.equal(told.handle.owns(process.pid), false);
  const pid = (await told.started) ?? 0;
  await told.printed("pid");
  const below = Number(/pid (\d+)/.exec(told.outputs.stdout)?.[1]);
  assert.deepEqual([pid, below].map(told.handle.owns), [true, true]);
  for (const other of [process.pid, process.ppid, 1, 2 ** 22 + 1]) {
    assert.equal(told.handle.owns(other), false, `${other}`);
  }
  told.handle.control(cancel);
  await told.report;
});
