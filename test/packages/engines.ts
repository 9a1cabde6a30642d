// The package on each engine that it supports, in a bundle, and under the eyes of the checkers.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { build } from "esbuild";
import { ROOT } from "../cli/binary.ts";
import { copyOf, FOLDER, folder, need, REGISTRY, run, TARBALLS, VERSION } from "./house.ts";
import { ATTW, BUN, DENO, installTools, NODES, nodeOf, PUBLINT } from "./tools.ts";

installTools();

const LOCAL = folder("local");
const IMPORTED = `import { run } from "curfew";
const { ok, stdout, error } = await run("echo", ["hello"]);
console.log(ok, stdout, error?.message ?? "");\n`;
const REQUIRED = `const { run } = require("curfew");
run("echo", ["hello"]).then(({ ok, stdout, error }) => {
  console.log(ok, stdout, error?.message ?? "");
});\n`;
const SUCCEEDED = ["true hello \n", ""];
/** What the library is for, in a few lines of TypeScript. */
const EXAMPLE = `import { CurfewError, killTree, run } from "curfew";
const abort = new AbortController();
const result = await run("sh", ["-c", "setsid sleep 1000 & echo out; exit 3"], {
  timeout: "5m",
  idleTimeout: "60s",
  signal: abort.signal,
  keepOutput: "1M",
});
if (!result.ok) console.log(result.outcome, result.exitCode, result.stdout, result.treeGone);
let pid: number | null = null;
{
  await using server = run("sh", ["-c", "echo listening; sleep 1000"], {
    ready: { output: /listening/ },
    readyTimeout: "30s",
  });
  await server.ready;
  pid = await server.started;
}
console.log((await killTree(pid ?? 0)).outcome);
for await (const line of run("sh", ["-c", "echo one; echo done; sleep 1000"])) {
  console.log(line);
  if (line.includes("done")) break;
}
await run("false").orThrow().catch((error) => {
  if (error instanceof CurfewError) console.log(error.code);
});
`;
const SHOWN = "exited 3 out true\nalready_exited\none\ndone\ncommand_failed\n";

before(async () => {
  await need(["npm", "install", "--prefix", LOCAL, "curfew"]);
  writeFileSync(join(LOCAL, "imported.mjs"), IMPORTED);
  writeFileSync(join(LOCAL, "required.cjs"), REQUIRED);
  writeFileSync(join(LOCAL, "example.mts"), EXAMPLE);
  // Node 22 knows neither `await using` nor, without a warning, types.
  const types = ["--typeRoots", join(ROOT, "node_modules/@types"), "--types", "node"];
  const words = ["--module", "nodenext", "--target", "es2022", "--lib", "es2024,esnext.disposable"];
  const compiler = [process.execPath, join(ROOT, "node_modules/typescript/bin/tsc")];
  await need([...compiler, "--strict", ...types, ...words, "example.mts"], { cwd: LOCAL });
});

async function said(...argv: readonly string[]): Promise<readonly string[]> {
  const { stdout, stderr } = await run(argv, { cwd: LOCAL });
  return [stdout, stderr];
}

for (const name of NODES) {
  describe(name, () => {
    const node = nodeOf(name);

    test("import and require, without a warning", async () => {
      assert.match(
        await need([node, "--version"]),
        new RegExp(`^v${name.slice("node".length)}\\.`),
      );
      assert.deepEqual(await said(node, "imported.mjs"), SUCCEEDED);
      assert.deepEqual(await said(node, "required.cjs"), SUCCEEDED);
    });

    test("what the library is for, in TypeScript", async () => {
      const file = name === "node22" ? "example.mjs" : "example.mts";
      assert.deepEqual(await said(node, file), [SHOWN, ""]);
    });

    test("the JavaScript half of the command", async () => {
      const words = ["node_modules/curfew/bin/curfew", "run", "sh", "-c", "exit 7"];
      assert.equal((await run([node, ...words], { cwd: LOCAL })).code, 7);
    });

    test("bundled, with curfew external, and with the program still installed", async () => {
      for (const format of ["esm", "cjs"] as const) {
        for (const external of [["curfew"], []]) {
          const outfile = `bundle-${external.length}.${format === "esm" ? "mjs" : "cjs"}`;
          const entry = format === "esm" ? "imported.mjs" : "required.cjs";
          await build({
            absWorkingDir: LOCAL,
            entryPoints: [entry],
            outfile,
            bundle: true,
            platform: "node",
            format,
            external,
            logLevel: "silent",
          });
          assert.deepEqual(await said(node, outfile), SUCCEEDED, outfile);
        }
      }
    });
  });
}

describe("Bun", () => {
  test("import and require", async () => {
    assert.deepEqual(await said(BUN, "imported.mjs"), SUCCEEDED);
    assert.deepEqual(await said(BUN, "required.cjs"), SUCCEEDED);
  });
});

describe("Deno", () => {
  test("from node_modules", async () => {
    const words = ["run", "--allow-all", "--no-config", "--node-modules-dir=manual"];
    assert.deepEqual(await said(DENO, ...words, "imported.mjs"), SUCCEEDED);
  });

  test("from a registry, without node_modules", async () => {
    const cwd = folder("deno");
    writeFileSync(join(cwd, "main.ts"), IMPORTED.replace('"curfew"', `"npm:curfew@${VERSION}"`));
    const env = { NPM_CONFIG_REGISTRY: REGISTRY, DENO_DIR: folder("deno cache") };
    const words = ["run", "--allow-all", "--quiet", "main.ts"];
    const { stdout, stderr } = await run([DENO, ...words], { cwd, env });
    assert.deepEqual([stdout, stderr], SUCCEEDED);
  });
});

describe("checkers", () => {
  const node = nodeOf("node24");
  for (const [file, content] of TARBALLS) {
    test(`publint: ${file}`, async () => {
      const path = join(FOLDER, file);
      writeFileSync(path, content);
      assert.match(await need([node, PUBLINT, path, "--strict"]), /All good!/);
    });
  }

  test("are the types wrong?", async () => {
    const path = join(folder("attw"), "curfew.tgz");
    writeFileSync(path, TARBALLS.get(`curfew-${VERSION}.tgz`) ?? "");
    // CommonJS has `require` of modules in every Node that is supported.
    const words = [path, "--ignore-rules", "cjs-resolves-to-esm", "--no-emoji", "--format=ascii"];
    assert.match(await need([node, ATTW, ...words]), /No problems found/);
  });

  test("are the types wrong? a wrong package is found", async () => {
    const cwd = copyOf(join(LOCAL, "node_modules/curfew"), "wrong");
    writeFileSync(join(cwd, "lib/index.d.ts"), "export default 1;\n");
    writeFileSync(join(cwd, "lib/index.js"), "module.exports = 1;\n");
    await need(["npm", "pack", "--ignore-scripts", "--pack-destination", FOLDER], { cwd });
    const path = join(FOLDER, `curfew-${VERSION}.tgz`);
    assert.notEqual((await run([node, ATTW, path, "--profile", "esm-only"])).code, 0);
  });
});
