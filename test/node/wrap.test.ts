import assert from "node:assert/strict";
import { fork, spawnSync } from "node:child_process";
import { test } from "node:test";
import { wrap } from "./program.ts";

test("the words run the command under curfew", () => {
  const { file, args } = wrap("sh", ["-c", "pwd; exit 3"], { cwd: "/", timeout: "1h" });
  assert.equal(file, process.env.CURFEW_BINARY);
  const { status, stdout } = spawnSync(file, args, { encoding: "utf8" });
  assert.deepEqual([status, stdout], [3, "/\n"]);
  assert.deepEqual(wrap("a").args, ["run", "--die-with-parent", "--", "a"]);
});

test("the words are the options', a Date included", () => {
  const options = { timeout: new Date(Date.now() + 3_600_000), newSession: true, spare: ["a"] };
  const { args } = wrap("a", ["--b"], options);
  assert.match(args[2] ?? "", /^--timeout=3[56]\d\d\d\d\d(\.\d+)?ms$/);
  assert.deepEqual(args.slice(3), ["--spare=a", "--new-session", "--", "a", "--b"]);
});

test("a limit ends what a spawner of one's own has started", () => {
  const { file, args } = wrap("sleep", ["1000"], { timeout: 100 });
  assert.equal(spawnSync(file, args).status, 124);
});

test("options that need the library are refused", () => {
  const rows = [
    { signal: new AbortController().signal },
    { env: {} },
    { stdin: "inherit" },
    { stdout: "ignore" },
    { input: "a" },
    { ready: { port: 80 } },
    { keepOutput: "1M" },
    { encoding: "utf8" },
    { onEvent: () => undefined },
    { throws: true },
    { backend: "binary" },
  ] as const;
  for (const options of rows) {
    const [option] = Object.keys(options);
    assert.throws(() => wrap("true", [], options), { code: "bad_option", option });
  }
  assert.throws(() => wrap("true", [], { timeout: new Date(0) }), { code: "bad_duration" });
  assert.throws(() => wrap("", []), { code: "bad_command" });
});

test("fork keeps its channel", async () => {
  const { file, args } = wrap(process.execPath, ["-e", "process.send(1)"]);
  const child = fork(args[0] ?? "", args.slice(1), { execPath: file, execArgv: [] });
  assert.equal(await new Promise((resolve) => child.once("message", resolve)), 1);
  await new Promise((resolve) => child.once("exit", resolve));
});
