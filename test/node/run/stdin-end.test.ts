// endWithStdin: a run ends when its stdin has no writer any more.
import assert from "node:assert/strict";
import { openSync } from "node:fs";
import { test } from "node:test";
import { NO_PROGRAM } from "../expected.ts";
import { run, runSync, wrap } from "../program.ts";
import { tree } from "../tree.ts";

/** Answers a line, and lives on. */
const SERVER = ["-c", 'trap "" TERM; read -r line; echo "answer: $line"; sleep 1000; sleep 1000'];

test("the portable way refuses endWithStdin by name", () => {
  const misused = () => run("true", { endWithStdin: true, stdin: "pipe", backend: "portable" });
  assert.throws(misused, { code: "unsupported", option: "endWithStdin" });
});

test("a server is ended when the writer of its stdin is gone", { skip: NO_PROGRAM }, async () => {
  using all = tree();
  const options = { stdin: "pipe", endWithStdin: true, killAfter: 400, env: all.env } as const;
  const running = run("sh", SERVER, options);
  const writer = running.stdin?.getWriter();
  await writer?.write(Buffer.from("hello\n"));
  await running.started;
  await writer?.close();
  const result = await running;
  assert.deepEqual([result.outcome, result.reason, result.ok], ["cancelled", "stdin", false]);
  assert.equal(result.stdout, "answer: hello");
  assert.equal(result.report.treeGone, true);
  assert.deepEqual(all.alive(), []);
});

test("data for stdin has an end, too", { skip: NO_PROGRAM }, async () => {
  const options = { input: "hello\n", endWithStdin: true, killAfter: 400 } as const;
  const result = await run("sh", SERVER, options);
  assert.deepEqual([result.outcome, result.stdout], ["cancelled", "answer: hello"]);
  const sync = runSync("sh", ["-c", "cat; exit 3"], { input: "hello\n", endWithStdin: true });
  assert.deepEqual([sync.outcome, sync.exitCode, sync.stdout], ["exited", 3, "hello"]);
});

test("wrap has the word for a spawner of one's own", { skip: NO_PROGRAM }, () => {
  assert.ok(wrap("a", [], { endWithStdin: true }).args.includes("--end-with-stdin"));
});

test("a stdin that never tells is refused at once", () => {
  const null_ = openSync("/dev/null", "r");
  for (const stdin of ["ignore", { file: "/dev/null" }, { fd: null_ }, undefined] as const) {
    assert.throws(() => run("a", [], { stdin, endWithStdin: true }), {
      code: "bad_option",
      option: "endWithStdin",
    });
  }
});
