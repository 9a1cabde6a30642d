// Regular expressions and numbers depend on the engine: both run the rows of the core, and the same
// simulated runs.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runInNewContext } from "node:vm";
import { build } from "esbuild";

type Results = Readonly<Record<string, readonly unknown[]>>;

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64" };

/** The host program as cargo made it: it loads a bundle when it starts. */
const [HOST] = globSync(
  `native/target/${ARCHITECTURES[process.arch]}-*-linux-*/release/curfew-host`,
);

const folder = mkdtempSync(join(tmpdir(), "curfew-engines-"));
after(() => rmSync(folder, { recursive: true }));

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ["test/engines/main.ts"],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "curfew",
    platform: "neutral",
    target: "es2023",
    logLevel: "warning",
  });
  return outputFiles[0]?.text ?? "";
}

function inNode(code: string): Results {
  const written: string[] = [];
  const write = (_: number, text: string) => {
    written.push(text);
    return 0;
  };
  const exitCode: unknown = runInNewContext(`${code}\ncurfew.main()`, { __sys: { write } });
  assert.equal(exitCode, 0);
  return JSON.parse(written.join(""));
}

function inBinary(host: string, code: string): Results {
  const file = join(folder, "bundle.js");
  writeFileSync(file, code);
  const env = { CURFEW_BUNDLE: file };
  return JSON.parse(execFileSync(host, { env, encoding: "utf8", maxBuffer: 2 ** 26 }));
}

const skip = process.platform !== "linux" && "the binary is for Linux";

test("both engines give the same answers to every row and simulate the same runs", {
  skip,
}, async (t) => {
  assert.ok(HOST !== undefined, "the host program is missing: npm run build");
  const code = await bundle();
  const node = inNode(code);
  const binary = inBinary(HOST, code);
  assert.deepEqual(Object.keys(binary), Object.keys(node));
  for (const [table, rows] of Object.entries(node)) {
    await t.test(table, () => assert.deepEqual(binary[table], rows));
  }
  assert.deepEqual(node.brokenRuns, []);
});
