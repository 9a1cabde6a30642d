// The package as a module: what importing it does, and what two copies of it do to each other.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { productVersion } from "../../scripts/build/cargo.ts";
import { libraryScripts } from "../../scripts/release/library.ts";
import { put } from "../../scripts/release/put.ts";
import { FROZEN } from "../cli/binary.ts";
import type * as Library from "./program.ts";

const folder = mkdtempSync(join(tmpdir(), "curfew-bundle-"));
const bundle = join(folder, "lib/index.js");
/** In bytes. What is loaded later has other files. */
const MOST_BYTES = 40_000;

/** Puts the library into a folder, as the package has it; the bytes that an import loads. */
async function bundled(folder: string, version: string): Promise<number> {
  const files = await libraryScripts(version);
  for (const file of files) put(folder, file);
  writeFileSync(join(folder, "lib/package.json"), '{"type":"module"}');
  return files.find(({ path }) => path === "lib/index.js")?.content.length ?? 0;
}

/** One more copy of the library; its path. */
function copied(name: string): string {
  cpSync(join(folder, "lib"), join(folder, name), { recursive: true });
  return join(folder, name, "index.js");
}

before(async () => {
  process.env.CURFEW_BINARY ??= FROZEN.path;
  const bytes = await bundled(folder, await productVersion());
  assert.ok(bytes > 10_000 && bytes < MOST_BYTES, `an import loads ${bytes} bytes`);
});

after(() => rmSync(folder, { recursive: true }));

test("importing starts no process and opens no file", () => {
  // With the permission model, each of these is an error.
  const script = `
    const { run } = await import(${JSON.stringify(pathToFileURL(bundle).href)});
    process.stdout.write(typeof run);
  `;
  const permitted = [`--allow-fs-read=${folder}`, "--permission", "--no-warnings"];
  const words = [...permitted, "--input-type=module", "--eval", script];
  const { stdout, stderr, status } = spawnSync(process.execPath, words, { encoding: "utf8" });
  assert.deepEqual([stdout, stderr, status], ["function", "", 0]);
});

test("two copies of the library do not disturb each other, as in a test runner", async () => {
  const copies = await Promise.all(
    [1, 2, 3].map(async (at) => {
      const path = copied(`copy-${at}`);
      return (await import(pathToFileURL(path).href)) as typeof Library;
    }),
  );
  const runs = copies.map(({ run }, at) => run("sh", ["-c", `echo ${at}; exit ${at}`]));
  const results = await Promise.all(runs);
  assert.deepEqual(
    results.map(({ stdout, exitCode }) => [stdout, exitCode]),
    [
      ["0", 0],
      ["1", 1],
      ["2", 2],
    ],
  );
  const [one, two] = copies;
  assert.notEqual(one?.CurfewError, two?.CurfewError);
  assert.equal((await one?.run("true").pipe("true"))?.ok, true);
});

test("loading it anew leaves no listener of the process behind", async () => {
  const counts = () =>
    process.eventNames().map((name) => [name, process.listenerCount(name as "exit")]);
  const first = counts();
  for (let at = 0; at < 20; at++) {
    const path = copied(`again-${at}`);
    const { run } = (await import(pathToFileURL(path).href)) as typeof Library;
    await run("true");
  }
  assert.deepEqual(counts(), first);
});

test("library and program of different versions refuse each other, in one line", async () => {
  await bundled(join(folder, "other"), "0.0.0-other");
  const path = join(folder, "other/lib/index.js");
  const { run, runSync, wrap } = (await import(pathToFileURL(path).href)) as typeof Library;
  const results = [await run("echo", ["started"]), runSync("echo", ["started"])];
  for (const { outcome, error, stdout, stderr } of results) {
    assert.deepEqual([outcome, error?.code, stdout, stderr], ["spawn_failed", "no_binary", "", ""]);
    assert.match(error?.message ?? "", /is curfew \d\S+, but this library is 0\.0\.0-other: .+$/);
  }
  const { file, args } = wrap("echo", ["started"]);
  const { status, stdout } = spawnSync(file, args, { encoding: "utf8" });
  assert.deepEqual([status, stdout], [125, ""]);
});

test("what is loaded on demand has the errors of the library that was imported", async () => {
  const path = copied("errors");
  const library = (await import(pathToFileURL(path).href)) as typeof Library;
  const { CurfewError, killTree, run, runSync, withDefaults } = library;
  const is = (code: string) => (error: unknown) =>
    error instanceof CurfewError && error.code === code;
  assert.throws(() => run("true", { timout: 1 } as object), is("bad_option"));
  assert.throws(() => run("true", { stdout: "wibble" } as object), is("unknown_choice"));
  assert.throws(() => run("true", { backend: "portable", cpuLimit: "1s" }), is("unsupported"));
  assert.throws(() => withDefaults({ timeout: "5s" })("true", { input: 1 } as object));
  await assert.rejects(killTree(0), is("bad_option"));
  await assert.rejects(killTree(process.pid, { force: 1 } as object), is("bad_option"));
  await assert.rejects(run("false").orThrow(), is("command_failed"));
  assert.equal((await run("curfew-no-such-command")).error instanceof CurfewError, true);
  assert.equal(runSync("curfew-no-such-command").error instanceof CurfewError, true);
  const missing = run("true", { ready: { path: "/curfew-no-such-path" } });
  await assert.rejects(missing.ready, is("not_ready"));
  assert.equal(runSync("cat", { input: "data" }).stdout, "data");
});

test("a bundler may take the library in: what is loaded on demand comes along", async () => {
  const entry = join(folder, "app.mjs");
  writeFileSync(entry, 'export * from "./lib/index.js";');
  for (const [format, name] of [
    ["esm", "app-bundle.mjs"],
    ["cjs", "app-bundle.cjs"],
  ] as const) {
    // Far from the other files.
    const outfile = join(mkdtempSync(join(folder, "elsewhere-")), name);
    await build({
      entryPoints: [entry],
      outfile,
      format,
      bundle: true,
      platform: "node",
      logLevel: "silent",
    });
    const { run, runSync, killTree } = (await import(
      pathToFileURL(outfile).href
    )) as typeof Library;
    assert.equal((await run("cat", { input: "data" })).stdout, "data");
    assert.equal(runSync("echo", ["hi"]).stdout, "hi");
    const lines: string[] = [];
    for await (const line of run("printf", ["a\nb\n"])) lines.push(line);
    assert.deepEqual(lines, ["a", "b"]);
    assert.equal((await killTree(4_194_303)).outcome, "already_exited");
    assert.equal((await run("echo", ["hi"], { backend: "portable" })).stdout, "hi");
  }
});

test("without its other files the library runs commands, and says what is missing", async () => {
  const alone = mkdtempSync(join(folder, "alone-"));
  writeFileSync(join(alone, "package.json"), '{"type":"module"}');
  cpSync(bundle, join(alone, "index.js"));
  const url = pathToFileURL(join(alone, "index.js")).href;
  const { run } = (await import(url)) as typeof Library;
  assert.equal((await run("echo", ["hi"], { timeout: "60s" })).stdout, "hi");
  assert.throws(() => run("cat", { input: "data" }), { code: "unsupported" });
});
