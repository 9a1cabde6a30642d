// Says whether the built program is older than what it is made from.
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../steps.ts";
import { commit } from "./commit.ts";

/** Everything that can change the program's bytes, except the compilers themselves. */
const INPUTS = [
  "package.json",
  "package-lock.json",
  "src/{core,linux}/**/*.ts",
  "native/{Cargo.toml,Cargo.lock,build.rs,layout.ld,.cargo/config.toml}",
  "native/src/**/*",
  "scripts/{steps,build/*}.ts",
  "packaging/licenses/*",
];

/** One text for the state of all inputs of one processor's program: names and contents. */
export function inputsNow(arch: string): string {
  const hash = createHash("sha256").update(`${arch} ${commit()}`);
  for (const file of globSync(INPUTS, { cwd: ROOT }).sort()) {
    const path = join(ROOT, file);
    if (statSync(path).isDirectory()) continue;
    const text = readFileSync(path);
    hash.update(`\0${file}\0${text.length}\0`).update(text);
  }
  return hash.digest("hex");
}

export function isFresh(stamp: string, inputs: string, products: readonly string[]): boolean {
  return (
    [stamp, ...products].every((path) => existsSync(path)) && readFileSync(stamp, "utf8") === inputs
  );
}

export function writeStamp(stamp: string, inputs: string): void {
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, inputs);
}
