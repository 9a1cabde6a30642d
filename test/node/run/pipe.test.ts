import assert from "node:assert/strict";
import { test } from "node:test";
import { isPortable } from "../expected.ts";
import { run } from "../program.ts";
import { tree } from "../tree.ts";

test("a pipe gives one command's output to the next", async () => {
  const last = run("printf", ["b\na\nb\n"]).pipe("sort").pipe("uniq", ["-c"]);
  const { stdout, ok } = await last;
  assert.deepEqual([stdout.replace(/ +/g, " "), ok], [" 1 a\n 2 b", true]);
  const earlier = await Promise.all(last.piped);
  assert.deepEqual(
    earlier.map(({ command, stdout }) => [command[0], stdout]),
    [
      ["printf", ""],
      ["sort", ""],
    ],
  );
});

test("a source ends when its sink has ended", async () => {
  using all = tree();
  const last = run("yes", { env: all.env }).pipe("head", ["-n", "2"], { env: all.env });
  assert.equal((await last).stdout, "y\ny");
  const [source] = await Promise.all(last.piped);
  assert.equal(source?.ok, false);
  if (!isPortable) assert.match(`${source.stderr}`, /^$|Broken pipe$/);
  assert.deepEqual(all.alive(), []);
});

test("cancelling the last ends all", async () => {
  using all = tree();
  const options = { env: all.env };
  const last = run("sleep", ["1000"], options).pipe("cat", [], options);
  await last.started;
  assert.equal((await last.cancel("enough")).outcome, "cancelled");
  await Promise.all(last.piped);
  assert.deepEqual(all.alive(), []);
});

test("the failure of a source is its own; the last one's result counts", async () => {
  const last = run("sh", ["-c", "echo a; exit 3"], { throws: true }).pipe("cat");
  assert.equal(await last.text(), "a");
  const [source] = await Promise.all(last.piped);
  assert.equal(source?.exitCode, 3);
});

test("a sink that cannot be started ends its source", async () => {
  using all = tree();
  const last = run("sleep", ["1000"], { env: all.env }).pipe("curfew-no-such-command");
  assert.equal((await last).error?.code, "not_found");
  await Promise.all(last.piped);
  assert.deepEqual(all.alive(), []);
});

test("misuse of pipe throws, and leaves no source behind", async () => {
  using all = tree();
  const options = { env: all.env };
  const rows = [
    () => run("sleep", ["1000"], options).pipe("cat", [], { input: "x" }),
    () => run("sleep", ["1000"], options).pipe("cat", ["a"], { timout: 1 } as object),
    () => run("sleep", ["1000"], { ...options, stdout: "ignore" }).pipe("cat"),
    () => run("sleep", ["1000"], { ...options, stdout: "pipe" }).pipe("cat"),
    () => run("sleep", ["1000"], options).pipe(""),
  ];
  for (const row of rows) assert.throws(row, { name: "CurfewError" });
  await all.gone();
});

test("a large pipe arrives whole, in bounded memory", async () => {
  const size = 200 * 1024 ** 2;
  const last = run("head", ["-c", `${size}`, "/dev/zero"]).pipe("wc", ["-c"]);
  assert.equal((await last).stdout, `${size}`);
  const [source] = await Promise.all(last.piped);
  assert.equal(source?.ok, true, JSON.stringify(source));
});

test("what came before the pipe goes through it, too", async () => {
  const source = run("sh", ["-c", "echo a; read x; echo b"], {
    stdin: "pipe",
    ready: { output: /a/ },
  });
  await source.ready;
  const last = source.pipe("cat");
  await source.stdin?.getWriter().write(Buffer.from("\n"));
  assert.equal((await last).stdout, "a\nb");
});

test("a sink that ends early does not cut the input of another one", async () => {
  using all = tree();
  const options = { env: all.env };
  const source = run("sh", ["-c", "echo a; read x; seq 100000"], { ...options, stdin: "pipe" });
  const short = source.pipe("head", ["-n", "1"], options);
  const long = source.pipe("wc", ["-l"], options);
  assert.equal((await short).stdout, "a");
  await source.stdin?.getWriter().write(Buffer.from("\n"));
  assert.equal((await long).stdout, "100001");
  assert.equal((await source).ok, true);
  const endless = run("yes", options);
  const sinks = [endless.pipe("head", ["-n", "1"]), endless.pipe("head", ["-n", "2"])];
  assert.deepEqual(
    (await Promise.all(sinks)).map(({ stdout }) => stdout),
    ["y", "y\ny"],
  );
  await endless;
  assert.deepEqual(all.alive(), []);
});
