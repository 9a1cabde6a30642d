// The npm package of the program for one processor.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Target } from "../build/target.ts";
import { need, ROOT } from "../steps.ts";
import type { Entry, FileEntry } from "./layout.ts";
import { builtFor, installation } from "./layout.ts";
import { put } from "./put.ts";

/** Where `npm run package` puts them. */
export const PACKAGES: string = join(ROOT, "dist/npm");

/** Writes the package to PACKAGES; gives the name of the file. */
export async function pack(target: Target, version: string): Promise<string> {
  const { arch } = target;
  const stage = join(ROOT, `build/npm/linux-${arch}`);
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(PACKAGES, { recursive: true });
  const all = await installation(builtFor(arch));
  const entries = all.flatMap(inPackage);
  for (const entry of entries) put(stage, entry);
  const text = JSON.stringify(manifest(arch, version, entries), null, 2);
  put(stage, { path: "package.json", content: `${text}\n` });
  const words = ["npm", "pack", "--silent", "--pack-destination", PACKAGES];
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
