// The package as a module: what importing it does, and what two copies of it do to each other.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { productVersion } from "../../scripts/build/cargo.ts";
import { FROZEN, ROOT } from "../cli/binary.ts";
import type * as Library from "./program.ts";

const folder = mkdtempSync(join(tmpdir(), "curfew-bundle-"));
const bundle = join(folder, "one.mjs");
/**
 * A ratchet, in bytes: lower it when the bundle has become smaller. 112,000 are the portable host
 * and the parts of the core that only it needs.
 */
const MOST_BYTES = 192_000;

async function bundled(outfile: string, version: string, minify: boolean): Promise<number> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["src/node/index.ts"],
    outfile,
    bundle: true,
    minify,
    format: "esm",
    platform: "node",
    target: "node22",
    define: { __VERSION__: JSON.stringify(version) },
    metafile: true,
    logLevel: "silent",
    tsconfigRaw: {},
  });
  const [output] = Object.values(metafile.outputs);
  return output?.bytes ?? 0;
}

before(async () => {
  process.env.CURFEW_BINARY ??= FROZEN.path;
  const bytes = await bundled(bundle, await productVersion(), true);
  assert.ok(bytes < MOST_BYTES, `the bundle has ${bytes} bytes`);
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
      const path = join(folder, `copy-${at}.mjs`);
      copyFileSync(bundle, path);
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
    const path = join(folder, `again-${at}.mjs`);
    copyFileSync(bundle, path);
    const { run } = (await import(pathToFileURL(path).href)) as typeof Library;
    await run("true");
  }
  assert.deepEqual(counts(), first);
});

test("library and program of different versions refuse each other, in one line", async () => {
  const path = join(folder, "other.mjs");
  await bundled(path, "0.0.0-other", false);
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
