// The library and the command as an npm package has them. What the library loads only when it is
// needed is a file of its own.
import { readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import type { BuildOptions } from "esbuild";
import { ROOT, StepFailed } from "../steps.ts";
import { declarationsOf } from "./declarations.ts";
import type { FileEntry } from "./layout.ts";

/** What `import { run } from "curfew"` loads. */
const LIBRARY = join(ROOT, "src/node/index.ts");
const COMMAND = join(ROOT, "src/node/binary/command.ts");

/** The files of the package `curfew` that run, and the types of the library. */
export async function libraryFiles(version: string): Promise<readonly FileEntry[]> {
  const [library, command, declarations] = await Promise.all([
    bundled(LIBRARY, "lib/index.js", { version, sourcemap: "linked" }),
    bundled(COMMAND, "bin/cli.js", { version, sourcemap: false }),
    declarationsOf(LIBRARY, join(ROOT, "build/declarations")),
  ]);
  const shell = readFileSync(join(ROOT, "packaging/npm/curfew"));
  return [
    { path: "bin/curfew", content: shell, isProgram: true },
    ...command,
    ...library,
    { path: "lib/index.d.ts", content: declarations },
  ];
}

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
    entryNames: basename(to, ".js"),
    chunkNames: "[name]-[hash]",
    splitting: true,
    // Where the source map counts from; nothing is written.
    outdir: dirname(to),
    write: false,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22",
    // Names stay: errors and stacks tell them.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    sourcemap,
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
