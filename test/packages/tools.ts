// The package managers, engines and checkers of tools/package.json, installed once for each state
// of its lock file, with the user's own npm and its configuration.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../cli/binary.ts";

const LISTED = join(import.meta.dirname, "tools");
const INSTALLED = join(ROOT, "build/package-tools");
const MODULES = join(INSTALLED, "node_modules");
const STAMP = join(INSTALLED, "installed");

/** The Nodes that the package supports, by their names in tools/package.json. */
export const NODES = ["node22", "node24", "node26"] as const;
export type NodeName = (typeof NODES)[number];

const { arch } = process;
/** Bun names processors as the kernel does. */
const MACHINE = arch === "arm64" ? "aarch64" : arch;

export const BUN: string = join(MODULES, `@oven/bun-linux-${MACHINE}/bin/bun`);
export const DENO: string = join(MODULES, `@deno/linux-${arch}-glibc/deno`);
export const PNPM: string = join(MODULES, `@pnpm/exe.linux-${arch}/pnpm`);
export const NPM: string = join(MODULES, "npm/bin/npm-cli.js");
export const YARN: string = join(MODULES, "@yarnpkg/cli-dist/bin/yarn.js");
export const PUBLINT: string = join(MODULES, "publint/src/cli.js");
export const ATTW: string = join(MODULES, "@arethetypeswrong/cli/dist/index.js");

/** The folder of one of the Nodes, to be put into PATH. */
export function nodeFolder(name: NodeName): string {
  return join(MODULES, `${name}-${arch}/bin`);
}

export function nodeOf(name: NodeName): string {
  return join(nodeFolder(name), "node");
}

/** Downloads them where they are not there yet. */
export function installTools(): void {
  const lock = readFileSync(join(LISTED, "package-lock.json"), "utf8");
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === lock) return;
  mkdirSync(INSTALLED, { recursive: true });
  for (const file of ["package.json", "package-lock.json", ".npmrc"]) {
    copyFileSync(join(LISTED, file), join(INSTALLED, file));
  }
  // `npm test` runs inside of npm, which tells npm where its own package is.
  const own = Object.keys(process.env).filter((name) => /^npm_(package|config_local)/.test(name));
  const env = { ...process.env, ...Object.fromEntries(own.map((name) => [name, undefined])) };
  const words = ["ci", "--loglevel=error", "--include=optional"];
  const options = { cwd: INSTALLED, env, encoding: "utf8" } as const;
  const { status, stdout, stderr } = spawnSync("npm", words, options);
  if (status !== 0) throw new Error(`npm ci of test/packages/tools: ${stdout}${stderr}`);
  writeFileSync(STAMP, lock);
}
