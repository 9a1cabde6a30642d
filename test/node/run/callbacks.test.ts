import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import { type RunEvent, run } from "../program.ts";
import { tree } from "../tree.ts";

test("events come in order, with keys in camelCase", async () => {
  const events: RunEvent[] = [];
  const running = run("sh", ["-c", "exit 3"], { onEvent: (event) => events.push(event) });
  const pid = await running.started;
  await running;
  const [spawned, exited] = events;
  assert.deepEqual([spawned?.event, spawned?.pid], ["spawned", pid]);
  assert.equal(typeof spawned?.startedAt, "string");
  assert.deepEqual([exited?.event, exited?.exitCode], ["exited", 3]);
  const failed: string[] = [];
  await run("curfew-no-such-command", { onEvent: ({ event }) => failed.push(event) });
  assert.ok(failed.includes("spawn-failed"), failed.join());
  assert.ok(!failed.includes("spawned"), failed.join());
});

test("callbacks run in the context of their call", async () => {
  const storage = new AsyncLocalStorage<number>();
  const seen: [string, number | undefined][] = [];
  const note = (what: string) => void seen.push([what, storage.getStore()]);
  const one = (id: number) =>
    storage.run(id, async () => {
      const running = run("sh", ["-c", "cat; echo err >&2"], {
        onEvent: () => note("event"),
        stdout: () => note("stdout"),
        stderr: async () => note("stderr"),
        stdin: (async function* () {
          note("stdin");
          yield "a";
          await new Promise((resolve) => setImmediate(resolve));
          note("stdin");
          yield "b";
        })(),
      });
      running.started.then(() => note("started"));
      await running;
      note("end");
      for await (const _ of run("echo", ["a"])) note("line");
    });
  await Promise.all([one(1), one(2), one(3)]);
  for (const [what, id] of seen) assert.ok(id !== undefined, what);
  for (const what of ["event", "stdout", "stderr", "stdin", "started", "end", "line"]) {
    const ids = new Set(seen.filter(([name]) => name === what).map(([, id]) => id));
    assert.deepEqual([...ids].sort(), [1, 2, 3], what);
  }
});

test("a callback that throws ends the tree, and the run rejects with that", async () => {
  using all = tree();
  const failure = new Error("mine");
  const fail = () => {
    throw failure;
  };
  const failLater = async () => {
    await null;
    throw failure;
  };
  const script = ["-c", "sleep 1000 & while :; do echo a; echo b >&2; sleep 0.01; done"];
  const rows = [
    { stdout: fail },
    { stderr: fail },
    { stdout: ["capture", failLater] as const },
    { onEvent: fail },
    { onEvent: failLater },
  ];
  for (const options of rows) {
    const running = run("sh", script, { env: all.env, ...options });
    await assert.rejects(running, (error) => error === failure);
    const result = await running.cancel();
    assert.deepEqual([result.outcome, result.reason], ["cancelled", failure]);
    assert.deepEqual(all.alive(), []);
  }
});

test("a callback that fails at the very end is not lost", async () => {
  const failure = new Error("mine");
  const last = async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    throw failure;
  };
  await assert.rejects(run("echo", ["a"], { stdout: last }), (error) => error === failure);
});
