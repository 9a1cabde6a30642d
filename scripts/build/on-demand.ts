// What few runs need is not frozen as objects, which take several times the room of their code: the
// bundle has a second script, whose bytecode the program runs once one of its functions is called.
// The sources know nothing of it. What both scripts import is in both.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin, StdinOptions } from "esbuild";
import { ROOT, StepFailed } from "../steps.ts";

/** The sources that it is made of. Others call their functions, and take no values of them. */
const ON_DEMAND = [
  "core/cli/advice.ts",
  "core/cli/config/configure.ts",
  "core/cli/config/listing.ts",
  "core/cli/config/merge.ts",
  "core/cli/help.ts",
  "linux/commands/doctor/doctor.ts",
  "linux/commands/inspect/inspect.ts",
  "linux/commands/show/show.ts",
].map((source) => join(ROOT, "src", source));

/** The functions of a source. */
type Functions = { readonly path: string; readonly names: readonly string[] };

const EXPORTED = /^export function (\w+)/gm;

function functionsOf(path: string): Functions {
  const names = [...readFileSync(path, "utf8").matchAll(EXPORTED)].map(([, name = ""]) => name);
  if (names.length === 0) throw new StepFailed(`${path} has no functions to load on demand`);
  return { path, names };
}

/** How the first script names a function of the second. */
const placeOf = (path: string, name: string): string => `f${ON_DEMAND.indexOf(path)}${name}`;

/** The second script leaves its functions in a global. */
export function onDemandEntry(): StdinOptions {
  const lines = ON_DEMAND.map(functionsOf).flatMap(({ path, names }) =>
    names.map((name) => [
      `import { ${name} as ${placeOf(path, name)} } from ${JSON.stringify(path)};`,
      placeOf(path, name),
    ]),
  );
  const imports = lines.map(([line]) => line);
  const places = lines.map(([, place]) => place);
  const contents = [...imports, `globalThis.${LOADER} = { ${places.join(", ")} };`].join("\n");
  return { contents, resolveDir: ROOT };
}

const LOADER = "onDemand";
const WINDOW = join(ROOT, "src/linux/kernel/window.ts");

/** For the first script: functions that load the second stand for those sources. */
export const LOADED_LATER: Plugin = {
  name: "loaded later",
  setup: (build) => {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (!ON_DEMAND.includes(path)) return undefined;
      const stand = (name: string) =>
        `export const ${name} = (...given) => ${LOADER}().${placeOf(path, name)}(...given);`;
      const lines = functionsOf(path).names.map(stand);
      const contents = [`import { ${LOADER} } from "${LOADER}";`, ...lines].join("\n");
      return { contents, loader: "js", resolveDir: ROOT };
    });
    build.onResolve({ filter: new RegExp(`^${LOADER}$`) }, ({ path }) => ({
      path,
      namespace: LOADER,
    }));
    build.onLoad({ filter: /./, namespace: LOADER }, () => {
      const contents = `
        import { sys } from ${JSON.stringify(WINDOW)};
        export function ${LOADER}() {
          if (globalThis.${LOADER} === undefined) sys.loadOnDemand();
          return globalThis.${LOADER};
        }`;
      return { contents, loader: "js", resolveDir: ROOT };
    });
  },
};
