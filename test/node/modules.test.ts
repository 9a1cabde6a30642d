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
import { FROZEN, ROOT } from "../cli/binary.ts";
import type * as Library from "./program.ts";

const folder = mkdtempSync(join(tmpdir(), "curfew-bundle-"));
const bundle = join(folder, "lib/index.js");
/** A ratchet, in bytes: lower it when what an import loads has become smaller. */
const MOST_BYTES = 92_000;

/** Bundles the library into a folder, as the package has it; the bytes that an import loads. */
async function bundled(outdir: string, version: string): Promise<number> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["src/node/index.ts"],
    outdir,
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node22",
    define: { __VERSION__: JSON.stringify(version) },
    metafile: true,
    logLevel: "silent",
    tsconfigRaw: {},
  });
  writeFileSync(join(outdir, "package.json"), '{"type":"module"}');
  const sizeOf = (path: string): number => {
    const { bytes = 0, imports = [] } = metafile.outputs[path] ?? {};
    const loaded = imports.filter(({ kind, external }) => kind === "import-statement" && !external);
    return bytes + loaded.reduce((sum, { path: next }) => sum + sizeOf(next), 0);
  };
  const entry = Object.entries(metafile.outputs).find(([, { entryPoint }]) => {
    return entryPoint === "src/node/index.ts";
  });
  return sizeOf(entry?.[0] ?? "");
}

/** One more copy of the library; its path. */
function copied(name: string): string {
  cpSync(join(folder, "lib"), join(folder, name), { recursive: true });
  return join(folder, name, "index.js");
}

before(async () => {
  process.env.CURFEW_BINARY ??= FROZEN.path;
  const bytes = await bundled(join(folder, "lib"), await productVersion());
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
  const path = join(folder, "other/index.js");
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
