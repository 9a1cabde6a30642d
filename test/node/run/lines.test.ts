import assert from "node:assert/strict";
import { test } from "node:test";
import { CurfewError, run } from "../program.ts";
import { tree } from "../tree.ts";

async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const seen: string[] = [];
  for await (const line of lines) seen.push(line);
  return seen;
}

test("iterating gives the lines of stdout", async () => {
  assert.deepEqual(await all(run("printf", ["a\nb\r\n\nc"])), ["a", "b", "", "c"]);
  assert.deepEqual(await all(run("true")), []);
});

test("after the last line a failure is thrown; lines() throws none", async () => {
  const fails = ["-c", "echo a; exit 2"];
  const seen: string[] = [];
  await assert.rejects(
    async () => {
      for await (const line of run("sh", fails)) seen.push(line);
    },
    (error) => error instanceof CurfewError && error.result?.exitCode === 2,
  );
  assert.deepEqual(seen, ["a"]);
  assert.deepEqual(await all(run("sh", fails).lines()), ["a"]);
  assert.deepEqual(await all(run("sh", fails, { throws: true }).lines()), ["a"]);
  await assert.rejects(all(run("curfew-no-such-command")), { code: "command_failed" });
  assert.deepEqual(await all(run("curfew-no-such-command").lines()), []);
});

test("lines of one stream, or of both", async () => {
  const script = ["-c", "echo a; echo b >&2"];
  assert.deepEqual(await all(run("sh", script).lines("stderr")), ["b"]);
  assert.deepEqual((await all(run("sh", script).lines("all"))).sort(), ["a", "b"]);
  assert.deepEqual(await all(run("sh", script, { stderr: "stdout" }).lines("all")), ["a", "b"]);
  const running = run("sh", script);
  const both = await Promise.all([all(running.lines("stdout")), all(running.lines("stderr"))]);
  assert.deepEqual(both, [["a"], ["b"]]);
});

test("leaving the loop ends the tree and waits for that", async () => {
  using tracked = tree();
  const script = "sleep 1000 & while :; do echo tick; done";
  const running = run("sh", ["-c", script], { env: tracked.env });
  for await (const line of running) {
    assert.equal(line, "tick");
    break;
  }
  assert.deepEqual(tracked.alive(), []);
  assert.equal((await running).outcome, "cancelled");
});

test("an error in the loop ends the tree, and is the error that is seen", async () => {
  using tracked = tree();
  const failure = new Error("mine");
  const running = run("sh", ["-c", "echo a; sleep 1000"], { env: tracked.env, throws: true });
  await assert.rejects(
    async () => {
      for await (const _ of running) throw failure;
    },
    (error) => error === failure,
  );
  assert.deepEqual(tracked.alive(), []);
});

test("a slow loop holds the command back, and loses nothing", async () => {
  const count = 300_000;
  let seen = 0;
  for await (const line of run("seq", [`${count}`])) {
    seen += 1;
    assert.equal(line, `${seen}`);
    if (seen % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(seen, count);
});

test("lines that came before the loop are not lost", async () => {
  const running = run("sh", ["-c", "echo a; echo b"], { ready: { output: /b/ } });
  await running.ready;
  assert.deepEqual(await all(running), ["a", "b"]);
  assert.deepEqual(await all(running.lines()), ["a", "b"], "a second loop sees them, too");
});

test("with keepOutput a loop still gets every line", async () => {
  const seen = await all(run("seq", ["20000"], { keepOutput: 10 }));
  assert.equal(seen.length, 20_000);
});

test("a line of 64 MiB comes in pieces, and whole in the result", async () => {
  const size = 64 * 1024 ** 2;
  const words = ["-c", `head -c ${size} /dev/zero | tr '\\0' x; echo; echo end`];
  let length = 0;
  let last = "";
  for await (const piece of run("sh", words)) {
    assert.ok(piece.length <= 1024 ** 2);
    length += piece.length;
    last = piece;
  }
  assert.deepEqual([length, last], [size + 3, "end"]);
});

test("a stream that the library does not see has no lines", () => {
  const running = run("true", { stdout: "ignore", stderr: { fd: 2 } });
  assert.throws(() => running[Symbol.asyncIterator](), { code: "bad_option", option: "stdout" });
  assert.throws(() => running.lines("stderr"), { code: "bad_option", option: "stderr" });
  assert.throws(() => running.lines("all"), { code: "bad_option" });
  assert.throws(() => running.lines("stdin" as "stdout"), { code: "bad_option" });
});

test("lines of a Web stream, unless it is read already", async () => {
  const running = run("printf", ["a\nb"], { stdout: "pipe" });
  assert.deepEqual(await all(running), ["a", "b"]);
  const other = run("echo", { stdout: "pipe" });
  other.stdout?.getReader();
  assert.throws(() => other.lines(), { code: "bad_option" });
});
