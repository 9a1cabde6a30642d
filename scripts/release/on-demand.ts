// Parts of the library that most runs do without, but that a call must have before it returns: what
// is thrown at once, runSync, unusual streams. They are one file that the library requires when one
// of their functions is called, so that an import does not load them. The sources know nothing of
// it.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "esbuild";
import { ROOT, StepFailed } from "../steps.ts";

const SOURCES = join(ROOT, "src/node");
const IS_SOURCE = /\.ts$/;

/** The file, beside the library's. */
export const ON_DEMAND_FILE = "more.cjs";

/** The sources that it is made of. They export functions only. */
const ON_DEMAND = [
  "backend/portable.ts",
  "binary/advice.ts",
  "binary/missing.ts",
  "builtin/open.ts",
  "input/chunks.ts",
  "kill-tree.ts",
  "listeners.ts",
  "options/extension.ts",
  "options/keep.ts",
  "options/local-path.ts",
  "options/misuse.ts",
  "options/date-timeout.ts",
  "options/pty.ts",
  "options/ready.ts",
  "options/stdin-end.ts",
  "options/streams.ts",
  "options/terminal-size.ts",
  "output/gap.ts",
  "output/receiver.ts",
  "output/web-stream.ts",
  "prepare.ts",
  "ready/condition.ts",
  "result/failure.ts",
  "run-sync.ts",
  "run/defaults.ts",
  "run/answers.ts",
  "run/inspection.ts",
  "run/iterate.ts",
  "run/output.ts",
  "run/pipe.ts",
  "run/reason.ts",
  "run/refused.ts",
  "way/ancestry.ts",
  "way/direct-sync.ts",
  "wrap.ts",
];

/** Rows of the core. The library needs a few, and of these what reads a text. */
const ROWS = join(ROOT, "src/core/cli/options/values.ts");

/**
 * Leaves out their words for documents and messages, and says of each row that making it has no
 * effect: else a bundler keeps all that spread another one.
 */
export const NEEDED_ROWS: Plugin = {
  name: "needed rows",
  setup: (build) => {
    build.onLoad({ filter: IS_SOURCE }, ({ path }) => {
      if (path !== ROWS) return undefined;
      const row = /^(export const \w+: [^=]+ = )(\{$[\s\S]*?^\});$/gm;
      const words = /^ {2}(?:metavar|code|expected|choices): .*,$/gm;
      const text = readFileSync(path, "utf8").replace(words, "");
      const contents = text.replace(row, "$1/* @__PURE__ */ (() => ($2))();");
      return { contents, loader: "ts" };
    });
  },
};

/** What it takes from the library itself: the class of its errors, and what is known only once. */
const SHARED = ["backend/backend.ts", "result/result.ts", "way/binary.ts"];

/** What the file exports. */
export function onDemandEntry(): string {
  return ON_DEMAND.map((source) => `export * from ${JSON.stringify(`./${source}`)};`).join("\n");
}

/** The file is a function of what it shares with the library. */
export const ON_DEMAND_BEGIN =
  "module.exports=(__shared,__builtin)=>{const module={exports:{}};const exports=module.exports;";
export const ON_DEMAND_END = "return module.exports;};";

/** For that file: what is shared comes from the library, and so do the modules of Node. */
export const SHARING: Plugin = {
  name: "sharing",
  setup: (build) => {
    build.onLoad({ filter: IS_SOURCE }, ({ path }) => {
      const at = SHARED.findIndex((source) => join(SOURCES, source) === path);
      if (at < 0) return undefined;
      const names = exportsOf(path).map((name) => `export const { ${name} } = __shared[${at}];`);
      return { contents: names.join("\n"), loader: "js" };
    });
    build.onResolve({ filter: /^node:/ }, ({ kind, path }) => {
      // A bundler that makes ESM leaves no `require` to a file that it takes in.
      return kind === "dynamic-import" ? undefined : { path, namespace: "builtin" };
    });
    build.onLoad({ filter: /./, namespace: "builtin" }, ({ path }) => {
      return { contents: `module.exports = __builtin(${JSON.stringify(path)});`, loader: "js" };
    });
  },
};

const LOADER = "on-demand";

/** For the library: functions of the other file stand for those sources. */
export const REQUIRED_LATER: Plugin = {
  name: "required later",
  setup: (build) => {
    build.onLoad({ filter: IS_SOURCE }, ({ path }) => {
      if (!ON_DEMAND.some((one) => join(SOURCES, one) === path)) return undefined;
      requireFunctions(path);
      const stand = (name: string) =>
        `export function ${name}(...given) { return onDemand().${name}(...given); }`;
      const lines = exportsOf(path).map(stand);
      const contents = [`import { onDemand } from "${LOADER}";`, ...lines].join("\n");
      return { contents, loader: "js", resolveDir: dirname(path) };
    });
    build.onResolve({ filter: new RegExp(`^${LOADER}$`) }, ({ path }) => ({
      path,
      namespace: LOADER,
    }));
    build.onLoad({ filter: /./, namespace: LOADER }, () => {
      return { contents: loaderText(), loader: "js", resolveDir: SOURCES };
    });
  },
};

const EXPORTED = /^export (?:async )?(?:function|class|const) (\w+)|^export \{ (\w+) \}/gm;

/** The names of the values that a source exports. */
function exportsOf(path: string): readonly string[] {
  const found = [...readFileSync(path, "utf8").matchAll(EXPORTED)];
  return [...new Set(found.map(([, name, other]) => name ?? other ?? ""))];
}

/** A value would be there before its file is. */
function requireFunctions(path: string): void {
  const value = /^export (?!type |interface |function |async function ).*/m.exec(
    readFileSync(path, "utf8"),
  );
  if (value !== null) throw new StepFailed(`${path}: loaded on demand, it cannot have: ${value}`);
}

/** As many letters as `require`, so that the source map stays right. */
const REQUIRE = "$equire";

/** A bundler that takes the library in sees a call of `require`, which esbuild would hide. */
export function withRequire(text: string): string {
  return text.replaceAll(REQUIRE, "require");
}

function loaderText(): string {
  const shared = SHARED.map((source, at) => `import * as shared${at} from "./${source}";`);
  const file = JSON.stringify(`./${ON_DEMAND_FILE}`);
  return `
    import { builtin } from "./builtin/builtin.ts";
    ${shared.join("\n")}
    let loaded;
    export function onDemand() {
      loaded ??= load()([${SHARED.map((_, at) => `shared${at}`).join()}], builtin);
      return loaded;
    }
    function load() {
      try {
        return ${REQUIRE}(${file});
      } catch (error) {
        // Without a bundler there is no such function.
        if (!(error instanceof ReferenceError)) throw error;
      }
      try {
        return builtin("node:module").createRequire(import.meta.url)(${file});
      } catch ({ code, message }) {
        const { CurfewError } = shared${SHARED.indexOf("result/result.ts")};
        if (code !== "MODULE_NOT_FOUND") {
          throw new CurfewError("resource", message, { errno: code });
        }
        throw new CurfewError("unsupported", "curfew was bundled without " + ${file} +
          ': declare it as external (esbuild: external: ["curfew"])');
      }
    }
  `;
}
