// The packages as each package manager installs them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { folder, need, type Options, OWN, REGISTRY, run } from "./house.ts";
import { BUN, installTools, NODES, NPM, nodeFolder, nodeOf, PNPM, YARN } from "./tools.ts";

installTools();

const NODE = nodeOf("node24");
const PATH = `${nodeFolder("node24")}:${process.env.PATH}`;
const MAIN = `import { run } from "curfew";
const { ok, stdout, error } = await run("echo", ["hello"]);
console.log(ok, stdout, error?.message ?? "");\n`;

/** A project that imports the library. */
function project(name: string, files: Readonly<Record<string, string>> = {}): Required<Options> {
  const cwd = folder(name);
  const manifest = { name: "app", private: true, type: "module" };
  const all = { "package.json": JSON.stringify(manifest), "main.js": MAIN, ...files };
  for (const [file, text] of Object.entries(all)) writeFileSync(join(cwd, file), text);
  return { cwd, env: { PATH, HOME: folder(`${name} home`) } };
}

/** The exit code and the arguments go through, and what was left behind is ended. */
async function assertCommand(argv: readonly string[], options: Options): Promise<void> {
  const text = '[ "$1" = "a  b*" ] && exit 7';
  const words = ["run", "--", "sh", "-c", text, "sh", "a  b*"];
  const { code, stderr } = await run([...argv, ...words], options);
  assert.equal(code, 7, stderr);
}

async function assertAdvice(argv: readonly string[], options: Options): Promise<void> {
  const { code, stderr } = await run([...argv, "run", "true"], options);
  assert.equal(code, 125);
  assert.match(stderr, new RegExp(`^curfew: @curfew/${OWN}.* is not installed: [^\\n]+\\n$`));
}

async function assertLibrary(argv: readonly string[], options: Options): Promise<void> {
  const { stdout, stderr } = await run(argv, options);
  assert.deepEqual([stdout, stderr], ["true hello \n", ""]);
}

describe("npm 12", () => {
  for (const name of NODES) {
    test(`local, with ${name}`, async () => {
      const { cwd, env } = project(`npm-${name}`);
      const options = { cwd, env: { ...env, PATH: `${nodeFolder(name)}:${process.env.PATH}` } };
      await need([nodeOf(name), NPM, "install", "curfew"], options);
      await assertCommand([join(cwd, "node_modules/.bin/curfew")], options);
      await assertCommand([nodeOf(name), NPM, "exec", "--", "curfew"], options);
      await assertLibrary([nodeOf(name), "main.js"], options);
    });
  }

  test("from its lock file, which another platform wrote", async () => {
    const { cwd, env } = project("npm-lock");
    const options = { cwd, env };
    const lock = ["install", "--package-lock-only", "--os=darwin", "--cpu=arm64", "curfew"];
    await need([NODE, NPM, ...lock], options);
    assert.match(readFileSync(join(cwd, "package-lock.json"), "utf8"), new RegExp(OWN));
    await need([NODE, NPM, "ci"], options);
    await assertLibrary([NODE, "main.js"], options);
  });

  test("global", async () => {
    const { cwd, env } = project("npm-global");
    const prefix = folder("npm-global", "prefix");
    await need([NODE, NPM, "install", "--global", "--prefix", prefix, "curfew"], { cwd, env });
    await assertCommand([join(prefix, "bin/curfew")], { cwd, env });
  });

  test("without optional dependencies", async () => {
    const options = project("npm-omit");
    await need([NODE, NPM, "install", "--omit=optional", "curfew"], options);
    await assertAdvice([join(options.cwd, "node_modules/.bin/curfew")], options);
  });
});

describe("pnpm", () => {
  const npmrc = `registry=${REGISTRY}/\n`;

  test("local", async () => {
    const options = project("pnpm", { ".npmrc": npmrc });
    await need([PNPM, "add", "curfew"], options);
    await assertCommand([join(options.cwd, "node_modules/.bin/curfew")], options);
    await assertCommand([PNPM, "exec", "curfew"], options);
    await assertLibrary([NODE, "main.js"], options);
  });

  test("global", async () => {
    const { cwd, env } = project("pnpm-global");
    writeFileSync(join(env.HOME ?? "", ".npmrc"), npmrc);
    const home = folder("pnpm-global", "of pnpm");
    const options = { cwd, env: { ...env, PNPM_HOME: home, PATH: `${home}/bin:${home}:${PATH}` } };
    await need([PNPM, "add", "--global", "curfew"], options);
    await assertCommand(["curfew"], options);
  });

  test("without optional dependencies", async () => {
    const options = project("pnpm-omit", { ".npmrc": npmrc });
    await need([PNPM, "add", "--no-optional", "curfew"], options);
    await assertAdvice([join(options.cwd, "node_modules/.bin/curfew")], options);
  });
});

describe("Yarn", () => {
  const settings = [
    `npmRegistryServer: "${REGISTRY}"`,
    'unsafeHttpWhitelist: ["127.0.0.1"]',
    "enableTelemetry: false",
    "enableGlobalCache: false",
    "enableProgressBars: false",
  ].join("\n");

  test("Plug'n'Play", async () => {
    const files = { ".yarnrc.yml": `${settings}\nnodeLinker: pnp\n`, "yarn.lock": "" };
    const options = project("yarn-pnp", files);
    await need([NODE, YARN, "add", "curfew"], options);
    assert.ok(!existsSync(join(options.cwd, "node_modules/curfew")));
    await assertCommand([NODE, YARN, "run", "curfew"], options);
    await assertLibrary([NODE, YARN, "node", "main.js"], options);
  });

  test("node_modules", async () => {
    const files = { ".yarnrc.yml": `${settings}\nnodeLinker: node-modules\n`, "yarn.lock": "" };
    const options = project("yarn-modules", files);
    await need([NODE, YARN, "add", "curfew"], options);
    await assertCommand([join(options.cwd, "node_modules/.bin/curfew")], options);
    await assertLibrary([NODE, "main.js"], options);
  });
});

describe("Bun", () => {
  const files = { "bunfig.toml": `[install]\nregistry = "${REGISTRY}"\n` };

  test("local", async () => {
    const options = project("bun", files);
    await need([BUN, "add", "curfew"], options);
    await assertCommand([join(options.cwd, "node_modules/.bin/curfew")], options);
    await assertCommand([BUN, "run", "curfew"], options);
    await assertLibrary([BUN, "main.js"], options);
    await assertLibrary([NODE, "main.js"], options);
  });

  test("global", async () => {
    const { cwd, env } = project("bun-global", files);
    const home = folder("bun-global", "of bun");
    const options = { cwd, env: { ...env, BUN_INSTALL: home } };
    await need([BUN, "add", "--global", "curfew"], options);
    await assertCommand([join(home, "bin/curfew")], options);
  });

  const withBun = `${join(BUN, "..")}:/usr/bin:/bin`;
  const withoutOptional = async (name: string, PATH?: string) => {
    const { cwd, env } = project(name, files);
    await need([BUN, "add", "--omit=optional", "curfew"], { cwd, env });
    const command = [join(cwd, "node_modules/.bin/curfew")];
    await assertAdvice(command, { cwd, env: PATH === undefined ? env : { ...env, PATH } });
  };
  test("without optional dependencies", () => withoutOptional("bun-omit"));
  const hasNode = spawnSync("sh", ["-c", "command -v node"], { env: { PATH: withBun } });
  const skip = hasNode.status === 0 && "Node is among the programs of the system";
  test("the same without Node", { skip }, () => withoutOptional("bun-alone", withBun));
});
