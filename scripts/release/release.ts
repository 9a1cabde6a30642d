// `npm run release`: makes dist/release/, what a person downloads.
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { productVersion } from "../build/cargo.ts";
import { componentsIn } from "../build/components.ts";
import { main, ROOT, say, step } from "../steps.ts";
import { billOfMaterials, type Program } from "./bill.ts";
import { DEBIAN, debOf, gzipped } from "./deb.ts";
import { type Built, builtFor, type Entry, installation, releaseDate } from "./layout.ts";
import { npmPackages } from "./npm.ts";
import { buildAll } from "./programs.ts";
import { tarOf } from "./tar.ts";

const FOLDER = join(ROOT, "dist/release");

type Release = { readonly version: string; readonly date: string };

/** What is made for one processor: the files by their names, and its part of the bill. */
type Made = { readonly files: ReadonlyMap<string, Buffer>; readonly program: Program };

await main(async () => {
  // Nothing that we make depends on the caller's.
  process.umask(0o022);
  const targets = await buildAll();
  const version = await productVersion();
  const release = { version, date: releaseDate(version) };
  const files = await step("release", async () => {
    const programs = new Map(targets.map(({ arch }) => [arch, builtFor(arch)]));
    const made = await Promise.all(
      [...programs].map(([arch, built]) => filesFor(arch, built, release)),
    );
    const packages = await npmPackages({ version, programs });
    const all = new Map([...made.flatMap((one) => [...one.files]), ...packages]);
    const bill = billOfMaterials({ ...release, programs: made.map(({ program }) => program) });
    all.set(`curfew-${version}.spdx.json`, Buffer.from(bill));
    all.set("SHA256SUMS", Buffer.from(sumsOf(all)));
    return all;
  });
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const [file, content] of files) {
    writeFileSync(join(FOLDER, file), content);
    say(`dist/release/${file}`);
  }
  return 0;
});

async function filesFor(arch: string, built: Built, release: Release): Promise<Made> {
  const { version, date } = release;
  const entries = await installation(built);
  const time = Date.parse(date) / 1000;
  const name = `curfew-${version}-linux-${arch}`;
  const archive = `${name}.tar.gz`;
  const placed = entries.map((entry): Entry => ({ ...entry, path: `${name}/${entry.path}` }));
  const architecture = DEBIAN[arch] ?? arch;
  const content = gzipped(await tarOf(placed, time, false));
  const files = new Map([
    [archive, content],
    [
      `curfew_${version}_${architecture}.deb`,
      await debOf(entries, { version, architecture, time }),
    ],
  ]);
  const components = componentsIn(arch);
  return { files, program: { arch, archive, sha256: digest(content), components } };
}

function digest(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

function sumsOf(files: ReadonlyMap<string, Buffer>): string {
  return [...files].map(([file, content]) => `${digest(content)}  ${file}\n`).join("");
}
