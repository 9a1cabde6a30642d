import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../cli/run.ts";
import { NO_PROGRAM } from "../expected.ts";
import { run } from "../program.ts";
import { tree } from "../tree.ts";

test("started gives the PID of the command, or null", async () => {
  const running = run("sh", ["-c", "echo $$"]);
  assert.equal(running.pid, undefined);
  const pid = await running.started;
  assert.equal(running.pid, pid);
  assert.equal((await running).stdout, `${pid}`);
  assert.equal(await run("curfew-no-such-command").started, null);
});

test("inspect shows the tree; without the program it says so", { skip: NO_PROGRAM }, async () => {
  await using running = run("sh", ["-c", "sleep 1000 & wait"]);
  await running.started;
  let tree = await running.inspect();
  while (tree.processes.length < 2) tree = await running.inspect();
  const [first, second] = tree.processes;
  assert.deepEqual([first?.pid, second?.parent], [running.pid, running.pid]);
  assert.equal(first?.commandLine[0], "sh");
  assert.deepEqual([tree.omitted, tree.waitingForInput], [0, false]);
  // Two questions at once have two answers.
  const both = await Promise.all([running.inspect(), running.inspect()]);
  assert.deepEqual(
    both.map(({ processes }) => processes.length),
    [2, 2],
  );
  await running.cancel();
  assert.deepEqual(await running.inspect(), { processes: [], omitted: 0, waitingForInput: false });
  await using portable = run("sleep", ["1000"], { backend: "portable" });
  await assert.rejects(portable.inspect(), { code: "unsupported" });
});

test("a command that waits for its input is seen", { skip: NO_PROGRAM }, async () => {
  await using running = run("cat", [], { stdin: "pipe" });
  await running.started;
  let tree = await running.inspect();
  while (!tree.waitingForInput) tree = await running.inspect();
  const [cat] = tree.processes;
  assert.deepEqual([cat?.command, cat?.waitingForInput], ["cat", true]);
});

test("questions are no events of the run", async () => {
  const events: string[] = [];
  const running = run("sleep", ["1000"], {
    keepOutput: "1K",
    onEvent: ({ event }) => events.push(event),
  });
  await running.started;
  await running.output();
  await running.cancel();
  assert.ok(events.includes("spawned") && !events.includes("control-output"), events.join());
});

test("cancel ends the tree and keeps the reason", async () => {
  using all = tree();
  for (const reason of [undefined, "text", { a: [1] }, new Error("x"), 10n, Symbol("s")]) {
    const running = run("sh", ["-c", "sleep 1000 & wait"], { env: all.env });
    await running.started;
    const result = await running.cancel(reason);
    assert.deepEqual([result.outcome, result.ok, result.reason], ["cancelled", false, reason]);
    assert.equal(await running, result);
    assert.deepEqual(all.alive(), []);
  }
});

test("a reason that no JSON can have does no harm", async () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  const hostile = {
    toJSON() {
      throw new Error("no");
    },
  };
  class Hostile extends Error {
    override get message(): string {
      throw new Error("no");
    }
  }
  for (const reason of [circle, hostile, new Hostile(), "x".repeat(10_000_000), () => 1]) {
    assert.equal((await run("sleep", ["1000"]).cancel(reason)).reason, reason);
  }
});

test("cancel never rejects, and after the end does nothing", async () => {
  const running = run("sh", ["-c", "exit 3"], { throws: true });
  const result = await running.cancel().then(() => running.cancel("late"));
  assert.equal(result.ok, false);
  const done = run("true");
  const first = await done;
  assert.equal(await done.cancel("late"), first);
  assert.equal(first.reason, undefined);
});

test("kill sends one signal to the command alone", async () => {
  using all = tree();
  const script = 'trap "echo got; exit 4" USR1; echo ready; while :; do sleep 0.01; done';
  const options = { env: all.env, ready: { output: /ready/ } };
  const running = run("sh", ["-c", script], options);
  await running.ready;
  running.kill("SIGUSR1");
  const { exitCode, outcome, stdout } = await running;
  assert.deepEqual([exitCode, outcome, stdout], [4, "exited", "ready\ngot"]);
  const killed = run("sleep", ["1000"]);
  killed.kill(9);
  const result = await killed;
  assert.deepEqual([result.outcome, result.signal], ["signaled", "SIGKILL"]);
  killed.kill("SIGTERM");
});

test("a signal that does not exist is refused", async () => {
  const running = run("sleep", ["1000"]);
  for (const signal of ["SIGNOPE", 0, -9, 65, 1.5, "0", "", null, {}]) {
    assert.throws(() => running.kill(signal as "SIGTERM"), { code: "unknown_signal" });
  }
  await running.cancel();
});

test("extend moves the limit", async () => {
  const events: { event: string; atMs: number }[] = [];
  const running = run("sleep", ["1000"], { timeout: 300, onEvent: (event) => events.push(event) });
  running.extend(200);
  running.extend("100ms");
  const { outcome } = await running;
  assert.equal(outcome, "timed_out");
  const deadline = events.find(({ event }) => event === "deadline");
  assert.ok((deadline?.atMs ?? 0) >= 600, JSON.stringify(events));
  for (const by of [0, "inf", -1, "5", Number.NaN, undefined]) {
    assert.throws(() => running.extend(by as number), { code: "bad_duration" });
  }
});

test("await using ends the tree, and is not disturbed by throws", async () => {
  using all = tree();
  {
    await using running = run("sh", ["-c", "sleep 1000 & wait"], { env: all.env, throws: true });
    await running.started;
    assert.ok(all.alive().length > 0);
  }
  assert.deepEqual(all.alive(), []);
  const failure = new Error("mine");
  const work = async () => {
    await using running = run("sleep", ["1000"], { env: all.env, throws: true });
    await running.started;
    throw failure;
  };
  await assert.rejects(work, (error) => error === failure);
  assert.deepEqual(all.alive(), []);
});

test("an abort before, at and after the start always has one of its ends", async () => {
  using all = tree();
  const ends = new Set<string>();
  for (let round = 0; round < 120; round++) {
    const abort = new AbortController();
    const running = run("sleep", ["1000"], { env: all.env, signal: abort.signal });
    if (round % 4 === 1) await null;
    if (round % 4 === 2) await new Promise((resolve) => setImmediate(resolve));
    // Through the whole start of a command, in steps that no clock makes.
    const spin = performance.now() + (round * 6) / 120;
    if (round % 4 === 3) while (performance.now() < spin) await new Promise(setImmediate);
    abort.abort(round);
    const { outcome, reason, treeGone } = await running;
    assert.deepEqual([outcome, reason], ["cancelled", round]);
    assert.notEqual(treeGone, false);
    ends.add((await running.started) === null ? "not started" : "started");
  }
  assert.deepEqual(all.alive(), []);
  assert.ok(ends.has("not started"));
});

test("an abort after the end changes nothing, and no listener is left", async () => {
  const abort = new AbortController();
  const listeners: unknown[] = [];
  const { signal } = abort;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...given: Parameters<typeof add>) => {
    listeners.push(given[1]);
    add(...given);
  };
  signal.removeEventListener = (...given: Parameters<typeof remove>) => {
    listeners.splice(listeners.indexOf(given[1]), 1);
    remove(...given);
  };
  const result = await run("true", { signal });
  assert.deepEqual(listeners, []);
  abort.abort();
  assert.equal(result.outcome, "exited");
});

test("a supervisor that is killed is an outcome, and the tree ends", {
  skip: NO_PROGRAM,
}, async () => {
  using all = tree();
  const running = run("sh", ["-c", "sleep 1000 & wait"], { env: all.env });
  await running.started;
  await until("the grandchild runs", () => all.alive("sleep").length === 1);
  const [supervisor] = all.alive().filter(({ name }) => name === "curfew");
  assert.ok(supervisor !== undefined);
  process.kill(supervisor.pid, "SIGKILL");
  const result = await running;
  assert.deepEqual(
    [result.outcome, result.error?.code, result.ok, result.treeGone],
    ["supervisor_lost", "supervisor_lost", false, null],
  );
  assert.deepEqual(result.report, { outcome: "supervisor_lost", way: "direct" });
  await all.gone();
});
