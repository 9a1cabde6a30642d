// The npm packages: `curfew` with the library and the command, and one with the program for each
// processor. None has an install script.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { manPages } from "../man/man.ts";
import { ROOT } from "../steps.ts";
import { gzipped } from "./deb.ts";
import { type Built, type FileEntry, releaseDate } from "./layout.ts";
import { libraryFiles } from "./library.ts";
import { tarOf } from "./tar.ts";

/** Where `npm run package` puts them. */
export const PACKAGES: string = join(ROOT, "dist/npm");

/** The files of packages, each by its name. */
export type Tarballs = ReadonlyMap<string, Buffer>;

/** What they are made of: `programs` has what was built for each processor. */
export type Making = {
  readonly version: string;
  readonly programs: ReadonlyMap<string, Built>;
};

/** All packages of a release. Those with a program come first: they are published first. */
export async function npmPackages(making: Making): Promise<Tarballs> {
  const { version, programs } = making;
  const made = new Map<string, Buffer>();
  for (const [arch, built] of programs) {
    made.set(`curfew-linux-${arch}-${version}.tgz`, await programPackage(version, arch, built));
  }
  made.set(`curfew-${version}.tgz`, await mainPackage(making));
  return made;
}

/** Makes PACKAGES anew. */
export function writePackages(tarballs: Tarballs): void {
  rmSync(PACKAGES, { recursive: true, force: true });
  mkdirSync(PACKAGES, { recursive: true });
  for (const [file, content] of tarballs) writeFileSync(join(PACKAGES, file), content);
}

/** Keys that all packages have. */
const COMMON = {
  license: "MIT",
  publishConfig: { access: "public", provenance: true },
} as const;

async function programPackage(version: string, arch: string, built: Built): Promise<Buffer> {
  const manifest = {
    name: `@curfew/linux-${arch}`,
    version,
    description: `The program of curfew for Linux on ${arch}`,
    ...COMMON,
    type: "commonjs",
    os: ["linux"],
    cpu: [arch],
    // The command is the package curfew's. Yarn must not leave the program in an archive.
    preferUnplugged: true,
  };
  return tarball(manifest, [
    { path: "bin/curfew", content: built.program, isProgram: true },
    { path: "THIRD-PARTY-LICENSES", content: built.licenses },
    {
      path: "README.md",
      content: `# ${manifest.name}\n\n${manifest.description}: install curfew.\n`,
    },
    ...documents(["LICENSE"]),
  ]);
}

async function mainPackage({ version, programs }: Making): Promise<Buffer> {
  const release = { version, date: releaseDate(version) };
  const pages = [...manPages(release)].map(([path, content]) => {
    return { path: path.replace(/^man\d/, "man"), content };
  });
  const names = [...programs.keys()].map((arch) => [`@curfew/linux-${arch}`, version]);
  const manifest = {
    name: "curfew",
    version,
    description:
      "Runs a command, enforces a time limit, and makes sure that every process it started is gone",
    ...COMMON,
    type: "module",
    engines: { node: ">=22.3" },
    // For tools that do not know "exports".
    main: "./lib/index.js",
    types: "./lib/index.d.ts",
    exports: {
      ".": { types: "./lib/index.d.ts", default: "./lib/index.js" },
      "./package.json": "./package.json",
    },
    bin: { curfew: "bin/curfew" },
    man: pages.map(({ path }) => `./${path}`),
    sideEffects: false,
    optionalDependencies: Object.fromEntries(names),
  };
  const schemas = readdirSync(join(ROOT, "schemas")).map((name) => `schemas/${name}`);
  return tarball(manifest, [
    ...(await libraryFiles(version)),
    ...pages,
    ...documents(["README.md", "CHANGELOG.md", "LICENSE", ...schemas.sort()]),
  ]);
}

function documents(paths: readonly string[]): readonly FileEntry[] {
  return paths.map((path) => ({ path, content: readFileSync(join(ROOT, path)) }));
}

/** As npm reads it; its bytes depend on the version of no npm. */
async function tarball(
  manifest: { readonly version: string },
  entries: readonly FileEntry[],
): Promise<Buffer> {
  const text = JSON.stringify(manifest, null, 2);
  const all = [{ path: "package.json", content: `${text}\n` }, ...entries];
  const placed = all.map((entry) => ({ ...entry, path: `package/${entry.path}` }));
  const time = Date.parse(releaseDate(manifest.version)) / 1000;
  return gzipped(await tarOf(placed, time, false));
}
