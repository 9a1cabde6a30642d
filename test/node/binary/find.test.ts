// The program is found where package managers put its package, or it is known why it is not.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";
import { findBinary } from "../../../src/node/binary/find.ts";
import { foreignOf, refusalOf } from "../../../src/node/binary/missing.ts";
import { ownPlatform } from "../../../src/node/binary/place.ts";

const PARENT = realpathSync(mkdtempSync(join(tmpdir(), "curfew-find-")));
after(() => rmSync(PARENT, { recursive: true }));
/** A new one for each test: Node remembers what it has resolved. */
let FOLDER = "";
let MODULES = "";
let LIBRARY = "";
const OWN = ownPlatform();
const OTHER = OWN === "linux-x64" ? "linux-arm64" : "linux-x64";
const hidden = process.env.CURFEW_BINARY;

function write(path: string, content: string | Uint8Array): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

function program(modules: string, platform: string): string {
  return write(join(modules, `@curfew/${platform}/bin/curfew`), "");
}

function library(modules: string, platforms: readonly string[] = [OWN, OTHER]): void {
  const optionalDependencies = Object.fromEntries(
    platforms.map((platform) => [`@curfew/${platform}`, "1.2.3"]),
  );
  const exports = { ".": "./lib/index.js", "./package.json": "./package.json" };
  const manifest = { name: "curfew", type: "module", exports, optionalDependencies };
  write(join(modules, "curfew/package.json"), JSON.stringify(manifest));
}

const urlOf = (path: string): string => pathToFileURL(path).href;

beforeEach(() => {
  delete process.env.CURFEW_BINARY;
  FOLDER = mkdtempSync(join(PARENT, "app-"));
  MODULES = join(FOLDER, "node_modules");
  LIBRARY = join(MODULES, "curfew/lib/index.js");
});
after(() => {
  if (hidden !== undefined) process.env.CURFEW_BINARY = hidden;
});

test("beside the library, as npm and Bun install it", () => {
  library(MODULES);
  const path = program(MODULES, OWN);
  program(MODULES, OTHER);
  assert.deepEqual(findBinary(urlOf(LIBRARY)), { path });
});

test("below the library, as npm install --global does", () => {
  library(MODULES);
  const path = program(join(MODULES, "curfew/node_modules"), OWN);
  assert.deepEqual(findBinary(urlOf(LIBRARY)), { path });
});

test("from a bundle, where the library is still installed", () => {
  library(MODULES);
  const path = program(join(MODULES, "curfew/node_modules"), OWN);
  assert.deepEqual(findBinary(urlOf(join(FOLDER, "dist/main.js"))), { path });
});

test("in an archive of Electron's: beside it, where the system can execute it", () => {
  const modules = join(FOLDER, "app.asar/node_modules");
  library(modules);
  program(modules, OWN);
  const path = join(FOLDER, `app.asar.unpacked/node_modules/@curfew/${OWN}/bin/curfew`);
  assert.deepEqual(findBinary(urlOf(join(modules, "curfew/lib/index.js"))), { path });
});

test("CURFEW_BINARY wins, and is not looked at", () => {
  library(MODULES);
  program(MODULES, OWN);
  process.env.CURFEW_BINARY = "elsewhere/curfew";
  assert.deepEqual(findBinary(urlOf(LIBRARY)), { path: "elsewhere/curfew" });
  process.env.CURFEW_BINARY = "";
  assert.ok("path" in findBinary(urlOf(LIBRARY)));
});

const asOther = process.getuid?.() === 0 ? false : "needs root";

test("CURFEW_BINARY is ignored where real and effective user differ", { skip: asOther }, () => {
  const find = urlOf(join(import.meta.dirname, "../../../src/node/binary/find.ts"));
  for (const give of ["setuid", "setgid"]) {
    const text = `process.${give.replace("set", "sete")}(65534);
      const { findBinary } = await import(${JSON.stringify(find)});
      console.log(JSON.stringify(findBinary(undefined, "plan9-mips")));`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["--input-type=module", "--disable-warning=ExperimentalWarning", "-e", text],
      { encoding: "utf8", env: { ...process.env, CURFEW_BINARY: "evil" } },
    );
    assert.match(stdout, /"unsupported"/, stderr);
  }
});

test("another platform's package is there", () => {
  library(MODULES);
  program(MODULES, OTHER);
  assert.deepEqual(findBinary(urlOf(LIBRARY)), {
    missing: { why: "other_platform", needed: OWN, present: OTHER },
  });
});

test("no package is there", () => {
  library(MODULES);
  assert.deepEqual(findBinary(urlOf(LIBRARY)), { missing: { why: "not_installed", needed: OWN } });
});

test("bundled, and no library is installed", () => {
  const bundle = join(FOLDER, "dist/main.js");
  const missing = { why: "bundled", needed: OWN, bundle };
  assert.deepEqual(findBinary(urlOf(bundle)), { missing });
  // Another project's package.json is above.
  write(join(FOLDER, "package.json"), '{ "name": "app", "optionalDependencies": {} }');
  assert.deepEqual(findBinary(urlOf(bundle)), { missing });
});

test("bundled as CommonJS: the bundle has a path", () => {
  const bundle = join(FOLDER, "dist/main.cjs");
  assert.deepEqual(findBinary(bundle), { missing: { why: "bundled", needed: OWN, bundle } });
  library(MODULES);
  const path = program(MODULES, OWN);
  assert.deepEqual(findBinary(join(FOLDER, "dist/other.cjs")), { path });
});

test("unsupported, or left out of this release", () => {
  library(MODULES, [OWN]);
  const missing = (platform: string, supported: readonly string[]) => ({
    missing: { why: "unsupported", platform, supported },
  });
  const everywhere = ["linux-x64", "linux-arm64"];
  assert.deepEqual(findBinary(urlOf(LIBRARY), "sunos-x64"), missing("sunos-x64", everywhere));
  assert.deepEqual(findBinary(urlOf(LIBRARY), OTHER), missing(OTHER, [OWN]));
});

const PATH = join(PARENT, "program");

test("why it was refused", () => {
  rmSync(PATH, { force: true });
  assert.deepEqual(refusalOf(PATH, "ENOENT"), { why: "not_installed", needed: OWN });
  process.env.CURFEW_BINARY = PATH;
  assert.deepEqual(refusalOf(PATH, "ENOENT"), { why: "absent", path: PATH });
  write(PATH, "");
  const foreign = { why: "foreign", path: PATH, platform: OWN };
  assert.deepEqual(refusalOf(PATH, "ENOENT"), foreign);
  assert.deepEqual(refusalOf(PATH, "ENOEXEC"), foreign);
  chmodSync(PATH, 0o644);
  assert.deepEqual(refusalOf(PATH, "EACCES"), { why: "not_executable", path: PATH });
  chmodSync(PATH, 0o755);
  for (const errno of ["EACCES", "EPERM"]) {
    assert.deepEqual(refusalOf(PATH, errno), { why: "noexec", path: PATH, errno });
  }
  assert.deepEqual(refusalOf(PARENT, "EACCES"), { why: "absent", path: PARENT });
  assert.equal(refusalOf(PATH, "EAGAIN"), undefined);
});

/** The first bytes of an ELF file of `machine`. */
function elf(machine: number): Buffer {
  const header = Buffer.alloc(64);
  header.write("\x7fELF", "latin1");
  header.writeUInt16LE(machine, 18);
  return header;
}

test("a program of another processor, or no program, is foreign", () => {
  assert.equal(foreignOf(process.execPath), undefined);
  for (const content of [elf(8), elf(62).subarray(0, 19), "text", ""]) {
    assert.equal(foreignOf(write(PATH, content))?.why, "foreign");
  }
  assert.equal(foreignOf(write(PATH, "#!/bin/sh\n")), undefined);
  assert.equal(foreignOf(join(PARENT, "nothing")), undefined);
});
