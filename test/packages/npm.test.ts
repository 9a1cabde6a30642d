// What `npm install curfew` gives, from a registry that has our packages alone: the command, the
// library, and a word of advice where the program is missing.
import assert from "node:assert/strict";
import { type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { build } from "esbuild";
import { ROOT } from "../cli/binary.ts";
import {
  copyOf,
  ENVIRONMENT,
  type Ended,
  FOLDER,
  FOREIGN_PROGRAM,
  folder,
  need,
  OTHER,
  OWN,
  run,
  script,
  TARBALLS,
  VERSION,
} from "./house.ts";
import { manifestOf } from "./registry.ts";

const LOCAL = folder("local");
const GLOBAL = folder("global");
const COMMAND = join(LOCAL, "node_modules/.bin/curfew");
const PROGRAM = `node_modules/@curfew/${OWN}/bin/curfew`;

/** A folder with what the sh half may need. */
const WITHOUT_NODE = folder("without node");
for (const name of ["uname", "readlink"]) {
  copyFileSync(join("/bin", name), join(WITHOUT_NODE, name));
}

before(async () => {
  const prefix = ["npm", "install", "--prefix"];
  await need([...prefix, LOCAL, "curfew"]);
  await need([...prefix, GLOBAL, "--global", "curfew"]);
});

/** Where the kernel tells its processor (Linux 6.1), no other program is needed. */
const ALONE = existsSync("/proc/sys/kernel/arch") ? { env: { PATH: "/nowhere" } } : {};

/** A command that ends with code 7 if it got its arguments as they are. */
const SEVEN = ["run", "--", "sh", "-c", '[ "$1" = "a  b*" ] && exit 7', "sh", "a  b*"];

/** One line on stderr with all of `words`; exit code 125. */
function assertAdvice({ code, stderr }: Ended, ...words: readonly (string | RegExp)[]): void {
  assert.equal(code, 125, stderr);
  assert.match(stderr, /^curfew: [^\n]+\n$/);
  for (const word of words) {
    if (typeof word === "string") assert.ok(stderr.includes(word), `${word} is not in: ${stderr}`);
    else assert.match(stderr, word);
  }
}

/** With the program or not at all: `auto` may do without it. */
const TOLD = `import { run } from "curfew";
  const { ok, error } = await run("true", { backend: "binary" });
  console.log(JSON.stringify([ok, error?.code, error?.message]));`;

/** What the library says in a folder: the same advice. */
async function assertNoBinary(cwd: string, word: string): Promise<void> {
  const { stdout, stderr } = await script(TOLD, cwd);
  assert.notEqual(stdout, "", stderr);
  const [ok, code, message] = JSON.parse(stdout);
  assert.deepEqual([ok, code], [false, "no_binary"], stdout);
  assert.ok(message.includes(word), message);
  assert.doesNotMatch(message, /\n/);
}

describe("the command", () => {
  test("installed locally: the program itself, found without another program", async () => {
    assert.match(await need([COMMAND, "--version"], ALONE), /\(curfew\) \d/);
    assert.equal((await run([COMMAND, ...SEVEN])).code, 7);
  });

  for (const shell of [
    ["dash"],
    ["bash", "--posix"],
    ["busybox", "sh"],
    ["zsh", "--emulate", "sh"],
  ]) {
    const skip =
      spawnSync(shell[0] ?? "", ["-c", ":"]).error === undefined ? false : "not installed";
    test(`where sh is ${shell[0]}`, { skip }, async () => {
      assert.equal((await run([...shell, COMMAND, ...SEVEN])).code, 7);
      const env = { CURFEW_BINARY: join(LOCAL, PROGRAM) };
      assert.equal((await run([...shell, COMMAND, ...SEVEN], { env })).code, 7);
    });
  }

  test("npx", async () => {
    assert.match(await need(["npx", "curfew", "--version"], { cwd: LOCAL }), /\(curfew\)/);
  });

  test("installed globally: the same, and its pages", async () => {
    const command = join(GLOBAL, "bin/curfew");
    assert.match(await need([command, "--version"], ALONE), /\(curfew\)/);
    assert.match(readFileSync(join(GLOBAL, "share/man/man1/curfew-run.1"), "utf8"), /^\.TH/m);
  });

  test("installed from the files of a release, without a registry", async () => {
    const cwd = folder("files");
    const names = ["curfew", `curfew-${OWN}`].map((name) => `${name}-${VERSION}.tgz`);
    for (const name of names) writeFileSync(join(cwd, name), TARBALLS.get(name) ?? "");
    const env = { npm_config_registry: "http://127.0.0.1:9", npm_config_fetch_retries: "0" };
    const install = ["npm", "install", ...names.map((name) => `./${name}`)];
    await need(install, { cwd, env });
    const command = join(cwd, "node_modules/.bin/curfew");
    assert.match(await need([command, "--version"], ALONE), /\(curfew\) \d/);
    const prefix = join(cwd, "prefix");
    await need([...install, "--global", "--prefix", prefix], { cwd, env });
    assert.match(await need([join(prefix, "bin/curfew"), "--version"], ALONE), /\(curfew\) \d/);
  });

  test("by its real path, from its own folder, and through another link", async () => {
    const bin = join(LOCAL, "node_modules/curfew/bin");
    assert.match(await need([join(bin, "curfew"), "--version"], ALONE), /\(curfew\)/);
    const here = { ...ALONE, cwd: bin };
    assert.match(await need(["/bin/sh", "curfew", "--version"], here), /\(curfew\)/);
    const link = join(folder("a link"), "curfew");
    symlinkSync(COMMAND, link);
    const found = await need([link, "--version"], { env: { PATH: WITHOUT_NODE } });
    assert.match(found, /\(curfew\)/);
  });
});

describe("the JavaScript half of the command", () => {
  /** CURFEW_BINARY is checked there. */
  const env = { CURFEW_BINARY: join(LOCAL, PROGRAM) };

  test("passes on arguments and exit code", async () => {
    assert.equal((await run([COMMAND, ...SEVEN], { env })).code, 7);
  });

  test("dies of the signal of which the command died", async () => {
    const { signal } = await run([COMMAND, "run", "sh", "-c", "kill -KILL $$"], { env });
    assert.equal(signal, "SIGKILL");
  });

  test("passes on a signal", async () => {
    const words = ["run", "--", "sh", "-c", "echo ready; exec sleep 1000"];
    const options = { env: { ...ENVIRONMENT, ...env }, stdio: ["ignore", "pipe", "inherit"] };
    const child = spawn(COMMAND, words, options as SpawnOptions);
    child.stdout?.once("data", () => child.kill("SIGTERM"));
    assert.deepEqual(await once(child, "exit"), [null, "SIGTERM"]);
  });
});

describe("advice", () => {
  test("nothing installed for any platform", async () => {
    const cwd = folder("omitted");
    await need(["npm", "install", "--prefix", cwd, "--omit=optional", "curfew"]);
    const ended = await run([join(cwd, "node_modules/.bin/curfew"), "run", "true"]);
    assertAdvice(ended, `@curfew/${OWN}`, "is not installed", "--include=optional");
    await assertNoBinary(cwd, "is not installed");
    // Where it is not required, the library does without the program, and says so once.
    const text = 'for (const word of ["a", "b"]) console.log((await run("echo", [word])).stdout);';
    const { stdout, stderr } = await script(`import { run } from "curfew"; ${text}`, cwd);
    assert.equal(stdout, "a\nb\n");
    assert.equal(stderr.match(/CURFEW_PORTABLE\] Warning: .* is not installed/g)?.length, 1);
  });

  test("installed for another platform", async () => {
    const cwd = copyOf(LOCAL, "other");
    rmSync(join(cwd, `node_modules/@curfew/${OWN}`), { recursive: true });
    const file = join(FOLDER, "other.tgz");
    writeFileSync(file, TARBALLS.get(`curfew-${OTHER}-${VERSION}.tgz`) ?? "");
    const place = folder(`other/node_modules/@curfew/${OTHER}`);
    await need(["tar", "-xzf", file, "-C", place, "--strip-components=1"]);
    const ended = await run([join(cwd, "node_modules/.bin/curfew"), "run", "true"]);
    assertAdvice(ended, `@curfew/${OTHER} is installed`, `needs @curfew/${OWN}`, "install again");
    await assertNoBinary(cwd, `@curfew/${OTHER}`);
  });

  test("the program may not be executed", async () => {
    const cwd = copyOf(LOCAL, "mode");
    chmodSync(join(cwd, PROGRAM), 0o644);
    const ended = await run([join(cwd, "node_modules/.bin/curfew"), "run", "true"]);
    assertAdvice(ended, join(cwd, PROGRAM), "chmod +x");
  });

  test("a file system that is mounted noexec", { skip: noMounts() }, async () => {
    const cwd = copyOf(LOCAL, "noexec");
    const mounted = 'mount -t tmpfs -o noexec none "$1" && cp "$2" "$1" && shift 2 && exec "$@"';
    const words = ["unshare", "--mount", "sh", "-ec", mounted, "sh"];
    const place = join(cwd, PROGRAM, "..");
    const command = [join(cwd, "node_modules/.bin/curfew"), "run", "true"];
    const ended = await run([...words, place, join(LOCAL, PROGRAM), ...command]);
    assertAdvice(ended, join(cwd, PROGRAM), "EACCES", "noexec", "CURFEW_BINARY");
  });

  test("a program for another processor, and none", async () => {
    const path = join(FOLDER, "foreign");
    writeFileSync(path, FOREIGN_PROGRAM, { mode: 0o755 });
    const foreign = await run([COMMAND, "run", "true"], { env: { CURFEW_BINARY: path } });
    assertAdvice(foreign, path, "no program for this machine", "CURFEW_BINARY");
    const absent = { CURFEW_BINARY: join(FOLDER, "absent") };
    assertAdvice(await run([COMMAND, "run", "true"], { env: absent }), "absent", "unset");
  });

  test("an existing file that the system does not find", async () => {
    const path = join(FOLDER, "no-interpreter");
    writeFileSync(path, "#!/nowhere/at/all\n", { mode: 0o755 });
    const ended = await run([COMMAND, "run", "true"], { env: { CURFEW_BINARY: path } });
    assertAdvice(ended, path, "no program for this machine");
  });

  for (const [format, bundle] of [
    ["esm", "main.mjs"],
    ["cjs", "main.cjs"],
  ] as const) {
    test(`bundled as ${format}`, async () => {
      const outfile = join(folder(`bundled-${format}`), bundle);
      const contents = `import { run } from "curfew";
        run("true", { backend: "binary" }).then(({ error }) => console.log(error.message));`;
      const stdin = { contents, resolveDir: LOCAL };
      await build({ stdin, outfile, format, bundle: true, platform: "node", logLevel: "silent" });
      const { stdout, stderr } = await run([process.execPath, outfile]);
      assert.match(stdout, /external: \["curfew"\]\)\n$/, stderr);
      assert.ok(stdout.includes(outfile), stdout);
    });
  }

  for (const [platform, word] of [
    ["win32", "WSL"],
    ["darwin", "prepare()"],
  ]) {
    test(`${platform}, which has no program`, async () => {
      const preload = join(FOLDER, `${platform}.cjs`);
      const value = JSON.stringify(platform);
      writeFileSync(preload, `Object.defineProperty(process, "platform", { value: ${value} });`);
      const command = join(LOCAL, "node_modules/curfew/bin/curfew");
      const ended = await run([process.execPath, "--require", preload, command, "run", "true"]);
      assertAdvice(ended, `no program of curfew for ${platform}-${process.arch}`, word ?? "");
      const { stdout } = await script(TOLD, LOCAL, process.execPath, "--require", preload);
      assert.match(stdout, new RegExp(`^\\[false,"no_binary","there is no program .*${platform}`));
    });
  }

  test("no engine that could say what is wrong", async () => {
    const cwd = copyOf(LOCAL, "no engine");
    rmSync(join(cwd, PROGRAM));
    const command = join(cwd, "node_modules/.bin/curfew");
    const ended = await run([command, "run", "true"], { env: { PATH: WITHOUT_NODE } });
    assertAdvice(ended, "install Node");
  });
});

function noMounts(): string | false {
  const words = ["--mount", "mount", "-t", "tmpfs", "none", "/mnt"];
  return spawnSync("unshare", words).status === 0 ? false : "cannot mount here";
}

describe("the library", () => {
  test("is imported, and required from CommonJS, without a warning", async () => {
    const imported = await script(TOLD, LOCAL);
    assert.deepEqual([imported.stdout, imported.stderr], ["[true,null,null]\n", ""]);
    const required = join(LOCAL, "required.cjs");
    writeFileSync(required, 'require("curfew").run("true").then(({ ok }) => console.log(ok));');
    const { stdout, stderr } = await run([process.execPath, required]);
    assert.deepEqual([stdout, stderr], ["true\n", ""]);
  });

  test("loads no more of Node than every run needs", async () => {
    const loaded =
      "process.moduleLoadList.filter((one) => / _?http|perf\\/performance$/.test(one))";
    const ran = 'import { run } from "curfew"; await run("true");';
    const { stdout } = await script(`${ran} console.log(${loaded});`, LOCAL);
    assert.equal(stdout, "[]\n");
  });

  test("has declarations that a strict project accepts", async () => {
    const cwd = copyOf(LOCAL, "types");
    symlinkSync(join(ROOT, "node_modules/@types"), join(cwd, "node_modules/@types"));
    const text = `import { run } from "curfew";
      const { ok } = await run("true", ["a"]);
      const isOk: boolean = ok;
      // @ts-expect-error: there is no such property.
      export const wrong = (await run("true")).nothing;
      export const right = isOk;\n`;
    writeFileSync(join(cwd, "main.ts"), text);
    const compilerOptions = {
      strict: true,
      module: "nodenext",
      target: "es2024",
      lib: ["es2024", "esnext.disposable"],
      types: [],
      noEmit: true,
      skipLibCheck: false,
      exactOptionalPropertyTypes: true,
    };
    writeFileSync(join(cwd, "package.json"), '{ "type": "module" }');
    writeFileSync(
      join(cwd, "tsconfig.json"),
      JSON.stringify({ compilerOptions, files: ["main.ts"] }),
    );
    await need([process.execPath, join(ROOT, "node_modules/typescript/bin/tsc"), "-p", cwd]);
  });

  test("shows its errors by their name", async () => {
    const text = 'import { run } from "curfew"; try { run("a", { timout: 1 }); } catch (error) {';
    const { stdout } = await script(`${text} console.log(error); }`, LOCAL);
    assert.match(stdout, /^CurfewError: .*timout/);
  });

  test("comes with source maps and needs nothing but Node", () => {
    const lib = join(LOCAL, "node_modules/curfew/lib");
    const files = readdirSync(lib);
    const scripts = files.filter((name) => /\.c?js$/.test(name));
    assert.ok(scripts.includes("index.js") && scripts.includes("portable.js"), scripts.join());
    // The budget of what an import loads.
    assert.ok(statSync(join(lib, "index.js")).size <= 40_000);
    for (const name of scripts) {
      const text = readFileSync(join(lib, name), "utf8");
      assert.ok(text.endsWith(`\n//# sourceMappingURL=${name}.map\n`), name);
      const from = [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(
        ([, to = ""]) => to,
      );
      const others = from.filter((to) => !to.startsWith("node:"));
      for (const other of others) assert.ok(files.includes(other.replace("./", "")), other);
      const map = readFileSync(join(lib, `${name}.map`), "utf8");
      // Sources, and what the bundler has put in.
      const { sources } = JSON.parse(map) as { readonly sources: readonly string[] };
      assert.ok(sources.every((source) => /^(?:\.\.\/|builtin:|on-demand:|<stdin>$)/.test(source)));
      assert.ok(!map.includes(ROOT));
    }
  });
});

describe("the manifests", () => {
  test("no scripts; exact versions; one command", async () => {
    for (const [file, content] of TARBALLS) {
      const manifest = await manifestOf(content);
      assert.equal(manifest.version, VERSION, file);
      assert.equal(manifest.scripts, undefined, file);
      assert.equal(manifest.dependencies, undefined, file);
      const isMain = manifest.name === "curfew";
      assert.equal(manifest.type, isMain ? "module" : "commonjs");
      assert.deepEqual(manifest.bin, isMain ? { curfew: "bin/curfew" } : undefined);
      const optional = { [`@curfew/${OWN}`]: VERSION, [`@curfew/${OTHER}`]: VERSION };
      assert.deepEqual(manifest.optionalDependencies, isMain ? optional : undefined);
    }
  });
});
