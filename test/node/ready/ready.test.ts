import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Duration } from "../../../src/core/values/duration.ts";
import type { Receiver } from "../../../src/node/output/receiver.ts";
import { parseSockets } from "../../../src/node/ready/owner.ts";
import { readyOf } from "../../../src/node/ready/start.ts";
import { patiently } from "../../patience.ts";
import { CurfewError, run } from "../program.ts";

const SERVES = fileURLToPath(new URL("../children/serves.ts", import.meta.url));

function listening(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((socket) => socket.end());
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve({ server, port: typeof address === "object" ? (address?.port ?? 0) : 0 });
    });
  });
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const { server, port } = await listening();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("ready without a condition is the start", async () => {
  const running = run("true");
  await running.ready;
  await running;
  const missing = run("curfew-no-such-command");
  await assert.rejects(missing.ready, (error) => {
    assert.ok(error instanceof CurfewError && error.code === "not_ready");
    assert.equal((error.cause as CurfewError).code, "not_found");
    return true;
  });
});

test("a port is ready when a process of the run listens", async () => {
  const port = await freePort();
  // The server is a grandchild.
  const words = ["-c", '"$@" & wait', "sh", process.execPath, SERVES, String(port)];
  await using running = run("sh", words, { ready: { port } });
  await running.ready;
  assert.match((await running.output()).stdout, /serving/);
});

test("another process's port is not ready, and the error names that process", async () => {
  const { server, port } = await listening();
  try {
    await using running = run("sleep", ["1000"], { ready: { port } });
    await assert.rejects(running.ready, (error) => {
      assert.ok(error instanceof CurfewError);
      assert.deepEqual([error.code, error.detail], ["not_ready", "port_in_use"]);
      assert.match(error.message, new RegExp(`port ${port} is in use by ${process.pid} `));
      return true;
    });
    assert.equal((await running.cancel()).outcome, "cancelled");
  } finally {
    server.close();
  }
});

test("a URL is ready when it answers with a status below 500", async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  await using running = run(process.execPath, [SERVES, `${port}`, "2"], { ready: { url } });
  await running.ready;
});

test("output is ready when it matches, across chunks and on both streams", async () => {
  const script = "printf list; sleep 0.05; printf ening; exec sleep 1000";
  for (const words of [script, `{ ${script}; } >&2`]) {
    await using running = run("sh", ["-c", words], { ready: { output: /listening/g } });
    await running.ready;
  }
});

test("a path is ready when it exists", async () => {
  const folder = mkdtempSync(join(tmpdir(), "curfew-node-"));
  try {
    await using running = run("sleep", ["1000"], { cwd: folder, ready: { path: "there" } });
    await running.started;
    writeFileSync(join(folder, "there"), "");
    await running.ready;
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("not ready in time, and the run goes on", async () => {
  const options = { ready: { path: "/nowhere/to/be/found" }, readyTimeout: 100 };
  await using running = run("sleep", ["1000"], options);
  await assert.rejects(running.ready, {
    code: "not_ready",
    message: /readyTimeout .* without \/nowhere/,
  });
  assert.notEqual(running.pid, undefined);
});

test("a command that ends first is not ready", async () => {
  const running = run("sh", ["-c", "exit 3"], { ready: { output: /never/ } });
  await assert.rejects(running.ready, { code: "not_ready", message: /exited \(3\)/ });
  // This one is never looked at: it is no unhandled rejection.
  await run("true", { ready: { output: /never/ } });
});

test("rows of the kernel's table of sockets are read", () => {
  const row = (local: string, state: string, inode: number) =>
    `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000 0 0 ${inode} 1`;
  const table = [
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt uid timeout inode",
    row("0100007F:0BB8", "0A", 11),
    row("00000000:0BB8", "0A", 12),
    row("0100007F:0BB8", "01", 13),
    row("0100007F:0BB9", "0A", 14),
    row("0A01A8C0:0BB8", "0A", 15),
    row("00000000000000000000000000000000:0BB8", "0A", 16),
    row("00000000000000000000000001000000:0BB8", "0A", 17),
  ];
  assert.deepEqual(parseSockets(table.join("\n"), 3000), ["11", "12", "16", "17"]);
  assert.deepEqual(parseSockets("", 3000), []);
});

/** A run that has started, does not end, and writes these chunks. */
async function readyWith(chunks: readonly string[], pattern: RegExp, limit: Duration) {
  const receivers: Receiver[] = [];
  const run = {
    started: Promise.resolve(1),
    settled: new Promise<never>(() => undefined),
    owns: () => undefined,
    attach: (receiver: () => Receiver) => void receivers.push(receiver()),
  };
  const ready = readyOf(run, { kind: "output", pattern }, limit);
  for (const chunk of chunks) for (const one of receivers) one.take(Buffer.from(chunk));
  await ready;
}

test("a match that begins before a long chunk is found", async () => {
  const limit = (patiently(1000) * 1000) as Duration;
  await readyWith(["rea", `dy${"x".repeat(65_536)}`], /ready/, limit);
});
