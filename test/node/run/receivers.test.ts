import assert from "node:assert/strict";
import { test } from "node:test";
import { writeToOwn } from "../../../src/node/output/receiver.ts";
import { run } from "../program.ts";

test("a file that cannot be written is closed once", async () => {
  const errors: unknown[] = [];
  const note = (error: unknown) => errors.push(error);
  process.on("uncaughtException", note);
  try {
    for (let count = 0; count < 100; count++) {
      const running = run("echo", ["a"], { stdout: ["capture", { file: "/dev/full" }] });
      await assert.rejects(running, { code: "ENOSPC" });
    }
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(errors, []);
  } finally {
    process.off("uncaughtException", note);
  }
});

test("a function that waits for the run, or for ever, does not hold up its end", async () => {
  const waiting = run("yes", {
    stdout: async () => {
      await waiting.cancel("enough");
    },
  });
  assert.equal((await waiting).reason, "enough");
  const never = () => new Promise(() => undefined);
  for (const stdout of [never, ["capture", never]] as const) {
    assert.equal((await run("yes", { timeout: 300, stdout })).outcome, "timed_out");
    assert.equal((await run("echo", { pipeDrain: 0, stdout })).outcome, "exited");
  }
});

test("a slow function gets everything before the run settles", async () => {
  const chunks: number[] = [];
  const slow = async (chunk: Uint8Array) => {
    await new Promise((resolve) => setImmediate(resolve));
    chunks.push(chunk.length);
  };
  await run("head", ["-c", "1500000", "/dev/zero"], { pipeDrain: "60s", stdout: slow });
  assert.equal(
    chunks.reduce((sum, length) => sum + length, 0),
    1_500_000,
  );
});

test("a loop that begins inside of a function gets each byte once", async () => {
  const lines: string[] = [];
  let reading: Promise<void> | undefined;
  const running = run("echo", ["a"], {
    stdout: [
      "capture",
      () => {
        reading ??= read();
      },
    ],
  });
  const read = async () => {
    for await (const line of running.lines()) lines.push(line);
  };
  await running;
  await reading;
  assert.deepEqual(lines, ["a"]);
  let last: Promise<{ readonly stdout: string }> | undefined;
  const source = run("echo", ["a"], {
    stdout: [
      "capture",
      () => {
        last ??= source.pipe("cat");
      },
    ],
  });
  await source;
  assert.equal((await last)?.stdout, "a");
});

test("a function may change its chunk: others have what the command wrote", async () => {
  const change = (chunk: Uint8Array) => chunk.fill(0x78);
  const seen: string[] = [];
  const look = (chunk: Uint8Array) => seen.push(Buffer.from(chunk).toString());
  const { stdout } = await run("printf", ["abc"], { stdout: ["capture", change, look] });
  assert.deepEqual([stdout, seen.join("")], ["abc", "abc"]);
});

test("many that wait for room in Node's own output have one listener", async () => {
  const { write } = process.stdout;
  const count = () => process.stdout.listenerCount("drain");
  const before = count();
  process.stdout.write = () => false;
  try {
    const all = Array.from({ length: 12 }, () => writeToOwn("stdout").take(new Uint8Array(1)));
    assert.equal(count() - before, 1);
    process.stdout.emit("drain");
    await Promise.all(all);
    assert.equal(count(), before);
  } finally {
    process.stdout.write = write;
  }
});

test("a receiver that comes after bytes were left out gets a note where they are missing", async () => {
  const expected = ["1", "2", "3", "4", "5", "[... 588872 bytes omitted ...]", "99999", "100000"];
  const keepOutput = { head: 10, tail: 13 };
  const linesOf = async (source: ReturnType<typeof run>) => {
    const lines: string[] = [];
    for await (const line of source.lines()) lines.push(line);
    return lines;
  };
  const start = () => run("sh", ["-c", "read go; seq 100000"], { keepOutput, stdin: "pipe" });
  const go = (source: ReturnType<typeof run>) => {
    return source.stdin?.getWriter().write(Buffer.from("\n"));
  };
  const over = start();
  await go(over);
  await over;
  assert.deepEqual(await linesOf(over), expected);
  assert.equal((await over.pipe("cat")).stdout, expected.join("\n"));
  const running = start();
  await running.started;
  const lines = linesOf(running);
  await go(running);
  assert.deepEqual(await lines, expected);
  const source = start();
  await source.started;
  const sink = source.pipe("cat");
  await go(source);
  assert.equal((await sink).stdout, expected.join("\n"));
  assert.equal((await source).stdout, "");
});
