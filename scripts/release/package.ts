// `npm run package`: makes dist/npm/, an npm package with the program for each processor.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { productVersion } from "../build/cargo.ts";
import type { Target } from "../build/target.ts";
import { main, need, ROOT, say, step } from "../steps.ts";
import { componentsOf, licensesText } from "./components.ts";
import type { Entry, FileEntry } from "./layout.ts";
import { installation } from "./layout.ts";
import { buildAll } from "./programs.ts";
import { put } from "./put.ts";

const FOLDER = join(ROOT, "dist/npm");

await main(async () => {
  // Of what we make, nothing depends on the caller's.
  process.umask(0o022);
  const targets = await buildAll();
  const version = await productVersion();
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const target of targets) {
    const file = await step(`package ${target.arch}`, () => pack(target, version));
    say(`dist/npm/${file}`);
  }
  return 0;
});

/** Gives the name of the package's file. */
async function pack(target: Target, version: string): Promise<string> {
  const { arch } = target;
  const stage = join(ROOT, `build/npm/linux-${arch}`);
  rmSync(stage, { recursive: true, force: true });
  const all = await installation(arch, licensesText(await componentsOf(target)));
  const entries = all.flatMap(inPackage);
  for (const entry of entries) put(stage, entry);
  const text = JSON.stringify(manifest(arch, version, entries), null, 2);
  put(stage, { path: "package.json", content: `${text}\n` });
  const words = ["npm", "pack", "--silent", "--pack-destination", FOLDER];
  return (await need(words, { cwd: stage })).trim();
}

/** npm has places of its own for pages and documents, and none for completions. */
function inPackage(entry: Entry): readonly FileEntry[] {
  if ("to" in entry) return [];
  const { path } = entry;
  if (path.startsWith("bin/")) return [entry];
  if (path.startsWith("share/man/"))
    return [{ ...entry, path: path.replace(/^share\/man\/man\d/, "man") }];
  return path.startsWith("share/doc/") ? [{ ...entry, path: path.replace(/^.*\//, "") }] : [];
}

function manifest(arch: string, version: string, entries: readonly FileEntry[]): object {
  const pages = entries.map(({ path }) => path).filter((path) => path.startsWith("man/"));
  return {
    name: `@curfew/linux-${arch}`,
    version,
    description: `The program of curfew for Linux on ${arch}`,
    license: "MIT",
    os: ["linux"],
    cpu: [arch],
    // npm links to the program itself: it starts without Node.
    bin: { curfew: "bin/curfew" },
    man: pages.map((path) => `./${path}`),
    files: ["bin", "man", "CHANGELOG.md", "THIRD-PARTY-LICENSES"],
    preferUnplugged: true,
  };
}
