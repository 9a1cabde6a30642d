// The library and the command as an npm package has them: each is one file. What the library loads
// only when it is needed is a file of its own, with its own copy of what both use: two files that
// share a third would make the first import slower.
import { readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import type { BuildOptions, Plugin } from "esbuild";
import { ROOT, StepFailed } from "../steps.ts";
import { declarationsOf } from "./declarations.ts";
import type { FileEntry } from "./layout.ts";

/** What `import { run } from "curfew"` loads. */
const LIBRARY = join(ROOT, "src/node/index.ts");
/** What it loads later: the source, which nothing else may import in one go, and its file. */
const LATER = join(ROOT, "src/node/portable/portable.ts");
const LATER_FILE = "./portable.js";
const COMMAND = join(ROOT, "src/node/binary/command.ts");

/** The files of the package `curfew` that run, and the types of the library. */
export async function libraryFiles(version: string): Promise<readonly FileEntry[]> {
  const [library, later, command, declarations] = await Promise.all([
    bundled(LIBRARY, "lib/index.js", { version, sourcemap: "linked" }),
    bundled(LATER, join("lib", LATER_FILE), { version, sourcemap: "linked" }),
    bundled(COMMAND, "bin/cli.js", { version, sourcemap: false }),
    declarationsOf(LIBRARY, join(ROOT, "build/declarations")),
  ]);
  const shell = readFileSync(join(ROOT, "packaging/npm/curfew"));
  return [
    { path: "bin/curfew", content: shell, isProgram: true },
    ...command,
    ...library,
    ...later,
    { path: "lib/index.d.ts", content: declarations },
  ];
}

/** Leaves what is loaded later where it is. */
const LOADED_LATER: Plugin = {
  name: "loaded later",
  setup: (build) => {
    const filter = new RegExp(`/${basename(LATER).replace(".", "\\.")}$`);
    build.onResolve({ filter }, ({ kind }) => {
      return kind === "dynamic-import" ? { path: LATER_FILE, external: true } : undefined;
    });
  },
};

type Bundling = { readonly version: string; readonly sourcemap: "linked" | false };

/** The bundle and, where it is wanted, its source map, which contains the sources. */
async function bundled(
  entry: string,
  to: string,
  { version, sourcemap }: Bundling,
): Promise<readonly FileEntry[]> {
  // Loaded only when needed: `make install` does without.
  const esbuild = await import("esbuild");
  const options: BuildOptions = {
    absWorkingDir: ROOT,
    entryPoints: [entry],
    // Where the source map counts from; nothing is written.
    outfile: to,
    write: false,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22",
    // An import takes as long as its files have bytes; the source map has the names.
    minify: true,
    // Node prints the whole line in which an error was made that nobody has caught.
    lineLimit: 120,
    legalComments: "none",
    sourcemap,
    plugins: [LOADED_LATER],
    define: { __VERSION__: JSON.stringify(version) },
    logLevel: "silent",
    tsconfigRaw: {},
  };
  try {
    const { outputFiles = [] } = await esbuild.build(options);
    return outputFiles.map(({ path, contents }) => {
      return { path: relative(ROOT, path), content: contents };
    });
  } catch (error) {
    throw new StepFailed((error as Error).message);
  }
}
