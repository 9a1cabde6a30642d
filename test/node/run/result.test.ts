import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "../../cli/run.ts";
import { GONE, isPortable, PROOF, WAY } from "../expected.ts";
import { CurfewError, run, runOrThrow, withDefaults } from "../program.ts";
import { tree } from "../tree.ts";

const exit = (code: number) => ["-c", `echo out; echo err >&2; exit ${code}`];

test("a result says what the command came to", async () => {
  const result = await run("sh", exit(3));
  const { ok, outcome, exitCode, signal, stdout, stderr, error, reason } = result;
  assert.deepEqual(
    { ok, outcome, exitCode, signal, stdout, stderr, error, reason },
    {
      ok: false,
      outcome: "exited",
      exitCode: 3,
      signal: null,
      stdout: "out",
      stderr: "err",
      error: null,
      reason: undefined,
    },
  );
  assert.deepEqual(result.command, ["sh", ...exit(3)]);
  assert.ok(result.elapsedMs > 0);
  assert.deepEqual(result.omitted, { stdout: 0, stderr: 0 });
});

test("a death by a signal is no success", async () => {
  const result = await run("sh", ["-c", "kill -9 $$"]);
  assert.deepEqual(
    [result.ok, result.outcome, result.exitCode, result.signal],
    [false, "signaled", null, "SIGKILL"],
  );
});

test("an exit code that looks like a signal's stays one", async () => {
  const result = await run("sh", ["-c", "exit 137"]);
  assert.deepEqual([result.outcome, result.exitCode, result.signal], ["exited", 137, null]);
});

test("exit 0 at an end that curfew made is no success", async () => {
  const script = 'trap "exit 0" TERM; echo ready; sleep 1000 & wait';
  const running = run("sh", ["-c", script], { ready: { output: /ready/ } });
  await running.ready;
  const result = await running.cancel();
  assert.deepEqual([result.outcome, result.exitCode, result.ok], ["cancelled", 0, false]);
});

test("the report has keys in camelCase and says the way", async () => {
  const { report } = await run("true");
  assert.deepEqual(
    [report.way, report.outcome, report.child?.exitCode, report.proof],
    [WAY, "exited", 0, PROOF],
  );
  assert.ok(Object.keys(report).every((key) => !key.includes("_")));
});

test("leftovers that were ended do not spoil a success; with fail they do", async () => {
  using all = tree();
  const script = ["-c", "sleep 1000 & sleep 1000 & exit 0"];
  const killed = await run("sh", script, { env: all.env });
  assert.deepEqual([killed.ok, killed.leftovers.length], [true, 2]);
  const failed = await run("sh", script, { env: all.env, leftovers: "fail" });
  assert.deepEqual([failed.ok, failed.exitCode, failed.treeGone], [false, 0, GONE]);
  assert.equal(failed.report.exitCode, 125);
  const options = { env: all.env, leftovers: "fail" } as const;
  // On a busy machine one may not have executed sleep yet.
  const message = /left processes behind: \d+ "(sleep|sh)", \d+ "(sleep|sh)"/;
  await assert.rejects(run("sh", script, options).orThrow(), { message });
  assert.deepEqual(all.alive(), []);
});

test("leftovers that are to stay do, and the result says so", async () => {
  using all = tree();
  const left = await run("sh", ["-c", "sleep 1000 >/dev/null 2>&1 &"], {
    env: all.env,
    leftovers: "leave",
  });
  assert.deepEqual([left.ok, left.treeGone, left.isPipeHeld], [true, false, false]);
  await until("it sleeps", () => all.alive("sleep").length === 1);
  const spared = await run("sh", ["-c", "sleep 1001 >/dev/null 2>&1 &"], {
    env: all.env,
    spare: "sleep 1001",
  });
  assert.deepEqual([spared.ok, spared.report.spared?.length], [true, 1]);
});

test("throws, runOrThrow and orThrow reject with the result", async () => {
  const rows = [
    () => run("sh", exit(3), { throws: true }),
    () => runOrThrow("sh", exit(3)),
    () => run("sh", exit(3)).orThrow(),
    () => withDefaults({ throws: true })("sh", exit(3)),
  ];
  for (const rejected of rows) {
    await assert.rejects(rejected(), (error) => {
      assert.ok(error instanceof CurfewError);
      assert.equal(error.code, "command_failed");
      assert.equal(error.result?.exitCode, 3);
      assert.match(error.message, /exit code 3\nerr$/);
      return true;
    });
  }
  assert.equal((await run("true", { throws: true })).ok, true);
  assert.equal((await run("true").orThrow()).ok, true);
});

test("text and json reject where the result is not ok", async () => {
  assert.equal(await run("echo", ["hi"]).text(), "hi");
  assert.deepEqual(await run("echo", ["[1]"]).json(), [1]);
  await assert.rejects(run("sh", exit(1)).text(), { code: "command_failed" });
  await assert.rejects(run("sh", exit(1)).json(), { code: "command_failed" });
  await assert.rejects(run("echo", ["nope"]).json(), SyntaxError);
});

test("a promise of a run is a promise", async () => {
  const running = run("true");
  assert.ok(running instanceof Promise);
  assert.equal(Object.getPrototypeOf(running.then((result) => result)), Promise.prototype);
  let isOver = false;
  await running.finally(() => {
    isOver = true;
  });
  assert.ok(isOver);
  assert.equal((await Promise.all([running, run("true")])).length, 2);
});

test("defaults are taken over, and a call's options win", async () => {
  const say = withDefaults({ env: { A: "1", B: "1" }, input: "default" });
  const script = ["-c", 'echo "$A$B"; cat'];
  assert.equal((await say("sh", script)).stdout, "11\ndefault");
  const other = await say("sh", script, { env: { B: "2" }, stdin: "ignore" });
  assert.equal(other.stdout, "12");
  assert.throws(() => withDefaults({ timeoot: 1 } as object), { code: "bad_option" });
});

const STARTS: readonly [what: string, code: string, errno: string | undefined, exit: number][] = [
  ["a folder", "not_executable", "EACCES", 126],
  ["no program", "not_executable", "EACCES", 126],
];

test("what cannot be started is said in error", async () => {
  const folder = mkdtempSync(join(tmpdir(), "curfew-node-"));
  try {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const commands = [folder, file];
    for (const [at, [what, code, errno, exitCode]] of STARTS.entries()) {
      const { error, outcome, report } = await run(commands[at] ?? "");
      assert.deepEqual([outcome, error?.code, error?.errno], ["spawn_failed", code, errno], what);
      assert.equal(report.exitCode, exitCode);
    }
    const missing = await run("true", { cwd: join(folder, "missing") });
    assert.deepEqual([missing.outcome, missing.error?.code], ["spawn_failed", "bad_cwd"]);
    assert.equal(missing.error?.errno, "ENOENT");
    const unreadable = await run("true", { stdin: { file: join(folder, "missing") } });
    assert.deepEqual([unreadable.outcome, unreadable.error?.code], ["spawn_failed", "bad_file"]);
    const closed = await run("cat", { stdin: { fd: 1_000_000 } });
    assert.deepEqual([closed.outcome, closed.error?.code], ["spawn_failed", "bad_file"]);
    const unwritable = await run("true", { stdout: ["capture", { file: folder }] });
    assert.deepEqual([unwritable.outcome, unwritable.error?.code], ["spawn_failed", "bad_file"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a command line in one word is the usual mistake", async () => {
  const { error } = await run("npm run build");
  assert.match(error?.message ?? "", /is run\("npm", \["run", "build"\]\) meant/);
});

test("the command is looked up in its own PATH and folder", async () => {
  const folder = mkdtempSync(join(tmpdir(), "curfew-node-"));
  try {
    writeFileSync(join(folder, "curfew-test-hello"), "#!/bin/sh\necho hello $PWD\n", {
      mode: 0o755,
    });
    const byPath = await run("curfew-test-hello", { env: { PATH: `${folder}:/bin:/usr/bin` } });
    assert.match(byPath.stdout, /^hello /);
    const byFolder = await run("./curfew-test-hello", { cwd: folder });
    assert.equal(byFolder.stdout, `hello ${folder}`);
    const before = process.cwd();
    try {
      process.chdir(folder);
      assert.equal((await run("./curfew-test-hello")).stdout, `hello ${folder}`);
    } finally {
      process.chdir(before);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the environment is Node's own at the time of each call", async () => {
  const seen = async () => (await run("sh", ["-c", 'echo "$CURFEW_TEST_SEEN"'])).stdout;
  try {
    assert.equal(await seen(), "");
    process.env.CURFEW_TEST_SEEN = "first";
    assert.equal(await seen(), "first");
    process.env.CURFEW_TEST_SEEN = "second";
    assert.equal(await seen(), "second");
  } finally {
    delete process.env.CURFEW_TEST_SEEN;
  }
  assert.equal(await seen(), "");
});

const asOther = process.getuid?.() === 0 ? false : "needs root";

test("where real and effective user differ nothing is started; when both agree it is", {
  skip: asOther,
}, async () => {
  const library = new URL("../../../src/node/index.ts", import.meta.url);
  const backend = isPortable ? "portable" : "binary";
  // In one process: an ordinary user for one call, and root again for the next one.
  const text = `const { run } = await import(${JSON.stringify(library.href)});
    const options = { backend: ${JSON.stringify(backend)}, cwd: "/" };
    const words = async () => {
      const { ok, outcome, error } = await run("true", options);
      return [ok, outcome, error?.code ?? null, /setuid/.test(error?.message ?? "")];
    };
    const before = await words();
    process.seteuid(65534);
    const between = await words();
    process.seteuid(0);
    console.log(JSON.stringify([before, between, await words()]));`;
  const args = ["--input-type=module-typescript", "--eval", text];
  const { stdout, stderr } = await run(process.execPath, args, {
    env: { NODE_NO_WARNINGS: "1" },
  });
  const started = [true, "exited", null, false];
  const refused = [false, "spawn_failed", "not_confined", true];
  assert.deepEqual(JSON.parse(stdout || "0"), [started, refused, started], stderr);
});
