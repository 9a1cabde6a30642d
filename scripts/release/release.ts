// `npm run release`: makes dist/release/, what a person downloads.
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, PRODUCT } from "../build/build.ts";
import { productVersion } from "../build/cargo.ts";
import { main, ROOT, say, step } from "../steps.ts";
import { debOf, gzipped } from "./deb.ts";
import type { Entry } from "./layout.ts";
import { installation, releaseDate } from "./layout.ts";
import { tarOf } from "./tar.ts";

const FOLDER = join(ROOT, "dist/release");

/** The processors: as we name them, and as Debian does. */
const DEBIAN: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

await main(async () => {
  await build();
  const version = await productVersion();
  const time = Date.parse(releaseDate(version)) / 1000;
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const made = new Map<string, Buffer>();
  await step("release", async () => {
    const entries = await installation(PRODUCT);
    const name = `curfew-${version}-linux-${process.arch}`;
    made.set(
      `${name}.tar.gz`,
      gzipped(
        await tarOf(
          entries.map((one) => below(name, one)),
          time,
        ),
      ),
    );
    const architecture = DEBIAN[process.arch] ?? process.arch;
    const about = { version, architecture, time };
    made.set(`curfew_${version}_${architecture}.deb`, await debOf(entries, about));
    made.set("SHA256SUMS", Buffer.from(sumsOf(made)));
    for (const [file, content] of made) writeFileSync(join(FOLDER, file), content);
  });
  for (const file of made.keys()) say(`dist/release/${file}`);
  return 0;
});

function below(folder: string, entry: Entry): Entry {
  return { ...entry, path: `${folder}/${entry.path}` };
}

function sumsOf(files: ReadonlyMap<string, Buffer>): string {
  return [...files]
    .map(([file, content]) => `${createHash("sha256").update(content).digest("hex")}  ${file}\n`)
    .join("");
}
