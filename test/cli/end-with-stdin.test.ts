// --end-with-stdin: a run ends when its stdin has no writer any more.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { patiently } from "../patience.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { child, number, script } from "./children.ts";
import { FOLDER, newPath, readEvents } from "./reports.ts";
import { childrenOf, isOver, OPEN, type Running, run, start, statusOf, until } from "./run.ts";

const HANDLES = child("handles");
const TERM = number("TERM");
const SHORT = "400ms";

/** Starts a run whose stdin is of a kind; its events go to a file. */
function stdinOf(binary: Binary, kind: string, words: readonly string[], killAfter = SHORT) {
  const events = newPath("events");
  const options = ["--events", events, "--end-with-stdin", "--kill-after", killAfter];
  const argv = [binary.path, "run", ...options, ...words];
  const running = start(["python3", script("stdin-ends.py"), kind, ...argv], {
    input: OPEN,
    env: { ...binary.env, FOLDER },
  });
  return { running, told: () => readEvents(readFileSync(events, "utf8")) };
}

/** Lets the other end of stdin go. */
async function go(running: Running): Promise<void> {
  running.write("go\n");
  await running.says(/^went/m);
}

function kinds(binary: Binary): void {
  for (const kind of ["pipe", "pair", "half", "tcp", "terminal"]) {
    test(`${kind}: a command that goes on is sent TERM, then SIGKILL`, async () => {
      const { running, told } = stdinOf(binary, kind, [HANDLES, TERM]);
      await running.says(/^ready/m);
      await go(running);
      // Its own input ends: it waits for the run.
      running.write("\u0004");
      await until("the run is over", () => isTold(told));
      const { report, events } = told();
      const [{ signals_sent: sent }] = [report];
      assert.equal(report.outcome, "cancelled");
      assert.equal((report as { reason?: unknown }).reason, "stdin");
      assert.equal(report.tree_gone, true);
      assert.deepEqual(
        [sent[0]?.signal, sent[0]?.target, sent.at(-1)?.signal],
        ["SIGTERM", "child", "SIGKILL"],
      );
      const closed = events.find(({ event }) => event === "stdin-closed");
      const since = (at = 0) => at - (closed?.at_ms ?? 0);
      assert.ok(since(sent[0]?.at_ms) >= 200 && since(sent.at(-1)?.at_ms) >= 400);
      running.kill("SIGKILL");
    });
  }

  test("a command that ends with its stdin keeps its exit code", async () => {
    const { running, told } = stdinOf(binary, "pipe", ["sh", "-c", "echo ready; cat; exit 3"]);
    await running.says(/^ready/m);
    await go(running);
    await until("the run is over", () => isTold(told));
    assert.deepEqual([told().report.outcome, told().report.exit_code], ["exited", 3]);
    assert.deepEqual(told().report.signals_sent, []);
    running.kill("SIGKILL");
  });

  test("bytes that nothing reads hold the end up for --kill-after, and curfew reads none", async () => {
    const { running, told } = stdinOf(binary, "unread", [HANDLES, TERM]);
    await running.says(/^ready/m);
    await go(running);
    await until("the run is over", () => isTold(told));
    const closed = told().events.filter(({ event }) => event === "stdin-closed");
    assert.ok(closed.length > 1);
    for (const { unread } of closed) assert.equal(unread, 10);
    const span = Number(closed.at(-1)?.at_ms) - Number(closed[0]?.at_ms);
    assert.ok(span >= 400, `${span}`);
    running.kill("SIGKILL");
  });

  test("bytes that the command reads later are its own", async () => {
    const reads = "echo ready; read -r go </dev/fd/3; cat | wc -c; exec sleep 1000";
    const fifo = newPath("fifo");
    await run(["mkfifo", fifo]);
    const words = ["bash", "-c", `exec 3<>"$0"; ${reads}`, fifo];
    // Bytes that nothing reads hold the end up for so long only.
    const { running, told } = stdinOf(binary, "read", words, `${patiently(2000)}ms`);
    await running.says(/^ready/m);
    await go(running);
    await run(["sh", "-c", 'echo go >"$0"', fifo]);
    await running.says(/^10$/m);
    await until("the run is over", () => isTold(told));
    assert.equal(told().report.outcome, "cancelled");
    running.kill("SIGKILL");
  });

  test("a second writer: the run goes on until it is gone, too", async () => {
    const { running, told } = stdinOf(binary, "writers", [HANDLES, TERM]);
    const [, pid] = await running.says(/^ready (\d+)/m);
    await go(running);
    // A whole run that ends with its stdin takes longer than this one would have taken.
    const other = stdinOf(binary, "pipe", [HANDLES, TERM]);
    await other.running.says(/^ready/m);
    await go(other.running);
    await until("the other run is over", () => isTold(other.told));
    other.running.kill("SIGKILL");
    assert.ok(!isOver(Number(pid)));
    await go(running);
    await until("the run is over", () => isTold(told));
    running.kill("SIGKILL");
  });
}

function isTold(told: () => unknown): boolean {
  try {
    told();
    return true;
  } catch {
    return false;
  }
}

function refusals(binary: Binary): void {
  const words = ["run", "--end-with-stdin", "echo", "started"];
  const refused = (why: string) =>
    new RegExp(`^[^\\n]*: --end-with-stdin: standard input ${why}\\n$`);
  const SHELLS: readonly (readonly [string, string])[] = [
    ["</dev/null", "is a device that does not report when its other end is closed"],
    ["</dev/zero", "is a device that does not report when its other end is closed"],
    ['<"$0"', "is a file, so it has no writer that can exit"],
    ["</", "is a file, so it has no writer that can exit"],
    ["<&-", "is closed"],
  ];
  for (const [from, why] of SHELLS) {
    test(`${from}: refused with one line, 125`, async () => {
      const { code, stdout, stderr } = await run(
        ["sh", "-c", `exec "$0" "$@" ${from}`, binary.path, ...words],
        { env: binary.env },
      );
      assert.deepEqual([code, stdout], [125, ""]);
      assert.match(stderr, refused(why));
    });
  }

  for (const [kind, why] of [
    ["both ways", "is open for writing, so it always has a writer"],
    ["datagrams", "is a socket that has no other end"],
    ["listening", "is a socket that has no other end"],
  ] as const) {
    test(`${kind}: refused`, async () => {
      const argv = ["python3", script("stdin-ends.py"), kind, binary.path, ...words];
      const { stdout, stderr } = await run(argv, { env: { ...binary.env, FOLDER } });
      assert.match(stdout, /^pid \d+\nended 125\n$/);
      assert.match(stderr, refused(why));
    });
  }
}

/** How often a process was switched to another one. */
const switchesOf = (pid: number) => Number(statusOf(pid, "voluntary_ctxt_switches"));

function quiet(binary: Binary): void {
  test("what comes on stdin does not wake curfew, and a hang-up keeps it busy no more", async () => {
    const options = ["--end-with-stdin", "--kill-after", "1h"];
    const argv = [binary.path, "run", ...options, "sh", "-c", "echo ready $PPID; sleep 1000"];
    const running = start(argv, { env: binary.env, input: OPEN });
    await running.says(/^ready/m);
    await until("it sleeps", () => statusOf(running.pid, "State").startsWith("S"));
    const before = switchesOf(running.pid);
    for (let count = 0; count < 50; count++) running.write("x".repeat(100));
    await run(["sh", "-c", "n=0; while [ $n -lt 100 ]; do /bin/true; n=$((n+1)); done"]);
    assert.ok(switchesOf(running.pid) - before < 5);
    running.kill("SIGTERM");
    await running.ended;
  });

  test("a hang-up is seen once: curfew uses no processor until the first signal", async () => {
    const options = ["--end-with-stdin", "--kill-after", "1h"];
    const { running } = stdinOf(binary, "pipe", [...options, "sh", "-c", "echo ready; sleep 1000"]);
    const [, pid] = await running.says(/^pid (\d+)/m);
    await running.says(/^ready/m);
    await go(running);
    await run(["sh", "-c", "n=0; while [ $n -lt 50 ]; do /bin/true; n=$((n+1)); done"]);
    const before = switchesOf(Number(pid));
    await run(["sh", "-c", "n=0; while [ $n -lt 200 ]; do /bin/true; n=$((n+1)); done"]);
    assert.ok(switchesOf(Number(pid)) - before < 3);
    process.kill(Number(pid), "SIGTERM");
    await running.says(/^went/m);
    running.kill("SIGKILL");
  });
}

/** A server over stdin that does not notice that its client is gone. */
const SERVER = `
process.on("SIGTERM", () => undefined);
process.stdin.on("data", (text) => process.stdout.write("answer " + process.pid + ": " + text));
setInterval(() => undefined, 1000);
`;
/** Ends at the first signal; its server does not. */
const OBEDIENT_SHELL =
  'exec 3<&0; node "$0" <&3 & trap "exit 0" TERM; while :; do sleep 1 & wait $!; done';
/** A program that has a server, as an editor or an agent has one. */
const CLIENT = `
import { spawn } from "node:child_process";
const [command, ...words] = process.argv.slice(2);
const server = spawn(command, words, { stdio: ["pipe", "inherit", "inherit"] });
server.stdin.write("hello\\n");
console.log("server", server.pid);
`;

function servers(binary: Binary): void {
  const project = newPath("project");
  mkdirSync(join(project, "node_modules/.bin"), { recursive: true });
  mkdirSync(join(project, "node_modules/stdio-server"));
  writeFileSync(join(project, "package.json"), '{"name":"project","private":true}');
  const file = join(project, "node_modules/stdio-server/server.js");
  writeFileSync(file, `#!/usr/bin/env node\n${SERVER}`, { mode: 0o755 });
  writeFileSync(join(project, "node_modules/stdio-server/package.json"), '{"name":"stdio-server"}');
  symlinkSync("../stdio-server/server.js", join(project, "node_modules/.bin/stdio-server"));
  writeFileSync(join(project, "client.mjs"), CLIENT);

  const STARTS: readonly (readonly [string, readonly string[]])[] = [
    ["npx", ["npx", "--no-install", "stdio-server"]],
    ["a shell that lives on", ["sh", "-c", 'trap "" TERM; node "$0"; sleep 1000', file]],
    ["a shell that obeys TERM, and leaves it behind", ["sh", "-c", OBEDIENT_SHELL, file]],
  ];
  for (const [name, words] of STARTS) {
    test(`${name}: its client is killed, and the server is gone within --kill-after`, async () => {
      const events = newPath("events");
      const options = ["--end-with-stdin", "--kill-after", "2s", "--events", events];
      const argv = [binary.path, "run", ...options, ...words];
      const client = start([process.execPath, "client.mjs", ...argv], {
        cwd: project,
        env: { ...binary.env, npm_config_offline: "true", npm_config_update_notifier: "false" },
        input: OPEN,
      });
      const [, curfewPid] = await client.says(/^server (\d+)/m);
      const [, server] = await client.says(/^answer (\d+): hello/m);
      const pids = [Number(curfewPid), Number(server), ...childrenOf(Number(curfewPid))];
      client.kill("SIGKILL");
      await until("all are gone", () => pids.every(isOver));
      const { events: lines, report } = readEvents(readFileSync(events, "utf8"));
      const closed = lines.find(({ event }) => event === "stdin-closed");
      assert.equal(report.tree_gone, true);
      const last = report.signals_sent.at(-1);
      assert.equal(last?.signal, "SIGKILL");
      assert.ok(
        last.at_ms - Number(closed?.at_ms) < 2000 + patiently(1500),
        JSON.stringify(report),
      );
    });
  }
}

describe("--end-with-stdin", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      kinds(binary);
      refusals(binary);
      quiet(binary);
      servers(binary);
    });
  }
});
