import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { until } from "../../cli/run.ts";
import { run } from "../program.ts";

async function* later(...chunks: readonly (string | Uint8Array)[]) {
  for (const chunk of chunks) {
    await new Promise((resolve) => setImmediate(resolve));
    yield chunk;
  }
}

test("stdin is data, bytes, an iterable of either, a stream", async () => {
  const rows = [
    { input: "a€" },
    { input: Buffer.from("a€") },
    { stdin: new TextEncoder().encode("a€") },
    { stdin: ["a", Buffer.from("€")] },
    { stdin: later("a", Buffer.from("€")) },
    { stdin: Readable.from([Buffer.from("a"), "€"]) },
    { stdin: new Blob(["a€"]).stream() },
    { stdin: Readable.toWeb(Readable.from([Buffer.from("a€")])) as AsyncIterable<Uint8Array> },
  ];
  for (const options of rows) assert.equal((await run("cat", options)).stdout, "a€");
  assert.equal((await run("cat", { input: "" })).stdout, "");
  assert.equal((await run("cat", { stdin: [] })).stdout, "");
});

test("stdin is a file or an open descriptor, which stays open", async () => {
  const folder = mkdtempSync(join(tmpdir(), "curfew-node-"));
  const path = join(folder, "file");
  writeFileSync(path, "from a file");
  const fd = openSync(path, "r");
  try {
    assert.equal((await run("cat", { stdin: { file: path } })).stdout, "from a file");
    assert.equal(
      (await run("cat", { stdin: { file: pathToFileURL(path) } })).stdout,
      "from a file",
    );
    assert.equal(
      (await run("cat", { cwd: folder, stdin: { file: "file" } })).stdout,
      "from a file",
    );
    assert.equal((await run("cat", { stdin: { fd } })).stdout, "from a file");
  } finally {
    // It throws where it was closed already.
    closeSync(fd);
    rmSync(folder, { recursive: true });
  }
});

test("a large input arrives whole, and back-pressure holds its writer", async () => {
  const input = Buffer.alloc(20 * 1024 ** 2, "0123456789abcdef");
  const { stdout } = await run("cat", [], { input, encoding: "buffer" });
  assert.ok(input.equals(stdout));
  let given = 0;
  const endless = (function* () {
    for (;;) {
      given += 1;
      yield Buffer.alloc(65_536);
    }
  })();
  const result = await run("sleep", ["0.2"], { stdin: endless });
  assert.equal(result.ok, true);
  assert.ok(given < 100, `${given} chunks were taken without a reader`);
});

test("a command that does not read its input ends all the same", async () => {
  const { ok } = await run("true", { input: Buffer.alloc(10 * 1024 ** 2) });
  assert.equal(ok, true);
});

test("an iterable learns that the reader is gone, also while it waits", async () => {
  let isReturned = false;
  const endless = (async function* () {
    try {
      for (;;) yield Buffer.alloc(65_536);
    } finally {
      isReturned = true;
    }
  })();
  assert.equal((await run("head", ["-c", "1"], { stdin: endless })).ok, true);
  await until("the iterable is returned", () => isReturned);
  const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
  assert.equal((await run("true", { stdin: never })).ok, true);
});

test("an iterable that throws cancels the run, which rejects with that", async () => {
  const failure = new Error("no more");
  const throws = (function* () {
    yield "a";
    throw failure;
  })();
  const running = run("cat", { stdin: throws });
  await assert.rejects(running, (error) => error === failure);
  assert.equal((await running.cancel()).outcome, "cancelled");
  const wrong = run("cat", { stdin: [5] as unknown as string[] });
  await assert.rejects(wrong, TypeError);
});

test("run.stdin is a Web stream", async () => {
  const running = run("cat", { stdin: "pipe" });
  const writer = running.stdin?.getWriter();
  await writer?.write(Buffer.from("one "));
  await writer?.write(Buffer.from("two"));
  await writer?.close();
  assert.equal((await running).stdout, "one two");
  assert.equal(run("true").stdin, null);
});

test("a writer learns that the reader is gone", async () => {
  const running = run("true", { stdin: "pipe" });
  const writer = running.stdin?.getWriter();
  writer?.closed.catch(() => undefined);
  await running;
  const write = async () => {
    for (;;) await writer?.write(Buffer.alloc(65_536));
  };
  await assert.rejects(write(), /EPIPE/);
});

test("a writer learns that a command has closed its stdin, although it goes on", async () => {
  const script = "exec <&-; exec sleep 1000";
  const running = run("sh", ["-c", script], { stdin: "pipe", timeout: "20s" });
  const writer = running.stdin?.getWriter();
  writer?.closed.catch(() => undefined);
  const write = async () => {
    for (;;) await writer?.write(Buffer.alloc(65_536));
  };
  // The other word stands for bytes that were not read.
  await assert.rejects(write(), /EPIPE|ECONNRESET/);
  assert.equal((await running.cancel()).outcome, "cancelled");
});

test("a chunk that is no bytes cancels the run", async () => {
  const running = run("cat", { stdin: "pipe" });
  const writer = running.stdin?.getWriter();
  writer?.closed.catch(() => undefined);
  await assert.rejects(writer?.write(5 as unknown as Uint8Array) ?? running, TypeError);
  await assert.rejects(running, TypeError);
});

test("a stdin that is never closed does not hold up the end of the command", async () => {
  const running = run("sh", ["-c", "read line; echo $line"], { stdin: "pipe" });
  await running.stdin?.getWriter().write(Buffer.from("hi\n"));
  assert.equal((await running).stdout, "hi");
});
