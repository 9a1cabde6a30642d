import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "../../cli/run.ts";
import { isPortable } from "../expected.ts";
import { run } from "../program.ts";
import { tree } from "../tree.ts";

const both = ["-c", "echo out; echo err >&2"];

function inFolder(work: (folder: string) => Promise<void>) {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), "curfew-node-"));
    try {
      await work(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}

test("what is ignored is nowhere", async () => {
  const { stdout, stderr, ok } = await run("sh", both, { stdout: "ignore", stderr: "ignore" });
  assert.deepEqual([stdout, stderr, ok], ["", "", true]);
});

test("stderr can go where stdout goes, in the true order", async () => {
  const script = "for i in 1 2 3 4 5; do echo o$i; echo e$i >&2; done";
  const { stdout, stderr } = await run("sh", ["-c", script], { stderr: "stdout" });
  assert.equal(stdout, "o1\ne1\no2\ne2\no3\ne3\no4\ne4\no5\ne5");
  assert.equal(stderr, "");
});

test(
  "output goes to files and descriptors, alone and beside others",
  inFolder(async (folder) => {
    const read = (name: string) => readFileSync(join(folder, name), "utf8");
    const fd = openSync(join(folder, "fd"), "w");
    try {
      await run("sh", both, { cwd: folder, stdout: { file: "one" }, stderr: { fd } });
      assert.deepEqual([read("one"), read("fd")], ["out\n", "err\n"]);
      await run("sh", both, { cwd: folder, stdout: { file: "one" }, stderr: "stdout" });
      assert.equal(read("one"), "out\nerr\n");
      const more = { file: "one", append: true };
      const { stdout } = await run("sh", both, { cwd: folder, stdout: ["capture", more] });
      assert.deepEqual([stdout, read("one")], ["out", "out\nerr\nout\n"]);
      await run("sh", both, { cwd: folder, stdout: [{ file: "two" }, { file: "three" }] });
      assert.deepEqual([read("two"), read("three")], ["out\n", "out\n"]);
      const tee = await run("sh", both, { stdout: ["capture", { fd }] });
      assert.deepEqual([tee.stdout, read("fd")], ["out", "err\nout\n"]);
    } finally {
      closeSync(fd);
    }
  }),
);

test(
  "one file for both streams has all that both of them wrote",
  inFolder(async (folder) => {
    const file = join(folder, "log");
    const script = "for i in 1 2 3; do echo out; echo err >&2; done";
    const limits = [{}, { idleTimeout: "60s" }] as const;
    for (const limit of limits) {
      const options = { ...limit, stdout: { file }, stderr: { file } };
      await run("sh", ["-c", script], options);
      assert.equal(readFileSync(file, "utf8"), "out\nerr\n".repeat(3));
      const { stdout, stderr } = await run("sh", ["-c", script], {
        ...limit,
        stdout: ["capture", { file }],
        stderr: ["capture", { file }],
      });
      assert.deepEqual([stdout, stderr], ["out\nout\nout", "err\nerr\nerr"]);
      const lines = readFileSync(file, "utf8").split("\n").sort();
      assert.deepEqual(lines, ["", "err", "err", "err", "out", "out", "out"]);
    }
  }),
);

test(
  "a file among several is complete when the run has ended",
  inFolder(async (folder) => {
    const size = 5 * 1024 ** 2;
    const file = join(folder, "copy");
    const words = ["-c", `${size}`, "/dev/zero"];
    await run("head", words, { stdout: [{ file }, () => undefined] });
    assert.equal(readFileSync(file).length, size);
  }),
);

test("a function gets each chunk, and may be slow", async () => {
  const seen: string[] = [];
  const { stdout } = await run("printf", ["abc"], {
    stdout: ["capture", (chunk) => seen.push(Buffer.from(chunk).toString())],
  });
  assert.deepEqual([stdout, seen.join("")], ["abc", "abc"]);
  let isBusy = false;
  let bytes = 0;
  const slow = async (chunk: Uint8Array) => {
    assert.equal(isBusy, false, "two calls at one time");
    isBusy = true;
    await new Promise((resolve) => setImmediate(resolve));
    bytes += chunk.length;
    isBusy = false;
  };
  await run("head", ["-c", "1000000", "/dev/zero"], { stdout: slow });
  assert.equal(bytes, 1_000_000);
});

test("text is UTF-8, also where chunks end in a character; bytes are as they are", async () => {
  const script = "printf '\\342'; sleep 0.05; printf '\\202\\254'; printf '\\377'";
  const { stdout } = await run("sh", ["-c", script]);
  assert.equal(stdout, "€\ufffd");
  const bytes = await run("sh", ["-c", `${script}; echo`], { encoding: "buffer" });
  assert.deepEqual([...bytes.stdout], [0xe2, 0x82, 0xac, 0xff, 0x0a]);
  assert.equal(bytes.stdout.constructor, Uint8Array);
});

test("the final newline stays where it is asked for", async () => {
  assert.equal((await run("echo", ["a"], { stripFinalNewline: false })).stdout, "a\n");
  assert.equal((await run("printf", ["a\\n\\n"])).stdout, "a\n");
});

test("keepOutput keeps head and tail, and never ends the run", async () => {
  const words = ["-c", "seq 100000"];
  const { ok, stdout, omitted } = await run("sh", words, { keepOutput: { head: 10, tail: 13 } });
  assert.equal(ok, true);
  assert.equal(stdout, "1\n2\n3\n4\n5\n[... 588872 bytes omitted ...]\n99999\n100000");
  assert.equal(omitted.stdout, 588_872);
  const bytes = await run("sh", words, { keepOutput: 20, encoding: "buffer" });
  assert.deepEqual([bytes.stdout.length, bytes.omitted.stdout], [20, 588_875]);
  await assert.rejects(run("sh", words, { keepOutput: 20 }).text(), { code: "command_failed" });
  const short = await run("echo", ["hi"], { keepOutput: 3 });
  assert.deepEqual([short.stdout, short.omitted.stdout], ["hi", 0]);
});

test("run.stdout is a Web stream", async () => {
  const running = run("sh", both, { stdout: "pipe" });
  assert.equal(await new Response(running.stdout).text(), "out\n");
  const { stdout, stderr } = await running;
  assert.deepEqual([stdout, stderr], ["", "err"]);
  assert.equal(running.stderr, null);
});

test("output that has not been read yet is there after the end", async () => {
  const running = run("head", ["-c", "100000", "/dev/zero"], { stdout: "pipe" });
  assert.equal((await running).ok, true);
  assert.equal((await new Response(running.stdout).arrayBuffer()).byteLength, 100_000);
});

test("a stream without a reader holds the command back, in bounded memory", async () => {
  using all = tree();
  const running = run("yes", { env: all.env, stdout: "pipe" });
  await running.started;
  const reader = running.stdout?.getReader();
  await reader?.read();
  const pid = running.pid ?? 0;
  await until("it waits for its reader", () => readFileSync(`/proc/${pid}/wchan`).length > 1);
  const before = process.memoryUsage().arrayBuffers;
  // As many turns of the loop as would read hundreds of megabytes.
  for (let turn = 0; turn < 5000; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(process.memoryUsage().arrayBuffers - before < 4 * 1024 ** 2);
  await reader?.cancel();
  const { signal, exitCode, stderr } = await running;
  assert.ok(signal === "SIGPIPE" || exitCode === 1, `${signal} ${exitCode}`);
  // A writer that waits for room gets the error EPIPE alone. Without the program, Node closes its
  // end while something is unread: ECONNRESET.
  if (!isPortable) assert.match(stderr, /^$|Broken pipe$/);
});

test("output() has the end of the output before the end of the run", async () => {
  for (const backend of ["auto", "portable"] as const) {
    const zeros = "head -c 10000 /dev/zero";
    const text = `printf abcdef; ${zeros}; printf '\\377end'; sleep 1000`;
    const keepOutput = { head: 4, tail: 6 };
    await using running = run("sh", ["-c", text], { backend, keepOutput, encoding: "buffer" });
    let soFar = await running.output();
    // 4 of the beginning, 6 of the end: what is between is counted.
    while (soFar.omitted.stdout !== 10_000) soFar = await running.output();
    const kept = "abcd\0\0\xffend";
    assert.equal(Buffer.from(soFar.stdout).toString("latin1"), kept, backend);
    assert.deepEqual([soFar.stderr.length, soFar.omitted.stderr], [0, 0]);
    assert.ok(soFar.idleMs >= 0);
    const result = await running.cancel();
    assert.equal(Buffer.from(result.stdout).toString("latin1"), kept, backend);
    assert.deepEqual(result.omitted, { stdout: 10_000, stderr: 0 });
    const after = await running.output();
    assert.deepEqual([after.stdout, after.omitted], [result.stdout, result.omitted]);
  }
});

test("output() says what is kept so far", async () => {
  const script = "printf one; exec sleep 1000";
  const running = run("sh", ["-c", script], { ready: { output: /one/ } });
  await running.ready;
  const soFar = await running.output();
  assert.deepEqual([soFar.stdout, soFar.stderr, soFar.omitted.stdout], ["one", "", 0]);
  assert.ok(soFar.idleMs >= 0);
  assert.equal((await running.cancel()).stdout, "one");
});

test("more than 100M without keepOutput is an error, and the run goes on", async () => {
  const most = 100 * 1024 ** 2;
  const words = ["-c", `${most + 5}`, "/dev/zero"];
  const result = await run("head", words, { encoding: "buffer" });
  assert.deepEqual(
    [result.ok, result.outcome, result.exitCode, result.error?.code],
    [false, "exited", 0, "output_truncated"],
  );
  assert.deepEqual([result.stdout.length, result.omitted.stdout], [most, 5]);
});
