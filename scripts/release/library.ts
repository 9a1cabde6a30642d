// The library and the command as an npm package has them. Each is one file. What the library loads
// only when it is needed is a file of its own, with its own copy of what both use: two files that
// share a third would make the first import slower.
import { readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import type { BuildOptions, Plugin, StdinOptions } from "esbuild";
import { ROOT, StepFailed } from "../steps.ts";
import { declarationsOf } from "./declarations.ts";
import type { FileEntry } from "./layout.ts";
import {
  NEEDED_ROWS,
  ON_DEMAND_BEGIN,
  ON_DEMAND_END,
  ON_DEMAND_FILE,
  onDemandEntry,
  REQUIRED_LATER,
  SHARING,
  withRequire,
} from "./on-demand.ts";

/** What `import { run } from "curfew"` loads. */
const LIBRARY = join(ROOT, "src/node/index.ts");
const COMMAND = join(ROOT, "src/node/binary/command.ts");
/** The class of all errors: there is one of it, and later files take it from the first. */
const ERRORS = join(ROOT, "src/node/result/result.ts");

/** The files of the package `curfew` that run, and the types of the library. */
export async function libraryFiles(version: string): Promise<readonly FileEntry[]> {
  const [library, command, declarations] = await Promise.all([
    libraryScripts(version),
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

/**
 * The library: the file that is imported, what it requires on demand, and a file for each
 * `import()` in the sources.
 */
export async function libraryScripts(version: string): Promise<readonly FileEntry[]> {
  const later: string[] = [];
  const apart = separately((source) => {
    if (!later.includes(source)) later.push(source);
  });
  const common = { version, sourcemap: "linked" } as const;
  const plugins = [apart, REQUIRED_LATER, NEEDED_ROWS];
  const first = await bundled(LIBRARY, join("lib", fileOf(LIBRARY)), { ...common, plugins });
  const files: FileEntry[] = first.map(({ path, content }) => {
    return { path, content: withRequire(Buffer.from(content).toString("utf8")) };
  });
  files.push(...(await onDemand({ ...common, plugins: [apart, SHARING] })));
  // esbuild asks for them in no certain order.
  for (const entry of later.toSorted()) {
    const options = { ...common, plugins: [apart, SAME_ERRORS] };
    files.push(...(await bundled(entry, join("lib", fileOf(entry)), options)));
  }
  return files;
}

function onDemand(options: Bundling): Promise<readonly FileEntry[]> {
  const stdin = { contents: onDemandEntry(), resolveDir: dirname(LIBRARY) };
  return bundled(stdin, join("lib", ON_DEMAND_FILE), {
    ...options,
    format: "cjs",
    banner: { js: ON_DEMAND_BEGIN },
    footer: { js: ON_DEMAND_END },
  });
}

/** `src/node/ready/ready.ts` is ready.js. */
function fileOf(source: string): string {
  return basename(source).replace(/\.ts$/, ".js");
}

/** Leaves what is imported later where it is, and tells what that is. */
function separately(found: (source: string) => void): Plugin {
  return {
    name: "separately",
    setup: (build) => {
      build.onResolve({ filter: /^\./ }, ({ kind, path, importer }) => {
        if (kind !== "dynamic-import") return undefined;
        const source = join(dirname(importer), path);
        found(source);
        return { path: `./${fileOf(source)}`, external: true };
      });
    },
  };
}

/** A caller's `instanceof` is about the class of the file that the caller has imported. */
const SAME_ERRORS: Plugin = {
  name: "same errors",
  setup: (build) => {
    const isErrors = new RegExp(`/${basename(ERRORS)}$`);
    build.onResolve({ filter: isErrors }, ({ path, importer }) => {
      const isOurs = join(dirname(importer), path) === ERRORS;
      return isOurs ? { path: `./${fileOf(LIBRARY)}`, external: true } : undefined;
    });
  },
};

type Bundling = Pick<BuildOptions, "plugins" | "format" | "banner" | "footer"> & {
  readonly version: string;
  readonly sourcemap: "linked" | false;
};

/** The bundle and, where it is wanted, its source map, which contains the sources. */
async function bundled(
  entry: string | StdinOptions,
  to: string,
  { version, ...more }: Bundling,
): Promise<readonly FileEntry[]> {
  // Loaded only when needed: `make install` does without.
  const esbuild = await import("esbuild");
  const options: BuildOptions = {
    absWorkingDir: ROOT,
    ...(typeof entry === "string" ? { entryPoints: [entry] } : { stdin: entry }),
    // Where the source map counts from; nothing is written.
    outfile: to,
    write: false,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22",
    // An import takes as long as its files have bytes; the source map has the names.
    minify: true,
    // For an error that is not caught, Node prints the whole line in which it was made.
    lineLimit: 120,
    legalComments: "none",
    ...more,
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
